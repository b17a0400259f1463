"""How good a watch's alerts have been: precision, delay, noise."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.episodes.tables import EpisodeRow, SendRow

_WEEK_SECONDS = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Usefulness:
    """How many told episodes people called useful (by acknowledging them, say), and how many not."""

    useful: int
    not_useful: int

    @property
    def precision(self) -> float | None:
        """The useful share of those judged; None while none is."""
        judged = self.useful + self.not_useful
        return self.useful / judged if judged else None


@dataclass(frozen=True, slots=True)
class Stats:
    """What a watch's alerts came to. `open` goes on, `told` had a message, `untold` was over before it had one.

    `delay` is the median from the beginning of a surge to its message, in seconds; None without any. `messages_a_week`
    counts what makes a sound: cards, and lines under them.
    """

    open: int
    told: int
    untold: int
    usefulness: Usefulness
    delay: float | None
    messages_a_week: float


async def usefulness(
    sessions: async_sessionmaker[AsyncSession], team: str, watch: str, since: float = 0.0
) -> Usefulness:
    """Returns how a watch's episodes opened since a time were judged."""
    counted = (
        select(EpisodeRow.useful, func.count())
        .where(
            EpisodeRow.team == team,
            EpisodeRow.watch == watch,
            EpisodeRow.opened_at >= since,
            EpisodeRow.useful.is_not(None),
        )
        .group_by(EpisodeRow.useful)
    )
    async with sessions() as session:
        counts = {row[0]: int(row[1]) for row in await session.execute(counted)}
    return Usefulness(counts.get(True, 0), counts.get(False, 0))


async def stats(sessions: async_sessionmaker[AsyncSession], team: str, watch: str, since: float, now: float) -> Stats:
    """Returns what a watch's episodes opened since a time have come to by now.

    An episode that another's card spoke for from the start counts with that one.
    """
    query = select(EpisodeRow.open, EpisodeRow.outcome, EpisodeRow.since, EpisodeRow.told_at).where(
        EpisodeRow.team == team,
        EpisodeRow.watch == watch,
        EpisodeRow.opened_at >= since,
        EpisodeRow.head.is_(None) | EpisodeRow.told_at.is_not(None),
    )
    sounds = select(func.count(), func.count(SendRow.line)).where(
        SendRow.team == team, SendRow.watch == watch, SendRow.sent_at >= since
    )
    async with sessions() as session:
        found = (await session.execute(query)).all()
        cards = int(await session.scalar(sounds.where(SendRow.reason == "first")) or 0)
        lines = (await session.execute(sounds)).one()[1]
    delays = [row.told_at - row.since for row in found if row.told_at is not None]
    return Stats(
        open=sum(row.outcome is None for row in found),
        told=len(delays),
        untold=sum(row.told_at is None and row.outcome is not None for row in found),
        usefulness=await usefulness(sessions, team, watch, since),
        delay=statistics.median(delays) if delays else None,
        messages_a_week=(cards + lines) * _WEEK_SECONDS / max(now - since, _WEEK_SECONDS),
    )
