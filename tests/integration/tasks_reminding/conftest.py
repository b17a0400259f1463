"""Real databases with the tables of tasks."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reminding_stage import Stage
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def either_sessions(database_url: str | None, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of either kind of database in turn."""
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file as the migrations make it, to be copied."""

    async def make() -> None:
        await (await open_database(folder, branches=[MIGRATIONS])).close()

    folder = tmp_path_factory.mktemp("reminding")
    asyncio.run(make())
    return folder / "deskhand.db"


@pytest.fixture
async def stage(empty_database: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A team on a database file, where the kind of database plays no part."""
    shutil.copy(empty_database, tmp_path)
    database = await open_database(tmp_path, branches=[MIGRATIONS])
    yield Stage(database.sessions)
    await database.close()


@pytest.fixture
def either_stage(either_sessions: async_sessionmaker[AsyncSession]) -> Stage:
    return Stage(either_sessions)
