"""Loads a web page, or all pages of a sitemap."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from urllib.parse import unquote, urlsplit

from index.fetch import Fetched, Fetcher, FetchError, NotModified, normal_url
from index.loaders.assembling import Origin, outcomes_of
from index.loaders.kinds import kind_of_response
from index.loaders.outcomes import Gone, Outcome, Stamp, Unchanged
from index.loaders.pages import UnreadableError
from index.loaders.progress import Progress
from index.loaders.sandbox import Sandbox
from index.loaders.settings import LoadSettings
from index.loaders.sitemaps import looks_like_sitemap, read_sitemap, same_host
from index.types import LeftOut

MAX_SITEMAPS = 100
GONE = frozenset({404, 410})


async def load_url(
    source: str,
    *,
    visible_to: frozenset[str],
    known: Mapping[str, Stamp],
    settings: LoadSettings,
    progress: Progress,
) -> AsyncIterator[Outcome]:
    """What a page, or the pages of a sitemap, hold, compared with what was `known`; see `index.loaders.load`."""
    async with Fetcher(settings.fetch) as fetcher, Sandbox(settings) as sandbox:
        crawl = Crawl(source, visible_to, known, settings, fetcher, sandbox)
        try:
            url = normal_url(source)
            stamp = known.get(url)
            progress(0, 1, url)
            first = await crawl.fetch(url, stamp)
        except FetchError as error:
            yield crawl.failed(source, error)
            return
        if isinstance(first, NotModified) or not looks_like_sitemap(first.body, first.media_type):
            for outcome in await crawl.read(url, first):
                yield outcome
            progress(1, 1, "")
            return
        async for outcome in crawl.read_sitemap(first, progress):
            yield outcome


class Crawl:
    """The fetching of one source's pages."""

    def __init__(
        self,
        source: str,
        visible_to: frozenset[str],
        known: Mapping[str, Stamp],
        settings: LoadSettings,
        fetcher: Fetcher,
        sandbox: Sandbox,
    ) -> None:
        self._source = source
        self._visible_to = visible_to
        self._known = known
        self._settings = settings
        self._fetcher = fetcher
        self._sandbox = sandbox

    async def fetch(self, url: str, stamp: Stamp | None) -> Fetched | NotModified:
        if stamp is None:
            return await self._fetcher.fetch(url)
        return await self._fetcher.fetch(url, etag=stamp.etag, last_modified=stamp.last_modified)

    def failed(self, url: str, error: FetchError) -> Outcome:
        """What it means that a page could not be had: a known one that the server says is gone, is."""
        if error.status in GONE and url in self._known:
            return Gone(url)
        return LeftOut(url, str(error))

    async def read(self, url: str, answer: Fetched | NotModified) -> list[Outcome]:
        """The page's outcome, first among what was left out of it."""
        known = self._known.get(url)
        if isinstance(answer, NotModified):
            # Only what is known is asked for on condition.
            return [Unchanged(url, self._known[url])]
        digest = hashlib.sha256(answer.body).hexdigest()
        stamp = Stamp(digest, etag=answer.etag, last_modified=answer.last_modified)
        if known is not None and known.digest == digest:
            return [Unchanged(url, stamp)]
        path = unquote(urlsplit(answer.url).path)
        kind = kind_of_response(answer.media_type, path)
        if kind is None:
            return [LeftOut(url, f"is of a type that is not read ({answer.media_type or 'none given'})")]
        name = path.rstrip("/").rsplit("/", 1)[-1] or urlsplit(answer.url).netloc
        try:
            reading = await self._sandbox.parse(kind, answer.body, name, answer.charset)
        except UnreadableError as error:
            return [LeftOut(url, str(error))]
        origin = Origin(url, self._source, url, self._visible_to, link=answer.url)
        return outcomes_of(reading, origin, stamp)

    async def read_sitemap(self, first: Fetched, progress: Progress) -> AsyncIterator[Outcome]:
        """The outcomes of all pages that the sitemap, or those that it lists, name; the known ones it lost are gone."""
        urls: dict[str, None] = {}
        whole = True
        async for found in self._gather(first):
            if isinstance(found, LeftOut):
                whole = False
                yield found
            else:
                urls[found] = None
        if len(urls) > self._settings.max_pages:
            more = len(urls) - self._settings.max_pages
            yield LeftOut(self._source, f"lists {more} pages more than the limit of {self._settings.max_pages}")
            whole = False
        pages = list(urls)[: self._settings.max_pages]
        for done, url in enumerate(pages):
            progress(done, len(pages), url)
            await self._fetcher.pause(url)
            try:
                answer = await self.fetch(url, self._known.get(url))
            except FetchError as error:
                yield self.failed(url, error)
                continue
            for outcome in await self.read(url, answer):
                yield outcome
        progress(len(pages), len(pages), "")
        if whole and pages:
            for url in self._known.keys() - urls.keys():
                yield Gone(url)

    async def _gather(self, first: Fetched) -> AsyncIterator[str | LeftOut]:
        """The pages of a sitemap and of those that it lists, one level deep, as the protocol has it."""
        try:
            top = await asyncio.to_thread(read_sitemap, first.body)
        except UnreadableError as error:
            yield LeftOut(first.url, str(error))
            return
        if not top.is_index:
            for found in self._own(top.urls, first.url):
                yield found
            return
        if len(top.urls) > MAX_SITEMAPS:
            yield LeftOut(first.url, f"lists more than {MAX_SITEMAPS} sitemaps")
        for inner in self._own(top.urls[:MAX_SITEMAPS], first.url):
            if isinstance(inner, LeftOut):
                yield inner
                continue
            try:
                answer = await self._fetcher.fetch(inner)
                if isinstance(answer, Fetched):
                    for found in self._own((await asyncio.to_thread(read_sitemap, answer.body)).urls, first.url):
                        yield found
            except (FetchError, UnreadableError) as error:
                yield LeftOut(inner, str(error))

    def _own(self, urls: tuple[str, ...], sitemap: str) -> list[str | LeftOut]:
        """The URLs in their normal form; those that the sitemap may not speak for as left out."""
        found: list[str | LeftOut] = []
        for url in urls:
            try:
                normal = normal_url(url)
            except FetchError as error:
                found.append(LeftOut(url[:200], str(error)))
                continue
            if same_host(normal, sitemap):
                found.append(normal)
            else:
                found.append(LeftOut(url[:200], "is on another host than the sitemap that lists it"))
        return found
