"""The database: SQLite under the data folder, or PostgreSQL by URL.

The bot's own transactions are plain functions of a SQLAlchemy `Connection`, handed to `Database.run` as a whole. On
SQLite they run one after another in a thread of their own: one hop between threads for a transaction rather than one
for each statement (measured: 0.25 ms against 0.9 ms for one insert), and no two of our writers ever wait for each
other's lock. On PostgreSQL they run on an asyncpg connection. Skills use `Database.sessions`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

from bot.store.errors import DatabaseUnreachable

T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long a statement waits while another process (`deskhand index add`) writes to the SQLite file."""


def database_url(url: str | None, data: Path) -> URL:
    """Returns `url` with the driver we use, or that of the SQLite file under `data`.

    Raises `DatabaseUnreachable` for what is no URL of a PostgreSQL or SQLite database.
    """
    if url is None:
        return URL.create("sqlite+aiosqlite", database=str(data / "deskhand.db"))
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnreachable(
            "DATABASE_URL is no database URL; write it as postgresql://user:password@host/name"
        ) from None
    kind = parsed.drivername.partition("+")[0]
    if kind in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+asyncpg")
    if kind == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    raise DatabaseUnreachable(f"DATABASE_URL names a {kind} database; Deskhand knows PostgreSQL and SQLite")


class Database:
    """An open database. Build it with `bot.store.open_database`, which also brings the tables up to date."""

    def __init__(self, url: URL, *, durable: bool = False) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._thread: ThreadPoolExecutor | None = None
        self._writer: Engine | None = None
        if self.is_sqlite:
            pragmas = _pragmas(durable)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
            self._writer = create_engine(
                url.set(drivername="sqlite"),
                poolclass=StaticPool,
                connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
                hide_parameters=True,
            )
            event.listen(self._writer, "connect", pragmas)
            self.engine: AsyncEngine = create_async_engine(
                url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
            )
            event.listen(self.engine.sync_engine, "connect", pragmas)
        else:
            self.engine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True, pool_size=10)
        self.sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(self.engine, expire_on_commit=False)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Returns what `work` returns, done in one transaction; when it raises, nothing of it is kept."""
        if self._thread is None or self._writer is None:
            async with self.engine.begin() as connection:
                return await connection.run_sync(work)
        return await asyncio.get_running_loop().run_in_executor(self._thread, _transaction, self._writer, work)

    async def close(self) -> None:
        """Closes every connection once what runs has ended."""
        await self.engine.dispose()
        if self._thread is not None and self._writer is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.dispose)
            self._thread.shutdown(wait=False)


def _transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _pragmas(durable: bool) -> Callable[[Any, Any], None]:
    def apply(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return apply
