"""Shadow periods: a version that passed reads along with what serves before it may serve, and what both read is kept.

They begin and end by decisions alone (`skills.classifiers.registry.versions`), in one transaction with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.registry.models import ShadowReadRow, ShadowRow

Sessions = async_sessionmaker[AsyncSession]
Ended = Literal["promoted", "refused", "kept", "replaced", "changed"]

_INSERT = {
    "sqlite": sqlite.insert(ShadowReadRow).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(ShadowReadRow).on_conflict_do_nothing(),
}


class Shadows:
    """The shadow periods of all teams."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def get(self, team: str, version: int) -> ShadowRow | None:
        """Returns a version's period; None where it has had none."""
        async with self._sessions() as session:
            return await session.get(ShadowRow, (team, version))

    async def running(self, team: str) -> ShadowRow | None:
        """Returns the period that runs now, if any."""
        async with self._sessions() as session:
            return await running(session, team)

    async def open(self, team: str | None = None) -> Sequence[ShadowRow]:
        """Returns the periods, of one team or of all, that run or whose end people have not read of yet."""
        rows = select(ShadowRow).where((ShadowRow.state == "running") | ShadowRow.told.is_(False))
        if team is not None:
            rows = rows.where(ShadowRow.team == team)
        async with self._sessions() as session:
            return (await session.scalars(rows.order_by(ShadowRow.team, ShadowRow.version))).all()

    async def tell(self, team: str, version: int) -> None:
        """Writes down that people have read how a period ended."""
        of = update(ShadowRow).where(ShadowRow.team == team, ShadowRow.version == version)
        async with self._sessions.begin() as session:
            await session.execute(of.values(told=True))

    async def add(self, reads: Sequence[ShadowReadRow]) -> None:
        """Keeps what was read, each question once whoever else has read it."""
        if not reads:
            return
        names = [column.name for column in ShadowReadRow.__table__.columns]
        rows = [{name: getattr(read, name) for name in names} for read in reads]
        async with self._sessions.begin() as session:
            await session.execute(_INSERT[session.get_bind().dialect.name], rows)


async def running(session: AsyncSession, team: str) -> ShadowRow | None:
    """Returns the period of a team that runs; there is one at most."""
    rows = select(ShadowRow).where(ShadowRow.team == team, ShadowRow.state == "running")
    row: ShadowRow | None = await session.scalar(rows)
    return row


def end(row: ShadowRow, state: Ended, *, told: bool) -> None:
    """Writes down how a period ended."""
    row.state, row.told = state, told
