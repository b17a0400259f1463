"""Fixtures that tests of several packages use."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from postgres import running_postgres

from bot.workspace.testing import RunningWorkspace, running_workspace


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[RunningWorkspace]:
    """The local workspace's real server, without a bot, on a port of its own."""
    async with running_workspace(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a private PostgreSQL server."""
    with running_postgres() as url:
        yield url


@pytest.fixture
async def postgres(postgres_server: str) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"CREATE DATABASE {name}")
    try:
        yield postgres_server.rpartition("/")[0] + f"/{name}"
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()
