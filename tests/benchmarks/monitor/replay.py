"""How long it takes to say what last month would have raised: 100,000 texts of 30 days, in a database file.

    python tests/benchmarks/monitor/replay.py [--texts 100000]

Half of the texts have the watch's word; a few hundred surge on the 20th day.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.monitor.editing.trying import surges_of
from skills.monitor.following.aims import Aims
from skills.monitor.sources import MIGRATIONS
from skills.monitor.sources.tables import PostRow
from skills.monitor.watches.tables import ReadingRow
from skills.monitor.watches.watch import Watch, WatchSettings

TEAM = "T1"
DAYS = 30
NOW = 1_790_000_000.0
_AT_ONCE = 5_000
_WORDS = [
    "the",
    "app",
    "acme",
    "parcel",
    "late",
    "broken",
    "great",
    "fast",
    "slow",
    "support",
    "refund",
    "order",
    "lamp",
    "kettle",
    "login",
    "crash",
    "love",
    "awful",
]


def rows(count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Returns posts and what was read in them."""
    chance = random.Random(1)
    posts, readings = [], []
    for number in range(1, count + 1):
        surging = number % 200 == 0
        at = NOW - (10.5 * 86400 - chance.random() * 7200 if surging else chance.random() * DAYS * 86400)
        words = chance.choices(_WORDS, k=18)
        text = " ".join(["acme" if number % 2 == 0 else "other", *words])
        negative = surging or chance.random() < 0.25
        posts.append(
            {
                "id": number, "team": TEAM, "source": "s1", "key": f"k{number}", "external_id": "", "link": None,
                "author": f"a{chance.randrange(5000)}", "title": "", "text": text, "published_as_given": "",
                "published_at": at, "dating": "given", "language": "en", "weight": 1.0, "numbers": {}, "seen_at": at,
                "reader": None, "leased_until": 0.0, "read_at": at,
            }
        )  # fmt: skip
        readings.append(
            {
                "post": number, "team": TEAM, "source": "s1", "at": at, "language": "en",
                "sentiment": "negative" if negative else "neutral", "probability": 0.9,
                "topic": chance.choice(("technical_problem", "order_delivery", "other")), "entities": [],
                "companies": {}, "leader": number, "corrected": None,
            }
        )  # fmt: skip
    return posts, readings


async def fill(sessions: async_sessionmaker[AsyncSession], count: int) -> None:
    """Stores the posts and what was read."""
    posts, readings = rows(count)
    async with sessions.begin() as session:
        for begin in range(0, count, _AT_ONCE):
            await session.execute(insert(PostRow), posts[begin : begin + _AT_ONCE])
            await session.execute(insert(ReadingRow), readings[begin : begin + _AT_ONCE])


async def measure(count: int) -> None:
    """Prints the seconds of three replays, and what they found."""
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder), branches=[MIGRATIONS])
        await fill(database.sessions, count)
        settings = WatchSettings(words="acme", channel="C1", owner="U1")
        watch = Watch("w", TEAM, "Acme", settings, 1, False, None, NOW, NOW, 0, 0, 0)
        aims = Aims(())
        for _ in range(3):
            began = time.perf_counter()
            found = await surges_of(database.sessions, aims, watch, NOW)
            print(f"{time.perf_counter() - began:.1f} s, {len(found.surges)} surges in {found.texts} texts")
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    asyncio.run(measure(parser.parse_args().texts))


if __name__ == "__main__":
    main()
