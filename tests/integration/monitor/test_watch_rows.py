"""Watches in a database file that others write to at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.tables import WatchRow
from skills.monitor.watches.watch import WatchSettings


async def test_a_watch_is_changed_while_others_write(tmp_path: Path) -> None:
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    watches = Watches(database.sessions)
    settings = WatchSettings(words="acme", channel="C", owner="U")
    mine = await watches.add("T", "Acme", settings, "U", 0.0)
    other = await watches.add("T", "Other", settings, "U", 0.0)

    async def change(number: int) -> None:
        wanted = settings.model_copy(update={"words": f"acme{number}"})
        assert await watches.edit("T", mine.id, "Acme", wanted, float(number)) is not None

    await asyncio.gather(*(change(n) for n in range(20)), *(write(database.sessions, other.id) for _ in range(60)))
    found = await watches.get("T", mine.id)
    await database.close()
    assert found is not None
    assert found.revision == 21


async def write(sessions: async_sessionmaker[AsyncSession], watch: str) -> None:
    async with sessions.begin() as session:
        await session.execute(update(WatchRow).where(WatchRow.id == watch).values(useful=WatchRow.useful + 1))
