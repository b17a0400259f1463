"""The tables of tasks in a real database (SQLite, and PostgreSQL where a test asks for both), and the whole bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from tasks_bot import Start, TasksBot, running

from bot.router import Router
from bot.store.engine import Database
from bot.store.upgrade import open_database
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from skills.tasks.store import MIGRATIONS
from skills.tasks.store.rows import Tasks


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if getattr(request, "param", "sqlite") == "postgres" else None


@pytest.fixture
async def database(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield opened
    await opened.close()


@pytest.fixture
def tasks(database: Database) -> Tasks:
    return Tasks(database.sessions)


@pytest.fixture
def start(workspace: RunningWorkspace, tmp_path: Path, encoders: list[Encoder], router: Router) -> Start:
    """Starts the bot; started again, it finds what the one before has kept."""
    return partial(running, workspace, tmp_path / "bot", encoders, router)


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[TasksBot]:
    async with start() as started:
        yield started
