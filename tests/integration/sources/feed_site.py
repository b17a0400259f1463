"""A web server whose feeds a test lays out, and a clock that a test moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Protocol

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Followed, Limits, Polling
from skills.monitor.sources.tables import PostRow

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
START = datetime(2026, 12, 1, 12, tzinfo=UTC)


class StartPolling(Protocol):
    def __call__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        holder: str = "one",
        limits: Limits | None = None,
        **more: object,
    ) -> Awaitable[Polling]: ...


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class FeedSite:
    """Pages by path; counts what was asked, and how often two requests were in hand at once."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler] = {}
        self.asked: list[str] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.in_hand: Counter[str] = Counter()
        self.most_at_once = 0
        self.address = ""
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        host = request.host
        self.in_hand[host] += 1
        self.most_at_once = max(self.most_at_once, self.in_hand[host])
        try:
            page = self.pages.get(request.path)
            response = await page(request) if page else web.Response(status=404)
        finally:
            self.in_hand[host] -= 1
        self.statuses[request.path, response.status] += 1
        return response

    def serve(self, path: str, body: str | bytes, *, status: int = 200, **headers: str) -> str:
        """Serves the same answer every time, and returns its address."""
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def page(request: web.Request) -> web.Response:
            return web.Response(body=raw, status=status, headers=named)

        self.pages[path] = page
        return self.address + path

    def serve_validated(self, path: str, body: str, etag: str, **headers: str) -> str:
        """Serves `body` with an ETag, and 304 to who has it."""

        async def page(request: web.Request) -> web.Response:
            named = {"ETag": etag, **{name.replace("_", "-"): value for name, value in headers.items()}}
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers=named)
            return web.Response(text=body, content_type="application/rss+xml", headers=named)

        self.pages[path] = page
        return self.address + path


@asynccontextmanager
async def running_site() -> AsyncIterator[FeedSite]:
    site = FeedSite()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    site.port = runner.addresses[0][1]
    site.address = f"http://127.0.0.1:{site.port}"
    yield site
    await runner.cleanup()


async def everywhere_here(host: str, port: int) -> Sequence[str]:
    """A resolver for which every name is this machine."""
    return ["127.0.0.1"]


def item(
    number: int, at: datetime | str | None = None, *, id: str | None = None, text: str = "", link: str = ""
) -> str:
    """An RSS item."""
    given = format_datetime(at) if isinstance(at, datetime) else at
    date = f"<pubDate>{given}</pubDate>" if given else ""
    link = link or f"https://news.example/{number}"
    return (
        f"<item><title>Title {number}</title><link>{link}</link><guid isPermaLink='false'>{id or f'id-{number}'}</guid>"
        f"<description>{escape(text or f'Text of number {number}')}</description>{date}</item>"
    )


def rss(*items: str, head: str = "") -> str:
    body = "".join(items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{head}{body}</channel></rss>'


async def follow(polling: Polling, url: str, **settings: object) -> Followed:
    """Adds a feed and returns it."""
    id = await polling.rows.add("T1", "feed", url[-20:], {"url": url, **settings}, "U1")
    return await state(polling, id)


async def state(polling: Polling, id: str) -> Followed:
    found = await polling.rows.get("T1", id)
    assert found is not None
    return found


async def stored(sessions: async_sessionmaker[AsyncSession], source: str | None = None) -> list[str]:
    """The titles of the posts stored, in order of arrival."""
    query = select(PostRow.title).order_by(PostRow.id)
    async with sessions() as session:
        return list(await session.scalars(query if source is None else query.where(PostRow.source == source)))
