"""A real database for the index, and libraries over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from documents import MakeDocument
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from index.models import MIGRATIONS
from index.types import EVERYONE, Document, Section


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a database file whose tables the migrations made."""
    database = await open_database(tmp_path, branches=[MIGRATIONS])
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
