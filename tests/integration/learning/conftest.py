"""A real database for what people's feedback teaches, of either kind in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from people import Learning

from bot.store.upgrade import open_database
from skills.classifiers.feedback.models import MIGRATIONS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def learning(database_url: str | None, tmp_path: Path) -> AsyncIterator[Learning]:
    """The services of a bot, as far as learning goes, over a database whose tables the migrations made."""
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield Learning(database.sessions)
    await database.close()
