"""Real databases with the tables of tasks and links, and a local tracker that speaks as GitHub or Jira."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from linked_stage import Stage, staged
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tracker_site import SECRET, TOKEN

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_TRACKER_TOKEN", TOKEN)
    monkeypatch.setenv("DESKHAND_TRACKER_SECRET", SECRET)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file as the migrations make it, to be copied."""

    async def make() -> None:
        await (await open_database(folder, branches=[MIGRATIONS])).close()

    folder = tmp_path_factory.mktemp("links")
    asyncio.run(make())
    return folder / "deskhand.db"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if getattr(request, "param", "sqlite") == "postgres" else None


@pytest.fixture
async def sessions(
    database_url: str | None, empty_database: Path, tmp_path: Path
) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    if database_url is None:
        shutil.copy(empty_database, tmp_path)
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()


@pytest.fixture
async def github(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[Stage]:
    async with staged(sessions, "github") as stage:
        yield stage


@pytest.fixture
async def jira(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[Stage]:
    async with staged(sessions, "jira") as stage:
        yield stage
