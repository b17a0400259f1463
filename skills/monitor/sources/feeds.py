"""RSS and Atom feeds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from pydantic import field_validator

from index.fetch import FetchError, normal_url
from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.feed_reading import MAX_ELEMENTS, MAX_ENTRIES, Feed, NotAFeed, TooComplex, read_feed
from skills.monitor.sources.lanes import lane_of
from skills.monitor.sources.plain import from_html
from skills.monitor.sources.post import Post
from skills.monitor.sources.source import Found, Look, Source, SourceSettings, Validators


class FeedSettings(SourceSettings):
    """`url` is the feed's own address."""

    url: str

    @field_validator("url")
    @classmethod
    def _check(cls, value: str) -> str:
        return checked_url(value)


class FeedSource(Source):
    """A feed at an address."""

    kind = "feed"
    settings_type = FeedSettings
    settings: FeedSettings

    @property
    def lane(self) -> str:
        return lane_of(self.settings.url)

    async def look(self, look: Look) -> Found:
        async with look.web.get(self.settings.url, look.now, validators=look.validators) as answer:
            if answer.body is None:
                return unchanged(look, answer.validators, answer.fresh_for)
            digest = hashlib.sha256(answer.body).hexdigest()
            validators = replace(answer.validators, digest=digest)
            if digest == look.validators.digest:
                return unchanged(look, validators, answer.fresh_for)
            feed, posts = await look.web.read(self._read, look, answer.url, answer.body, answer.charset)
        return Found(
            posts,
            cursor={"ttl": feed.ttl},
            validators=validators,
            fresh_for=_longer(answer.fresh_for, feed.ttl),
            moved_to=answer.moved_to,
        )

    def _read(self, look: Look, url: str, body: bytes | bytearray, charset: str | None) -> tuple[Feed, list[Post]]:
        host = urlsplit(url).hostname or url
        try:
            feed = read_feed(body, charset)
        except NotAFeed as error:
            raise SourceError("html" if error.html else "not_feed", host=host) from error
        except TooComplex as error:
            raise SourceError("too_complex", host=host, number=MAX_ELEMENTS) from error
        posts = [
            self.post(
                look,
                external_id=entry.id,
                link=_absolute(url, entry.link),
                author=from_html(entry.author),
                title=from_html(entry.title),
                text=from_html(entry.text),
                published=entry.published,
                language=feed.language or None,
            )
            for entry in feed.entries[:MAX_ENTRIES]
        ]
        return feed, [post for post in posts if post.title or post.text]


def checked_url(value: str) -> str:
    """Returns an address as it is asked for. Raises `ValueError` for what is none."""
    try:
        return normal_url(value)
    except FetchError as error:
        raise ValueError(f"the address {error}") from None


def unchanged(look: Look, validators: Validators, fresh_for: float | None) -> Found:
    """Returns what a look brings when the server says that nothing is new; the newest validators are kept."""
    wait = _longer(fresh_for, look.cursor.get("ttl"))
    return Found(cursor=look.cursor, validators=validators, unchanged=True, fresh_for=wait)


def _longer(one: float | None, other: float | None) -> float | None:
    return max((seconds for seconds in (one, other) if seconds is not None), default=None)


def _absolute(base: str, link: str) -> str | None:
    try:
        return urljoin(base, link.strip()) if link.strip() else None
    except ValueError:
        return None
