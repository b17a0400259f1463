"""A real database, a real web server whose pages a test lays out, and polling over both."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from feed_site import FeedSite, MovedClock, StartPolling, running_site
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS, Limits, Polling


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def sessions(database_url: str | None, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a database whose tables the migrations made: of either kind in turn."""
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()


@pytest.fixture
async def file_sessions(tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a database file, for tests in which the kind of database plays no part."""
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()


@pytest.fixture
async def site() -> AsyncIterator[FeedSite]:
    async with running_site() as made:
        yield made


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def start(clock: MovedClock, tmp_path: Path) -> AsyncIterator[StartPolling]:
    """Starts polling, which ends with the test."""
    async with AsyncExitStack() as stack:

        async def started(
            sessions: async_sessionmaker[AsyncSession],
            holder: str = "one",
            limits: Limits | None = None,
            **more: object,
        ) -> Polling:
            limits = limits or Limits(allow_private=True, seconds=5.0)
            polling = Polling(
                sessions,
                clock,
                holder,
                tmp_path,
                limits=limits,
                chance=random.Random(1),
                **more,  # type: ignore[arg-type]
            )
            return await stack.enter_async_context(polling)

        yield started
