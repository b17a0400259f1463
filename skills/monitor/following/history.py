"""What was read before, put to a watch: one that is new or was changed, or one that is only being tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.following.aim import joined
from skills.monitor.following.aims import Aims
from skills.monitor.following.candidates import Candidate, meant
from skills.monitor.following.labels import NEGATIVE
from skills.monitor.following.matches import Match
from skills.monitor.sources.tables import PostRow
from skills.monitor.watches.tables import ReadingRow
from skills.monitor.watches.watch import Watch

_AT_ONCE = 1_000


async def find_matches(
    sessions: async_sessionmaker[AsyncSession], aims: Aims, watch: Watch, since: float, read_since: float | None = None
) -> AsyncIterator[list[Match]]:
    """Yields what a watch is about among the posts published since a moment that were read, some at a time.

    With `read_since` only of those that were read since then. All are epoch seconds.
    """
    async with sessions() as session:
        found = await session.stream(_candidates(watch, since, read_since))
        async for rows in found.partitions(_AT_ONCE):
            yield await meant([_candidate(watch.team, row) for row in rows], [watch], aims)


def _candidates(watch: Watch, since: float, read_since: float | None) -> Select[*tuple[Any, ...]]:
    query = (
        select(
            PostRow.id,
            PostRow.source,
            PostRow.published_at,
            PostRow.author,
            PostRow.title,
            PostRow.text,
            PostRow.weight,
            func.coalesce(ReadingRow.corrected, ReadingRow.sentiment).label("felt"),
            ReadingRow.topic,
            ReadingRow.companies,
            ReadingRow.corrected,
            ReadingRow.leader,
        )
        .join(ReadingRow, ReadingRow.post == PostRow.id)
        .where(PostRow.team == watch.team, PostRow.published_at >= since)
    )
    if read_since is not None:
        query = query.where(PostRow.read_at >= read_since)
    return query.where(PostRow.source.in_(watch.settings.sources)) if watch.settings.sources else query


def _candidate(team: str, row: Any) -> Candidate:
    return Candidate(
        team,
        row.id,
        row.source,
        row.published_at,
        row.author,
        joined(row.title, row.text),
        row.weight if row.leader == row.id else 0.0,
        row.felt == NEGATIVE,
        row.topic,
        # What a person has corrected is meant of the whole text.
        row.companies if row.corrected is None else {},
    )
