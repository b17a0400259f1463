"""What skills want done at a time: rows that any replica may claim, done once by their key."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.delivery import Outgoing
from bot.outbox import Outbox
from bot.store.engine import Database
from bot.store.models import UNDONE, DueRow
from skills.reply import Json

log = logging.getLogger("deskhand.due")

BATCH = 100
"""So many rows are claimed ahead of their turn."""
AT_ONCE = 8
LOOK_SECONDS = 30.0
"""How often the database is asked for rows that another process has added."""
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0

_T = cast(Table, DueRow.__table__)
_C = _T.c
_INSERT = {
    "sqlite": sqlite.insert(_T).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_T).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class DueItem:
    """A row that is due now. `id` is the same however often it is tried: the ids of its effects derive from it."""

    row: int
    team: str
    skill: str
    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Json]
    attempts: int

    @property
    def id(self) -> str:
        return f"due{self.row}"


Handler = Callable[[DueItem], Awaitable[Sequence[Outgoing]]]


class Due:
    """Keeps rows and brings them back when they are due. `owner` is this replica's id."""

    def __init__(self, database: Database, outbox: Outbox, owner: str, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._owner = owner
        self._clock = clock
        self._next: float | None = 0.0
        self._looked_at = 0.0
        self._running: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.handler: Handler | None = None

    async def schedule(
        self, skill: str, kind: str, key: str, due_at: datetime, team: str, payload: Mapping[str, Json]
    ) -> bool:
        """Keeps a row that comes back to `handler` at `due_at`, and returns whether it is a new one.

        The same `key` of a skill is kept once.
        """
        at = due_at.timestamp()
        values = {
            "team": team,
            "skill": skill,
            "kind": kind,
            "key": key,
            "due_at": at,
            "payload": dict(payload),
            "not_before": 0.0,
            "attempts": 0,
        }
        added = await self._database.run(
            lambda connection: connection.execute(_INSERT[connection.dialect.name], values).rowcount
        )
        self._remember(at)
        return added == 1

    async def tick(self, alive: Callable[[], Awaitable[Sequence[str]]]) -> None:
        """Begins what is due, in due order; `alive` tells the replicas whose claims stand. Cheap when nothing is.

        It does not wait for the end: a row that takes minutes (retraining, say) holds up no reminder.
        """
        if self.handler is None or not self._may_be_due():
            return
        living = await alive()
        while True:
            if len(self._running) >= BATCH:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            items = await self._database.run(partial(self._claim, living, BATCH - len(self._running)))
            if not items:
                break
            for item in items:
                task = asyncio.create_task(self._do(item))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        self._next = None
        self._remember(await self._database.run(_earliest))
        self._looked_at = time.monotonic()

    async def finish(self, seconds: float) -> None:
        """Waits up to `seconds` for what was begun, then leaves the rest to the next process."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def waiting(self, team: str) -> list[tuple[str, str, datetime]]:
        """Returns (skill, kind, due time) of the next ten rows of `team`, and nothing of what they hold."""

        def read(connection: Connection) -> list[tuple[str, str, datetime]]:
            query = select(_C.skill, _C.kind, _C.due_at).where(UNDONE, _C.team == team).order_by(_C.due_at).limit(10)
            return [(row.skill, row.kind, datetime.fromtimestamp(row.due_at, UTC)) for row in connection.execute(query)]

        return await self._database.run(read)

    async def count(self, team: str) -> int:
        """Returns how many rows of `team` are still to be done."""
        query = select(func.count()).select_from(_T).where(UNDONE, _C.team == team)
        return await self._database.run(lambda connection: int(connection.execute(query).scalar_one()))

    def _may_be_due(self) -> bool:
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            return True
        return self._next is not None and self._next <= self._clock.timestamp()

    def _remember(self, at: float | None) -> None:
        if at is not None:
            self._next = at if self._next is None else min(self._next, at)

    def _claim(self, alive: Sequence[str], limit: int, connection: Connection) -> list[DueItem]:
        due = (
            select(_C.id)
            .where(
                UNDONE,
                _C.due_at <= self._clock.timestamp(),
                _C.not_before <= time.time(),
                _C.owner.is_(None) | _C.owner.not_in(alive),
            )
            .order_by(_C.due_at, _C.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = update(_T).where(_C.id.in_(due.scalar_subquery())).values(owner=self._owner).returning(_T)
        items = [_item(row) for row in connection.execute(claimed)]
        return sorted(items, key=lambda item: (item.due_at, item.row))

    async def _do(self, item: DueItem) -> None:
        assert self.handler is not None  # noqa: S101  (`tick` has looked)
        async with self._slots:
            try:
                outgoing = await self.handler(item)
                await self._outbox.settle(partial(self._done, item), outgoing)
            except Exception as error:
                log.exception("a due row failed; it is tried again", extra={"skill": item.skill, "due": item.id})
                await self._release(item, type(error).__name__)

    async def _release(self, item: DueItem, error: str) -> None:
        while True:
            try:
                return await self._database.run(partial(_failed, item, error))
            except DBAPIError:
                log.exception("the database refused; it is tried again", extra={"due": item.id})
                await asyncio.sleep(1.0)

    def _done(self, item: DueItem, connection: Connection) -> bool:
        mark = update(_T).where(_C.id == item.row, _C.owner == self._owner, UNDONE)
        return connection.execute(mark.values(done_at=time.time(), owner=None)).rowcount == 1


def forget(connection: Connection, before: float, limit: int) -> int:
    """Deletes up to `limit` rows done before `before` (epoch seconds); returns how many."""
    oldest = select(_C.id).where(_C.done_at < before).limit(limit)
    return connection.execute(delete(_T).where(_C.id.in_(oldest.scalar_subquery()))).rowcount


def give_back(connection: Connection, owner: str) -> None:
    """Frees the claims of a replica that stops."""
    connection.execute(update(_T).where(UNDONE, _C.owner == owner).values(owner=None))


def _failed(item: DueItem, error: str, connection: Connection) -> None:
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(item.attempts, 12))
    connection.execute(
        update(_T)
        .where(_C.id == item.row)
        .values(owner=None, attempts=item.attempts + 1, last_error=error[:255], not_before=time.time() + pause)
    )


def _earliest(connection: Connection) -> float | None:
    found: float | None = connection.execute(select(func.min(_C.due_at)).where(UNDONE)).scalar_one()
    return found


def _item(row: Any) -> DueItem:
    return DueItem(
        row=row.id,
        team=row.team,
        skill=row.skill,
        kind=row.kind,
        key=row.key,
        due_at=datetime.fromtimestamp(row.due_at, UTC),
        payload=row.payload,
        attempts=row.attempts,
    )
