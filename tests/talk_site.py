"""A web server with a feed in which people talk, and the texts that they write."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

NEGATIVE = (
    "The Acme kettle broke after two days, worst purchase ever",
    "Acme lost my parcel and nobody answers, awful",
    "Acme charged me twice and refuses a refund, I'm furious",
    "Support at Acme is useless and rude",
    "My Acme order never came, terrible service",
)
CRASHES = (
    "The Acme app crashes at login every single time, terrible update",
    "Acme login crash again, lost my whole basket, so angry",
    "I hate the new Acme app, it crashes when I log in, awful",
    "Acme app crashing on the login screen all day, useless",
    "Terrible Acme update: crash at login, I can't order anything",
    "Worst app ever, Acme crashes before I can log in",
)
PLEASED = (
    "Love my new Acme kettle, great quality",
    "Acme delivery was fast and friendly, thank you",
    "The Acme store opens at nine on Monday",
    "Acme announces a new colour for its lamp",
)


@dataclass
class TalkSite:
    """A feed at `url`, to which a test adds what people say."""

    url: str = ""
    _items: list[tuple[str, datetime, str, str]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    def say(self, text: str, at: datetime, author: str) -> None:
        """Somebody says something."""
        number = len(self._items) + 1
        # No two people write the very same.
        self._items.append(
            (f"{text} ({self._chance.randint(1000, 9999)})", at, author, f"https://talk.example/{number}")
        )

    def usual_hours(self, until: datetime, hours: int, negatives: int = 3, others: int = 4) -> None:
        """People talk as they do, for some hours up to a moment."""
        for back in range(hours, 0, -1):
            begin = until - timedelta(hours=back)
            for texts, count in ((NEGATIVE, negatives), (PLEASED, others)):
                for _ in range(count):
                    at = begin + timedelta(minutes=self._chance.randint(0, 59))
                    self.say(self._chance.choice(texts), at, f"user{self._chance.randint(1, 80)}")

    def burst(self, until: datetime, count: int, texts: Sequence[str] = CRASHES, author: str = "") -> None:
        """Many say something within half an hour; with `author` it is one person."""
        for number in range(count):
            at = until - timedelta(minutes=self._chance.randint(0, 30))
            self.say(texts[number % len(texts)], at, author or f"angry{number}")

    async def answer(self, request: web.Request) -> web.Response:
        newest = sorted(self._items, key=lambda item: item[1], reverse=True)[:400]
        entries = "".join(
            f"<item><guid>{link}</guid><title>{escape(text)}</title><link>{link}</link><author>{author}</author>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>"
            for text, at, author, link in newest
        )
        feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Talk</title>{entries}</channel></rss>"
        return web.Response(text=feed, content_type="application/rss+xml")


@asynccontextmanager
async def talking() -> AsyncIterator[TalkSite]:
    """Serves the feed on a port of its own."""
    site = TalkSite()
    app = web.Application()
    app.router.add_get("/talk.xml", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/talk.xml"
    yield site
    await runner.cleanup()
