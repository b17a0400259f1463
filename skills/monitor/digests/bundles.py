"""Floods told in bundles: the first record goes at once, later ones gather with growing pauses.

So Sentry's digests work. What comes while a batch is being built waits for the next; a batch whose builder died is
built again from the same records under the same key. After a pause in which nothing came, the next record is a first
one again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.dialects import INSERT
from skills.monitor.digests.tables import BundleRow, RecordRow

LEASE_SECONDS = 120.0
AHEAD_SECONDS = 60.0
"""What is due so much later than any pause allows was noted before the clock went back."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The pauses after a batch, in seconds: the shortest first, each twice the one before, up to the longest."""

    shortest: float = 300.0
    longest: float = 6 * 3_600.0

    def after(self, pause: float) -> float:
        """Returns the pause that follows one; the first follows 0."""
        return min(max(2 * pause, self.shortest), self.longest)


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that are told together, the oldest first."""

    team: str
    bundle: str
    number: int
    records: Sequence[Mapping[str, Any]]

    @property
    def key(self) -> str:
        """Under which it is posted once."""
        return f"bundle {self.bundle} {self.number}"


class Bundles:
    """The bundles in the database that `sessions` opens, all at one pace. Any number of replicas may use them."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock, pace: Pace | None = None) -> None:
        self._sessions = sessions
        self._clock = clock
        self._pace = pace or Pace()

    async def add(self, team: str, bundle: str, key: str, record: Mapping[str, Any]) -> bool:
        """Keeps a record to be told; returns false where the bundle has had one of this key."""
        now = self._now()
        async with self._sessions.begin() as session:
            row = await self._lock(session, team, bundle)
            values = {"team": team, "bundle": bundle, "key": key, "record": dict(record), "at": now}
            insert = INSERT[session.get_bind().dialect.name]
            kept = insert(RecordRow).values(**values).on_conflict_do_nothing().returning(RecordRow.id)
            if (await session.execute(kept)).first() is None:
                return False
            if row.due_at is None:
                row.due_at = now
            return True

    async def claim(self, most: int = 20) -> list[Batch]:
        """Returns up to `most` batches that are due, to be posted under their keys and settled by `done`."""
        async with self._sessions() as session:
            due = select(BundleRow.team, BundleRow.bundle).where(self._due()).order_by(BundleRow.due_at).limit(most)
            found = (await session.execute(due)).all()
        batches = [await self._claim(team, bundle) for team, bundle in found]
        return [batch for batch in batches if batch is not None]

    async def done(self, batch: Batch) -> None:
        """Notes that a batch was posted; what came meanwhile goes after a pause."""
        async with self._sessions.begin() as session:
            row = await self._lock(session, batch.team, batch.bundle)
            if row.building == batch.number:
                row.building, row.leased_until = None, 0.0
                row.pause = self._pace.after(row.pause)
                row.due_at = self._now() + row.pause

    async def forget(self, before: datetime) -> int:
        """Deletes the records that came before a time and were told; returns how many."""
        building = select(BundleRow.building).where(
            BundleRow.team == RecordRow.team, BundleRow.bundle == RecordRow.bundle, BundleRow.building.is_not(None)
        )
        old = delete(RecordRow).where(
            RecordRow.at < before.timestamp(),
            RecordRow.batch.is_not(None),
            RecordRow.batch.not_in(building.correlate(RecordRow).scalar_subquery()),
        )
        async with self._sessions.begin() as session:
            gone = await session.execute(old)
            return int(gone.rowcount)  # type: ignore[attr-defined]

    async def _claim(self, team: str, bundle: str) -> Batch | None:
        async with self._sessions.begin() as session:
            await self._lock(session, team, bundle)
            here = and_(BundleRow.team == team, BundleRow.bundle == bundle)
            row = await session.scalar(select(BundleRow).where(here, self._due()))
            if row is None:
                return None
            records = select(RecordRow).where(RecordRow.team == team, RecordRow.bundle == bundle)
            if row.building is None:
                waiting = list(await session.scalars(records.where(RecordRow.batch.is_(None)).order_by(RecordRow.id)))
                if not waiting:
                    row.due_at, row.pause = None, 0.0
                    return None
                row.batches += 1
                row.building = row.batches
                await session.execute(
                    update(RecordRow).where(RecordRow.id.in_([one.id for one in waiting])).values(batch=row.building)
                )
            else:
                built = records.where(RecordRow.batch == row.building).order_by(RecordRow.id)
                waiting = list(await session.scalars(built))
            row.leased_until = time.time() + LEASE_SECONDS
            return Batch(team, bundle, row.building, [one.record for one in waiting])

    async def _lock(self, session: AsyncSession, team: str, bundle: str) -> BundleRow:
        """Returns a bundle, held until the transaction ends, of which this is to be the first statement."""
        insert = INSERT[session.get_bind().dialect.name]
        new = insert(BundleRow).values(team=team, bundle=bundle, turn=1, batches=0, pause=0.0, leased_until=0.0)
        keys = ["team", "bundle"]
        await session.execute(new.on_conflict_do_update(index_elements=keys, set_={"turn": BundleRow.turn + 1}))
        return await session.get_one(BundleRow, (team, bundle), populate_existing=True)

    def _due(self) -> ColumnElement[bool]:
        now, machine = self._now(), time.time()
        return and_(
            or_(BundleRow.due_at <= now, BundleRow.due_at > now + self._pace.longest + AHEAD_SECONDS),
            or_(BundleRow.leased_until < machine, BundleRow.leased_until > machine + LEASE_SECONDS + AHEAD_SECONDS),
        )

    def _now(self) -> float:
        return self._clock.now().timestamp()
