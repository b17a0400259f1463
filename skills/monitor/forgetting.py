"""What the monitor keeps, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.digests import Bundles
from skills.monitor.episodes import Episodes
from skills.monitor.reading.folding import WINDOW, forget_folds
from skills.monitor.sources import Polling
from skills.monitor.watches.tables import MatchRow, ReadingRow

POSTS = timedelta(days=90)
EPISODES = timedelta(days=730)
TOLD = timedelta(days=30)
_AT_ONCE = 1_000


async def forget_old(
    sessions: async_sessionmaker[AsyncSession], polling: Polling, episodes: Episodes, bundles: Bundles, now: float
) -> None:
    """Deletes what is older than it is kept, a thousand rows in a transaction."""
    moment = datetime.fromtimestamp(now, UTC)
    before = (moment - POSTS).timestamp()
    while await _forget_readings(sessions, before) == _AT_ONCE:
        pass
    while await polling.posts.forget(moment - POSTS, _AT_ONCE) == _AT_ONCE:
        pass
    while await episodes.forget(moment - EPISODES, _AT_ONCE) == _AT_ONCE:
        pass
    async with sessions.begin() as session:
        await forget_folds(session, moment - 2 * WINDOW)
    await polling.events.forget(moment - TOLD)
    await bundles.forget(moment - TOLD)


async def _forget_readings(sessions: async_sessionmaker[AsyncSession], before: float) -> int:
    old = select(ReadingRow.post).where(ReadingRow.at < before).limit(_AT_ONCE)
    async with sessions.begin() as session:
        await session.execute(delete(MatchRow).where(MatchRow.post.in_(old.scalar_subquery())))
        gone = await session.execute(delete(ReadingRow).where(ReadingRow.post.in_(old.scalar_subquery())))
        return int(gone.rowcount)  # type: ignore[attr-defined]
