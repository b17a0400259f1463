"""Stored posts, on their way to whoever reads them: claimed by lease, settled in the reader's own transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources.dates import Dating
from skills.monitor.sources.post import Post
from skills.monitor.sources.tables import PostRow

_DATINGS: Sequence[Dating] = ("given", "missing", "unreadable", "future", "ancient")
_AT_ONCE = 900


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post with its number, its team, and when it came."""

    id: int
    team: str
    post: Post
    seen_at: datetime


class StoredPosts:
    """The posts in the database that `sessions` opens."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def claim(self, reader: str, most: int, seconds: float = 120.0) -> list[StoredPost]:
        """Takes up to `most` posts that nobody has read, the oldest first, for so many seconds."""
        now = time.time()
        free = (
            select(PostRow.id)
            .where(PostRow.read_at.is_(None), PostRow.leased_until < now)
            .order_by(PostRow.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(PostRow)
            .where(PostRow.id.in_(free.scalar_subquery()))
            .values(reader=reader, leased_until=now + seconds)
            .returning(PostRow)
        )
        async with self._sessions() as session:
            # Asked every second: what finds nothing must keep no writer waiting.
            waiting = select(PostRow.id).where(PostRow.read_at.is_(None), PostRow.leased_until < now).limit(1)
            if await session.scalar(waiting) is None:
                return []
        async with self._sessions.begin() as session:
            rows = (await session.scalars(claimed)).all()
            return sorted((_stored(row) for row in rows), key=lambda stored: stored.id)

    @staticmethod
    async def settle(session: AsyncSession, reader: str, ids: Sequence[int], now: datetime) -> int:
        """Marks posts as read, in the transaction in which their labels are stored; returns how many still were ours.

        When fewer than `ids` were, another reader has taken them over: roll back.
        """
        settled = 0
        for start in range(0, len(ids), _AT_ONCE):
            mine = update(PostRow).where(
                PostRow.id.in_(ids[start : start + _AT_ONCE]), PostRow.reader == reader, PostRow.read_at.is_(None)
            )
            result = await session.execute(mine.values(read_at=now.timestamp(), reader=None, leased_until=0.0))
            settled += int(result.rowcount)  # type: ignore[attr-defined]
        return settled

    async def give_back(self, reader: str, ids: Sequence[int]) -> None:
        """Frees posts that could not be read, so that nobody waits for the claim to end."""
        async with self._sessions.begin() as session:
            for start in range(0, len(ids), _AT_ONCE):
                mine = update(PostRow).where(PostRow.id.in_(ids[start : start + _AT_ONCE]), PostRow.reader == reader)
                await session.execute(mine.values(reader=None, leased_until=0.0))

    async def waiting(self) -> int:
        """Returns how many posts nobody has read."""
        async with self._sessions() as session:
            query = select(func.count()).select_from(PostRow).where(PostRow.read_at.is_(None))
            return int(await session.scalar(query) or 0)

    async def between(self, team: str, start: datetime, end: datetime) -> list[StoredPost]:
        """Returns a team's posts by when they were published, from `start` until before `end`."""
        query = (
            select(PostRow)
            .where(
                PostRow.team == team,
                PostRow.published_at >= start.timestamp(),
                PostRow.published_at < end.timestamp(),
            )
            .order_by(PostRow.published_at, PostRow.id)
        )
        async with self._sessions() as session:
            return [_stored(row) for row in await session.scalars(query)]

    async def forget(self, before: datetime, most: int = 1_000) -> int:
        """Deletes up to `most` posts that were read and came before a time; returns how many."""
        old = select(PostRow.id).where(PostRow.seen_at < before.timestamp(), PostRow.read_at.is_not(None)).limit(most)
        async with self._sessions.begin() as session:
            gone = await session.execute(delete(PostRow).where(PostRow.id.in_(old.scalar_subquery())))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _stored(row: PostRow) -> StoredPost:
    post = Post(
        source=row.source,
        external_id=row.external_id,
        link=row.link,
        author=row.author,
        title=row.title,
        text=row.text,
        published_as_given=row.published_as_given,
        published_at=datetime.fromtimestamp(row.published_at, UTC),
        dating=next((dating for dating in _DATINGS if dating == row.dating), "missing"),
        language=row.language,
        weight=row.weight,
        numbers=row.numbers,
        keys=(row.key,),
    )
    return StoredPost(row.id, row.team, post, datetime.fromtimestamp(row.seen_at, UTC))
