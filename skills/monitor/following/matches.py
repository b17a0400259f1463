"""What watches are about, stored: one row a watch and post, with the weight by which it counts."""

from __future__ import annotations

import hashlib
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.dialects import INSERT
from skills.monitor.following.counting import Entry
from skills.monitor.watches.tables import MatchRow, WatchRow

LOUD = 2
"""So many texts of one author count within an hour: an account that repeats itself is one voice."""
LOUD_SECONDS = 3600.0
_REGULAR = 0.2
"""Who wrote this share of a source's texts is one of those by whom it speaks, and counts in full."""
_REGULAR_SECONDS = 7200.0
_REMEMBERED_SECONDS = 14 * 86400.0
_SOLE = 0.8
"""The same while fewer than `_KNOWN` texts of before these two hours are known: then nearly all must be of one hand."""
_KNOWN = 10
HEAVIEST = 10
"""A post counts for at most so many, whatever its source weighs."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Match:
    """A post that a watch is about; `at` in epoch seconds. `author` is empty where the source names none."""

    team: str
    watch: str
    source: str
    post: int
    at: float
    author: str
    negative: bool
    weight: int
    topics: tuple[str, ...]


def weight_of(post: int, source_weight: float) -> int:
    """Returns for how many texts a post counts.

    Whole parts of its source's weight count as they are; a fraction does for that share of the posts, always the same.
    """
    whole = int(source_weight)
    share = int(hashlib.sha256(b"%d" % post).hexdigest()[:8], 16) / 0x100000000
    return min(HEAVIEST, whole + (share < source_weight - whole))


def quietened(
    matches: Iterable[Match],
    known: Iterable[tuple[str, str, float]] = (),
    regular: Collection[tuple[str, str]] = frozenset(),
) -> list[Match]:
    """Returns the matches in order of time, those beyond `LOUD` of one author within an hour with weight 0.

    `known` are (watch, author, time) of what counts already, `regular` the (source, author) that are not limited.
    """
    spoken: dict[tuple[str, str], list[float]] = defaultdict(list)
    for watch, author, at in sorted(known):
        spoken[watch, author].append(at)
    made: list[Match] = []
    for match in sorted(matches, key=lambda one: (one.at, one.post)):
        times = spoken[match.watch, match.author]
        if match.weight and match.author and (match.source, match.author) not in regular:
            place = bisect_right(times, match.at)
            lately = [at for at in times[max(0, place - LOUD) : place] if match.at - at < LOUD_SECONDS]
            if len(lately) >= LOUD:
                match = replace(match, weight=0)
            else:
                insort(times, match.at)
        made.append(match)
    return made


async def lock_watches(session: AsyncSession, watches: Collection[str]) -> None:
    """Makes sure that nobody else adds matches of these watches before the transaction ends.

    So a match with a higher number is never seen before one with a lower, and a cursor misses none.
    """
    query = select(WatchRow.id).where(WatchRow.id.in_(watches)).order_by(WatchRow.id).with_for_update()
    await session.execute(query)


async def add_matches(session: AsyncSession, matches: Sequence[Match]) -> None:
    """Stores matches; those that are stored already stay as they are."""
    if not matches:
        return
    quiet = quietened(matches, await _counted(session, matches), await _regular(session, matches))
    insert = INSERT[session.get_bind().dialect.name](MatchRow).on_conflict_do_nothing()
    for begin in range(0, len(quiet), _AT_ONCE):
        rows = [
            {
                "team": one.team,
                "watch": one.watch,
                "source": one.source,
                "post": one.post,
                "at": one.at,
                "author": one.author,
                "negative": one.negative,
                "weight": one.weight,
                "topics": list(one.topics),
            }
            for one in quiet[begin : begin + _AT_ONCE]
        ]
        await session.execute(insert, rows)


async def entries_after(session: AsyncSession, watch: str, cursor: int, most: int) -> list[tuple[int, Entry]]:
    """Returns up to `most` matches with numbers above `cursor`, with their numbers, in order."""
    query = (
        select(MatchRow.id, MatchRow.source, MatchRow.at, MatchRow.negative, MatchRow.weight, MatchRow.topics)
        .where(MatchRow.watch == watch, MatchRow.id > cursor)
        .order_by(MatchRow.id)
        .limit(most)
    )
    rows = await session.execute(query)
    return [(id, Entry(source, at, negative, weight, topics)) for id, source, at, negative, weight, topics in rows]


async def entries_since(session: AsyncSession, watch: str, since: float, cursor: int | None = None) -> list[Entry]:
    """Returns the matches of a watch since a moment, by time; with `cursor` those with numbers up to it."""
    query = (
        select(MatchRow.source, MatchRow.at, MatchRow.negative, MatchRow.weight, MatchRow.topics)
        .where(MatchRow.watch == watch, MatchRow.at >= since)
        .order_by(MatchRow.at)
    )
    if cursor is not None:
        query = query.where(MatchRow.id <= cursor)
    entries: list[Entry] = []
    # Row by row a month of texts would keep everybody else waiting.
    async for rows in (await session.stream(query)).partitions(_AT_ONCE):
        entries += [Entry(*row) for row in rows]
    return entries


async def _counted(session: AsyncSession, matches: Sequence[Match]) -> list[tuple[str, str, float]]:
    """Returns (watch, author, time) of what counts already of the matches' authors, around the matches' times."""
    authors = {one.author for one in matches if one.author and one.weight}
    if not authors:
        return []
    first = min(one.at for one in matches) - LOUD_SECONDS
    last = max(one.at for one in matches)
    found: list[tuple[str, str, float]] = []
    for begin in range(0, len(authors), _AT_ONCE):
        query = select(MatchRow.watch, MatchRow.author, MatchRow.at).where(
            MatchRow.watch.in_({one.watch for one in matches}),
            MatchRow.at.between(first, last),
            MatchRow.author.in_(sorted(authors)[begin : begin + _AT_ONCE]),
            MatchRow.weight > 0,
        )
        found += [(watch, author, at) for watch, author, at in await session.execute(query)]
    return found


async def _regular(session: AsyncSession, matches: Sequence[Match]) -> set[tuple[str, str]]:
    """Returns the (source, author) by whom a source speaks, going by what was written before these two hours."""
    before = min(one.at for one in matches) - _REGULAR_SECONDS
    sources = sorted({one.source for one in matches})
    # A post stands once for each watch that it is about: it is counted once.
    query = (
        select(MatchRow.source, MatchRow.author, func.count(func.distinct(MatchRow.post)))
        .where(MatchRow.source.in_(sources), MatchRow.at.between(before - _REMEMBERED_SECONDS, before))
        .group_by(MatchRow.source, MatchRow.author)
    )
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for source, author, number in await session.execute(query):
        written[source][author] += number
    found: set[tuple[str, str]] = set()
    for source in sources:
        counts, share = written[source], _REGULAR
        if counts.total() < _KNOWN:
            share = _SOLE
            counts = counts + Counter(
                author for _, author in {(m.post, m.author) for m in matches if m.source == source}
            )
        found |= {(source, author) for author, number in counts.items() if number >= share * counts.total()}
    return found
