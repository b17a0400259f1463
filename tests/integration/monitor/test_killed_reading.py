"""kill -9 while posts are read: none is lost, none counted twice."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.monitor.following.counting import reopen_series
from skills.monitor.sources import MIGRATIONS, make_post
from skills.monitor.sources.keeping import add_posts
from skills.monitor.sources.tables import PostRow
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.tables import MatchRow, ReadingRow, SeriesRow
from skills.monitor.watches.watch import WatchSettings

PROCESS = Path(__file__).with_name("reading_process.py")
TEAM = "T1"
KILLS = 5
A_TIME = 60


async def test_posts_are_read_and_counted_once_however_often_the_reader_is_killed(tmp_path: Path) -> None:
    await killed_reading(tmp_path, None)


async def test_the_same_holds_on_postgresql(tmp_path: Path, postgres: str) -> None:
    await killed_reading(tmp_path, postgres)


async def killed_reading(tmp_path: Path, url: str | None) -> None:
    database = await open_database(tmp_path, url, branches=[MIGRATIONS])
    chance = random.Random(11)
    watch = await Watches(database.sessions).add(TEAM, "Acme", WatchSettings(channel="C", owner="U"), "U", time.time())
    published = 0
    for kill in range(KILLS + 1):
        await publish(database.sessions, published, A_TIME)
        published += A_TIME
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(PROCESS), str(tmp_path), url or "-", stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        assert (await process.stdout.readline()).strip() == b"up"
        if kill < KILLS:
            await asyncio.sleep(chance.random() * 0.4)
        else:
            await until_counted(database.sessions, watch.id, published)
        process.kill()
        await process.wait()
        # The claims of the dead are waited for two minutes; the test is not that patient.
        async with database.sessions.begin() as session:
            await session.execute(update(PostRow).where(PostRow.read_at.is_(None)).values(leased_until=0.0))
    async with database.sessions() as session:
        counts = [int(await session.scalar(select(func.count()).select_from(t)) or 0) for t in (ReadingRow, MatchRow)]
        state = await session.scalar(select(SeriesRow.state).where(SeriesRow.topic == ""))
    await database.close()
    assert counts == [published, published]
    assert state is not None
    counted = reopen_series(watch, state)
    assert sum(sum(pair) for pair in counted.to_state()["counts"] for pair in [pair[1:]]) == published


async def publish(sessions: async_sessionmaker[AsyncSession], first: int, count: int) -> None:
    now = datetime.now(UTC)
    posts = [
        make_post("s1", now, external_id=str(n), text=f"number {n} of acme is awful", author=f"a{n}")
        for n in range(first, first + count)
    ]
    async with sessions.begin() as session:
        await add_posts(session, TEAM, posts, now)


async def until_counted(sessions: async_sessionmaker[AsyncSession], watch: str, count: int) -> None:
    async with asyncio.timeout(30):
        while True:
            async with sessions() as session:
                newest = await session.scalar(select(func.max(MatchRow.id)))
                matched = await session.scalar(select(func.count()).select_from(MatchRow))
            found = await Watches(sessions).get(TEAM, watch)
            if found is not None and matched == count and found.cursor == newest:
                return
            await asyncio.sleep(0.05)
