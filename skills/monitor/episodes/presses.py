"""What people press on an episode's card. Each press does its work once, however often it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.episodes.rows import lock, plan_of, told_of, view_of
from skills.monitor.episodes.tables import EpisodeRow, PressRow
from skills.monitor.episodes.view import EpisodeView

What = Literal["acknowledge", "confirm", "useful", "not_useful", "close"]


@dataclass(frozen=True, slots=True)
class Pressed:
    """The episode after a press, and whether that changed it."""

    episode: EpisodeView
    changed: bool


async def press(
    sessions: async_sessionmaker[AsyncSession], team: str, id: str, what: What, by: str, now: float
) -> Pressed | None:
    """Does what `by` has pressed; returns None where the team has no such episode.

    On a card that another one speaks for, it counts for that one.
    """
    async with sessions() as session:
        watch = await session.scalar(select(EpisodeRow.watch).where(EpisodeRow.id == id, EpisodeRow.team == team))
    if watch is None:
        return None
    async with sessions.begin() as session:
        await lock(session, team, watch)
        row = await session.get_one(EpisodeRow, id)
        told = told_of(row)
        if row.head is not None and (told is None or told.silent):
            row = await session.get_one(EpisodeRow, row.head)
        members = await session.scalars(
            select(EpisodeRow).where(EpisodeRow.team == team, EpisodeRow.head == row.id, EpisodeRow.open == 1)
        )
        changed = _CHANGES[what](row, by, now)
        if changed and row.outcome in ("not_useful", "closed") and row.closed_at == now:
            for member in members:
                member.outcome, member.closed_by, member.closed_at = row.outcome, by, now
        if changed:
            session.add(PressRow(team=team, episode=row.id, what=what, by=by, at=now))
        return Pressed(view_of(row), changed)


def _acknowledge(row: EpisodeRow, by: str, now: float) -> bool:
    if row.outcome is not None or row.acknowledged_by is not None:
        return False
    _hold(row, by, now)
    row.useful = True if row.useful is None else row.useful
    return True


def _confirm(row: EpisodeRow, by: str, now: float) -> bool:
    """Changes nothing before it was asked for. After the acknowledgement has lapsed, it acknowledges again."""
    if row.acknowledged_by is None:
        return _acknowledge(row, by, now)
    asked = row.confirm_at is None and plan_of(row).confirm_after is not None
    if row.outcome is not None or not asked:
        return False
    _hold(row, by, now)
    return True


def _hold(row: EpisodeRow, by: str, now: float) -> None:
    after = plan_of(row).confirm_after
    row.acknowledged_by, row.acknowledged_at = by, now
    row.confirm_at = now + after if after is not None else None
    row.lapse_at = row.escalate_at = row.repeat_at = None


def _useful(row: EpisodeRow, by: str, now: float) -> bool:
    if row.useful is not None:
        return False
    row.useful = True
    return True


def _not_useful(row: EpisodeRow, by: str, now: float) -> bool:
    if row.useful is False:
        return False
    row.useful = False
    _dismiss(row, "not_useful", by, now)
    return True


def _close(row: EpisodeRow, by: str, now: float) -> bool:
    return _dismiss(row, "closed", by, now)


def _dismiss(row: EpisodeRow, outcome: Literal["not_useful", "closed"], by: str, now: float) -> bool:
    if row.outcome is not None:
        return False
    row.outcome, row.closed_by, row.closed_at = outcome, by, now
    row.escalate_at = row.confirm_at = row.lapse_at = row.repeat_at = None
    return True


_CHANGES: dict[What, Callable[[EpisodeRow, str, float], bool]] = {
    "acknowledge": _acknowledge,
    "confirm": _confirm,
    "useful": _useful,
    "not_useful": _not_useful,
    "close": _close,
}
