"""What was read before, put to a watch: one that is new or was changed, or one that is only being tried."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.following.aim import joined
from skills.monitor.following.aims import Aims
from skills.monitor.following.candidates import Candidate, meant
from skills.monitor.following.labels import NEGATIVE
from skills.monitor.following.matches import Match
from skills.monitor.sources.tables import PostRow
from skills.monitor.watches.tables import ReadingRow
from skills.monitor.watches.watch import Watch

_AT_ONCE = 5_000


async def find_matches(
    sessions: async_sessionmaker[AsyncSession], aims: Aims, watch: Watch, since: float
) -> AsyncIterator[list[Match]]:
    """Yields what a watch is about among the posts that were read and published since a moment, some at a time."""
    last = -1
    while True:
        async with sessions() as session:
            candidates = await _candidates(session, watch, since, last)
        if not candidates:
            return
        last = candidates[-1].post
        yield await meant(candidates, [watch], aims)


async def _candidates(session: AsyncSession, watch: Watch, since: float, after: int) -> list[Candidate]:
    sentiment = func.coalesce(ReadingRow.corrected, ReadingRow.sentiment)
    query = (
        select(
            PostRow.id,
            PostRow.source,
            PostRow.published_at,
            PostRow.author,
            PostRow.title,
            PostRow.text,
            PostRow.weight,
            sentiment,
            ReadingRow.topic,
            ReadingRow.companies,
            ReadingRow.corrected,
            ReadingRow.leader,
        )
        .join(ReadingRow, ReadingRow.post == PostRow.id)
        .where(PostRow.team == watch.team, PostRow.id > after, PostRow.published_at >= since)
        .order_by(PostRow.id)
        .limit(_AT_ONCE)
    )
    if watch.settings.sources:
        query = query.where(PostRow.source.in_(watch.settings.sources))
    return [
        Candidate(
            watch.team,
            id,
            source,
            at,
            author,
            joined(title, text),
            weight,
            felt == NEGATIVE,
            topic,
            # What a person has corrected is meant of the whole text.
            companies if corrected is None else {},
            leader != id,
        )
        for id, source, at, author, title, text, weight, felt, topic, companies, corrected, leader in (
            await session.execute(query)
        )
    ]
