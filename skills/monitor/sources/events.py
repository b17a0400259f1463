"""What the owners of sources are to be told: that one keeps failing, fell silent, or is well again; each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources.faults import Fault
from skills.monitor.sources.tables import EventRow, SourceRow


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """`what`: failing, silent or well. `id` never changes: post under a key made of it, and it is said once."""

    id: int
    team: str
    source: str
    name: str
    owner: str
    what: str
    fault: Fault | None
    at: datetime


class SourceEvents:
    """The events in the database that `sessions` opens."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def untold(self, most: int = 100) -> list[SourceEvent]:
        """Returns what nobody was told yet, the oldest first."""
        query = (
            select(EventRow, SourceRow.name, SourceRow.owner)
            .join(SourceRow, SourceRow.id == EventRow.source)
            .where(EventRow.told_at.is_(None))
            .order_by(EventRow.id)
            .limit(most)
        )
        async with self._sessions() as session:
            return [_event(row, name, owner) for row, name, owner in await session.execute(query)]

    async def told(self, ids: Sequence[int], now: datetime) -> None:
        """Marks events as told, once the posts that tell them are queued."""
        async with self._sessions.begin() as session:
            await session.execute(update(EventRow).where(EventRow.id.in_(ids)).values(told_at=now.timestamp()))

    async def forget(self, before: datetime) -> None:
        """Deletes what was told before a time."""
        async with self._sessions.begin() as session:
            await session.execute(delete(EventRow).where(EventRow.told_at < before.timestamp()))


def _event(row: EventRow, name: str, owner: str) -> SourceEvent:
    fault = Fault(row.fault["code"], row.fault["values"]) if row.fault else None
    return SourceEvent(row.id, row.team, row.source, name, owner, row.what, fault, datetime.fromtimestamp(row.at, UTC))
