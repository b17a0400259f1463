"""This process among those that share the database: what a silent one had claimed, the others take over.

SQLite is held by one bot at a time (`bot.store.lock`): whatever is not ours there was left by a dead process. On
PostgreSQL each process says every few seconds that it lives, by the server's clock, since machines' clocks differ.
"""

from __future__ import annotations

import os
import secrets
import socket

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql

from bot.store.engine import Database
from bot.store.models import ReplicaRow

BEAT_SECONDS = 4.0
DEAD_SECONDS = 12.0
"""Silence after which a process counts as dead: three missed beats."""


class Replica:
    """`id` marks what this process has claimed."""

    def __init__(self, database: Database) -> None:
        self.id = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._database = database

    async def beat(self) -> None:
        """Says that this process lives, and forgets those long dead."""
        if self._database.is_sqlite:
            return
        await self._database.run(self._beat)

    async def alive(self) -> list[str]:
        """Returns the ids of the processes that live, this one among them."""
        if self._database.is_sqlite:
            return [self.id]
        return await self._database.run(self._alive)

    async def leave(self) -> None:
        """Says that this process ends."""
        if not self._database.is_sqlite:
            await self._database.run(
                lambda connection: connection.execute(delete(ReplicaRow).where(ReplicaRow.id == self.id))
            )

    def _beat(self, connection: Connection) -> None:
        insert = postgresql.insert(ReplicaRow).values(id=self.id, seen_at=_NOW)
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={"seen_at": _NOW}))
        connection.execute(delete(ReplicaRow).where(ReplicaRow.seen_at < _NOW - 10 * DEAD_SECONDS))

    def _alive(self, connection: Connection) -> list[str]:
        query = select(ReplicaRow.id).where(ReplicaRow.seen_at > _NOW - DEAD_SECONDS)
        return sorted({self.id, *connection.execute(query).scalars()})


_NOW = func.extract("epoch", func.clock_timestamp())
