"""A database of either kind whose tables the migrations made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.classifiers.feedback.models import MIGRATIONS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def sessions(database_url: str | None, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()
