"""A real database for the index, and libraries over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from documents import MakeDocument
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from index.models import MIGRATIONS
from index.types import EVERYONE, Document, Section


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def sessions(database_url: str | None, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a database whose tables the migrations made: of either kind in turn."""
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield async_sessionmaker(database.engine, expire_on_commit=False)
    await database.close()


@pytest.fixture
def make() -> MakeDocument:
    """Makes a document of one section."""

    def document(
        key: str, text: str, visible_to: frozenset[str] = frozenset({EVERYONE}), source: str = "src"
    ) -> Document:
        return Document(key, key.title(), (Section((), text, 1),), source, key, visible_to=visible_to)

    return document
