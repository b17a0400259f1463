"""The auditor: reads again what was promised, and says once what did not run on time.

It decides nothing and shares no state with the looks: it goes by the promises in the rows alone, so that a look
that is never taken, a sender that always fails and a step that is forgotten are all seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.monitor.episodes.promises import due_at
from skills.monitor.episodes.tables import EpisodeRow, MissedRow, SendRow, WatchRow
from skills.monitor.episodes.view import Reason

TOLERANCE_SECONDS = 180.0
"""So late is still on time: looks come once a minute, and an edit waits for the one before."""
BLIND_SECONDS = 900.0
"""A watch with open episodes that nobody has looked at for so long."""
AGAIN_SECONDS = 7 * 86_400.0
"""What was sent longer ago is not audited again."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A step that did not run on time: a reason, or `look` where the watch itself was not looked at.

    `episode` is empty for a look. Times in epoch seconds.
    """

    team: str
    watch: str
    episode: str
    step: str
    due_at: float
    found_at: float


async def audit(sessions: async_sessionmaker[AsyncSession], now: float) -> list[Missed]:
    """Returns the steps of all teams that are late or ran late and were not reported before, and stores them."""
    async with sessions() as session:
        rows = list(await session.scalars(select(EpisodeRow).where(EpisodeRow.open == 1)))
        watches = {(watch.team, watch.watch): watch for watch in await session.scalars(select(WatchRow))}
        late = list(
            await session.scalars(
                select(SendRow).where(
                    SendRow.decided_at >= now - AGAIN_SECONDS,
                    (SendRow.sent_at > SendRow.due_at + TOLERANCE_SECONDS)
                    | (SendRow.sent_at.is_(None) & (SendRow.due_at < now - TOLERANCE_SECONDS)),
                )
            )
        )
    found = [Missed(step.team, step.watch, step.episode, step.reason, step.due_at, now) for step in late]
    for row in rows:
        watch = watches[row.team, row.watch]
        found += [
            Missed(row.team, row.watch, row.id, step, due, now)
            for step, due in _promises(row, rows, watch.muted_until)
            if now - due > TOLERANCE_SECONDS
        ]
    for key in {(row.team, row.watch) for row in rows}:
        looked = watches[key].looked_at
        if looked is not None and now - looked > BLIND_SECONDS:
            found.append(Missed(*key, "", "look", looked, now))
    return await _new(sessions, found)


async def missed(sessions: async_sessionmaker[AsyncSession], team: str, watch: str, since: float) -> list[Missed]:
    """Returns what was found late of a watch since a time, the oldest first."""
    query = select(MissedRow).where(MissedRow.team == team, MissedRow.watch == watch, MissedRow.found_at >= since)
    async with sessions() as session:
        return [
            Missed(row.team, row.watch, row.episode, row.step, row.due_at, row.found_at)
            for row in await session.scalars(query.order_by(MissedRow.found_at, MissedRow.id))
        ]


def _promises(row: EpisodeRow, rows: list[EpisodeRow], muted_until: float | None) -> Iterator[tuple[Reason, float]]:
    """Yields the steps that an open episode still owes, with when they are due."""
    together = [row, *(one for one in rows if one.head == row.id)]
    ends = [one.over_since for one in together if one.over_since is not None]
    owes = row.head is None and row.outcome is None
    owed: dict[Reason, bool] = {
        "first": owes and len(ends) < len(together),
        "escalated": owes,
        "confirm": owes,
        "repeat": owes,
        "over": row.outcome is not None or len(ends) == len(together),
    }
    for step, still in owed.items():
        due = due_at(row, step, muted_until, max(ends, default=None)) if still else None
        if due is not None:
            yield step, due


async def _new(sessions: async_sessionmaker[AsyncSession], found: list[Missed]) -> list[Missed]:
    fresh = []
    async with sessions.begin() as session:
        insert = INSERT[session.get_bind().dialect.name]
        for one in found:
            values = {name: getattr(one, name) for name in Missed.__slots__}
            added = insert(MissedRow).values(**values).on_conflict_do_nothing().returning(MissedRow.id)
            if (await session.execute(added)).first() is not None:
                fresh.append(one)
    return fresh
