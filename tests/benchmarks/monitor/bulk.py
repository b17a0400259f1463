"""How fast posts go the whole way, fetched by HTTP to stored with labels, beside the bare int8 encoder.

    python tests/benchmarks/monitor/bulk.py DATA [--posts 3000]

DATA holds the public sets, of which texts in English and Chinese are served as feeds of a hundred entries by a server
in this process. The encoder reads the same texts before and after; its mean rate is the yardstick.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import web
from sqlalchemy import func, select

from bot.clock import Clock
from bot.store.upgrade import open_database
from index.encoders.catalog import open_encoder
from skills.base import Services
from skills.classifiers.champions import Champions
from skills.monitor.following.aims import Aims
from skills.monitor.following.intake import Intake
from skills.monitor.reading.cleaning import readable
from skills.monitor.sources import MIGRATIONS, Limits, Polling, Post
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.tables import MatchRow, ReadingRow
from skills.monitor.watches.watch import WatchSettings

sys.path.insert(0, str(Path(__file__).parents[1]))
from reading import drawn

A_FEED = 100
TEAM = "T1"


def feed(posts: list[Post], first: int) -> str:
    """Returns an RSS feed of some posts."""
    at = format_datetime(datetime.now(UTC))
    entries = "".join(
        f"<item><guid>{first + n}</guid><link>https://talk.example/{first + n}</link>"
        f"<title>{escape(post.title)}</title>"
        f"<description>{escape(escape(post.text))}</description><pubDate>{at}</pubDate></item>"
        for n, post in enumerate(posts)
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>T</title>{entries}</channel></rss>"
    )


async def measure(posts: list[Post]) -> dict[str, Any]:
    """Returns the rates and their ratio."""
    feeds = [feed(posts[at : at + A_FEED], at) for at in range(0, len(posts), A_FEED)]

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=feeds[int(request.match_info["n"])], content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/{n}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    encoder = open_encoder("multilingual", "cpu")
    texts = [readable(post) for post in posts]
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder), branches=[MIGRATIONS])
        services = cast(
            Services,
            SimpleNamespace(
                sessions=database.sessions,
                clock=Clock(),
                replica="one",
                library=SimpleNamespace(choice=SimpleNamespace(encoders=(encoder,))),
                champions=Champions(database.sessions, Path(folder) / "models", (encoder,)),
            ),
        )
        await Watches(database.sessions).add(TEAM, "All", WatchSettings(channel="C", owner="U"), "U", time.time())
        async with Polling(
            database.sessions, services.clock, "one", Path(folder), limits=Limits(allow_private=True)
        ) as polling:
            intake = Intake(services, polling.posts, Aims((encoder,)))
            for number in range(len(feeds)):
                await polling.rows.add(TEAM, "feed", f"Feed {number}", {"url": f"{address}/{number}"}, "U")
            bare = _encode(encoder, texts)
            began = time.perf_counter()
            await polling.settle()
            await intake.take()
            whole = time.perf_counter() - began
            bare = (bare + _encode(encoder, texts)) / 2
        async with database.sessions() as session:
            stored, matched = [
                int(await session.scalar(select(func.count()).select_from(table)) or 0)
                for table in (ReadingRow, MatchRow)
            ]
        await database.close()
    await runner.cleanup()
    return {
        "posts": len(posts), "stored": stored, "matched": matched, "whole_per_second": round(stored / whole),
        "bare_per_second": round(len(posts) / bare), "ratio": round(stored / whole * bare / len(posts), 3),
    }  # fmt: skip


def _encode(encoder: Any, texts: list[str]) -> float:
    began = time.perf_counter()
    for at in range(0, len(texts), 256):
        encoder.encode(texts[at : at + 256], "query")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--posts", type=int, default=3000)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(measure(drawn(asked.data, asked.posts)))))


if __name__ == "__main__":
    main()
