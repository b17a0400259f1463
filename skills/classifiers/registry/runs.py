"""Runs: one training at a time among all processes that share the database, taken over from one that has died.

Who lives is told by one clock, the database server's where there is one, since machines' clocks differ.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.registry.models import RunRow

Sessions = async_sessionmaker[AsyncSession]
State = Literal["running", "promoted", "refused", "shadow", "empty", "cancelled", "failed"]

SILENT_SECONDS = 30.0
"""Without a word for so long, whoever ran it is dead."""

REPORTED = ("promoted", "refused", "shadow")
"""The ends of a run that has brought a version."""

UNTOLD_SECONDS = 86_400.0
"""How long after its end a run that nobody was told of is still news."""

GONE = "gone:"
"""The error of a run whose process has died, and that nobody took up before another began."""


class Busy(Exception):
    """Another training runs."""


class Runs:
    """The trainings of all teams. `owner` names this process."""

    def __init__(self, sessions: Sessions, owner: str) -> None:
        self._sessions = sessions
        self._owner = owner

    async def begin(self, team: str, key: str, asked_by: str, at: float | None = None) -> RunRow:
        """Returns the run that `key` asked for: a new one, that of a process that has died, or one that has ended.

        `at` is when it begins, by the clock that dates feedback (epoch seconds); now without it. Raises `Busy` while
        another runs.
        """
        async with self._sessions.begin() as session:
            now = await _now(session)
            known = select(RunRow).where(RunRow.team == team, RunRow.key == key, RunRow.slot.is_(None))
            if (ended := await session.scalar(known)) is not None:
                return ended
            running = await session.scalar(select(RunRow).where(RunRow.slot == 1).with_for_update())
            if running is not None:
                # This process may be at it too, for another team: only silence says that nobody is.
                if running.seen_at >= now - SILENT_SECONDS:
                    raise Busy
                if running.key == key and running.team == team:
                    dead = update(RunRow).where(RunRow.id == running.id, RunRow.seen_at == running.seen_at)
                    mine = dead.values(owner=self._owner, seen_at=now).returning(RunRow.id)
                    if (await session.execute(mine)).first() is None:
                        raise Busy
                    return running
                _end(running, "failed", now, GONE)
                await session.flush()
            row = RunRow(
                id=secrets.token_hex(8),
                team=team,
                key=key,
                slot=1,
                owner=self._owner,
                seen_at=now,
                began=now if at is None else at,
                state="running",
                phase="waiting",
                share=0.0,
                asked_by=asked_by,
                told=False,
            )
            session.add(row)
            try:
                await session.flush()
            except IntegrityError:
                # Another process was a moment faster.
                raise Busy from None
        return row

    async def tell(self, run: str, phase: str, share: float) -> str | None:
        """Writes down that this process is alive and how far it is; returns who asked it to stop, if anybody did.

        Raises `Busy` where another process has taken the run over, thinking this one dead.
        """
        mine = update(RunRow).where(RunRow.id == run, RunRow.owner == self._owner, RunRow.slot == 1)
        async with self._sessions.begin() as session:
            values = {"seen_at": await _now(session), "phase": phase, "share": share}
            row = (await session.execute(mine.values(values).returning(RunRow.cancelled_by))).first()
        if row is None:
            raise Busy
        cancelled_by: str | None = row[0]
        return cancelled_by

    async def end(self, run: str, state: State, *, version: int | None = None, error: str | None = None) -> None:
        """Writes down how a run ended, and lets the next begin. What another process has taken over is left to it."""
        async with self._sessions.begin() as session:
            row = await session.get(RunRow, run, with_for_update=True)
            if row is not None and row.slot == 1 and row.owner == self._owner:
                _end(row, state, await _now(session), error)
                row.version = version

    async def release(self, run: str) -> None:
        """Lets whoever comes take an unfinished run over at once: this process leaves it."""
        mine = update(RunRow).where(RunRow.id == run, RunRow.owner == self._owner, RunRow.slot == 1)
        async with self._sessions.begin() as session:
            await session.execute(mine.values(seen_at=0.0))

    async def cancel(self, team: str, run: str, who: str) -> bool:
        """Asks a run to stop; returns False where it has ended already, or is no run of the team's."""
        asked = update(RunRow).where(RunRow.id == run, RunRow.team == team, RunRow.slot == 1).values(cancelled_by=who)
        async with self._sessions.begin() as session:
            return (await session.execute(asked.returning(RunRow.id))).first() is not None

    async def shown_by(self, run: str, message: str) -> None:
        """Writes down which post shows a run's progress."""
        async with self._sessions.begin() as session:
            await session.execute(update(RunRow).where(RunRow.id == run).values(message=message))

    async def tell_end(self, run: str) -> None:
        """Writes down that people have read how a run ended."""
        async with self._sessions.begin() as session:
            await session.execute(update(RunRow).where(RunRow.id == run).values(told=True))

    async def untold(self) -> Sequence[RunRow]:
        """Returns the runs of all teams that have brought a version lately, of which people have not read yet."""
        async with self._sessions() as session:
            lately = RunRow.ended > await _now(session) - UNTOLD_SECONDS
            rows = select(RunRow).where(RunRow.told.is_(False), RunRow.state.in_(REPORTED), lately)
            return (await session.scalars(rows.order_by(RunRow.ended))).all()

    async def is_known(self, team: str, key: str) -> bool:
        """Returns whether what `key` names has begun a run."""
        async with self._sessions() as session:
            found = await session.scalar(select(RunRow.id).where(RunRow.team == team, RunRow.key == key).limit(1))
        return found is not None

    async def count(self, team: str) -> int:
        """Returns how many runs a team has had, the one that runs among them."""
        async with self._sessions() as session:
            return int(await session.scalar(select(func.count()).where(RunRow.team == team)) or 0)

    async def get(self, run: str) -> RunRow | None:
        """Returns a run; None where there is none."""
        async with self._sessions() as session:
            return await session.get(RunRow, run)

    async def latest(self, team: str, limit: int = 5) -> Sequence[RunRow]:
        """Returns a team's last runs, the newest first."""
        newest = select(RunRow).where(RunRow.team == team).order_by(RunRow.began.desc()).limit(limit)
        async with self._sessions() as session:
            return (await session.scalars(newest)).all()


async def _now(session: AsyncSession) -> float:
    if session.get_bind().dialect.name == "sqlite":
        return time.time()
    return float((await session.execute(select(func.extract("epoch", func.clock_timestamp())))).scalar_one())


def _end(row: RunRow, state: State, now: float, error: str | None) -> None:
    row.state, row.slot, row.ended, row.error = state, None, now, error
