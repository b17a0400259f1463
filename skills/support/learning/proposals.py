"""Intents that were learned and wait for a person to accept, change or refuse them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.book.answer_book import Intent
from skills.support.book.models import ProposalRow
from skills.support.book.plain_book import intent_from_plain, intent_to_plain
from skills.support.learning.mining import Proposal


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal that nobody has decided on yet."""

    id: int
    intent: Intent
    rows: int


class Proposals:
    """The teams' proposals. Every method is one transaction."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def put(self, team: str, proposals: Sequence[Proposal], at: float) -> None:
        """Keeps `proposals` in place of those that waited; `at` in epoch seconds."""
        rows = [{"team": team, "intent": intent_to_plain(one.intent), "rows": one.rows, "at": at} for one in proposals]
        async with self._sessions() as session, session.begin():
            await session.execute(delete(ProposalRow).where(ProposalRow.team == team))
            if rows:
                await session.execute(insert(ProposalRow), rows)

    async def waiting(self, team: str) -> list[Waiting]:
        """Returns what waits, what stands for the most conversations first."""
        async with self._sessions() as session:
            rows = await session.scalars(
                select(ProposalRow).where(ProposalRow.team == team).order_by(ProposalRow.rows.desc(), ProposalRow.id)
            )
            return [_waiting(row) for row in rows]

    async def get(self, team: str, id: int) -> Waiting | None:
        """Returns one that still waits."""
        async with self._sessions() as session:
            row = await session.scalar(select(ProposalRow).where(ProposalRow.team == team, ProposalRow.id == id))
            return None if row is None else _waiting(row)

    async def keep(self, team: str, one: Waiting, at: float) -> None:
        """Puts one that was taken out back among those that wait."""
        async with self._sessions() as session, session.begin():
            values = {"team": team, "intent": intent_to_plain(one.intent), "rows": one.rows, "at": at}
            await session.execute(insert(ProposalRow).values(values))

    async def remove(self, team: str, id: int) -> bool:
        """Takes one out, decided. Returns whether it was still there: of two people who press at once one decides."""
        async with self._sessions() as session, session.begin():
            taken = await session.scalars(
                delete(ProposalRow).where(ProposalRow.team == team, ProposalRow.id == id).returning(ProposalRow.id)
            )
            return taken.first() is not None


def _waiting(row: ProposalRow) -> Waiting:
    intent, _ = intent_from_plain(row.intent)
    return Waiting(row.id, intent, row.rows)
