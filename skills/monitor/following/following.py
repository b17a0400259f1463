"""A watch brought up to date: its new matches counted, and what is unusual in it now.

Several replicas may do this for one watch at once: each reads, reckons, and stores only where nobody has been faster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Services
from skills.monitor.following.aims import Aims
from skills.monitor.following.counting import (
    begin_of,
    came_too_late,
    count,
    recount,
    reopen_series,
)
from skills.monitor.following.history import find_matches
from skills.monitor.following.matches import add_matches, entries_after, entries_since
from skills.monitor.surges import Finding, Series
from skills.monitor.surges.early import YOUNG_SECONDS, early_surge
from skills.monitor.surges.sisters import pooled
from skills.monitor.watches.rows import UNCOUNTED
from skills.monitor.watches.tables import MatchRow, SeriesRow, WatchRow
from skills.monitor.watches.watch import WHOLE, Watch

KEPT_SECONDS = 30 * 86400.0
"""How far back a watch knows its texts."""
_KEPT_AGAIN_SECONDS = 900.0
_SETTLING_SECONDS = 600.0
"""Longer than any post is read."""
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Level:
    """How a watch stands: a series for the whole and for each topic, up to now.

    `brief` are surges that no series holds: they began and ended since the watch was brought up to date last, or came
    before anything was known.
    """

    watch: Watch
    series: Mapping[str, Series]
    brief: Mapping[str, Finding] = field(default_factory=dict)


class Following:
    """Brings watches up to date."""

    def __init__(self, services: Services, aims: Aims) -> None:
        self._services = services
        self._aims = aims

    async def follow(self, watch: Watch) -> Level | None:
        """Counts what is new and returns how the watch stands now; None when somebody else changed it meanwhile."""
        now = self._services.clock.now().timestamp()
        if watch.cursor == UNCOUNTED:
            await self._look_back(watch, now)
        elif abs(now - watch.changed) < _SETTLING_SECONDS:
            # What was being read while the watch was made did not know of it.
            await self._look_back(watch, now, watch.changed - _SETTLING_SECONDS)
        async with self._services.sessions() as session:
            known = await _series(session, watch)
            uncounted = watch.cursor == UNCOUNTED
            cursor = await _last(session, watch) if uncounted else watch.cursor
            new = [] if uncounted else await entries_after(session, watch.id, cursor, _AT_ONCE)
            joined = await _sources(session, watch, cursor) if new else set()
            cursor = new[-1][0] if new else cursor
        entries = [entry for _, entry in new]
        kept_at = known[WHOLE].now if WHOLE in known else 0.0
        anew = not known or came_too_late(known, entries) or any(entry.source not in joined for entry in entries)
        brief: Mapping[str, Finding] = {}
        if anew:
            series, begun = await self._anew(watch, cursor, now)
        else:
            series, begun = known, watch.begun
            brief = await asyncio.to_thread(count, series, entries, watch, begun, now)
        brief = {**await self._early(watch, series, now), **brief}
        if not anew and not entries and now - kept_at < _KEPT_AGAIN_SECONDS:
            # What passing time alone does to the series is reckoned again next time.
            return Level(watch, series, brief)
        return Level(watch, series, brief) if await self._keep(watch, series, cursor, begun) else None

    async def series(self, watch: Watch) -> dict[str, Series]:
        """Returns the series of a watch as they were kept last."""
        async with self._services.sessions() as session:
            return await _series(session, watch)

    async def _early(self, watch: Watch, series: Mapping[str, Series], now: float) -> dict[str, Finding]:
        """Returns the storm that is on in a watch which is too young to know what is usual."""
        whole = series[WHOLE]
        if now - whole.begun >= YOUNG_SECONDS or whole.alarm is not None:
            return {}
        async with self._services.sessions() as session:
            entries = await entries_since(session, watch.id, whole.begun)
        negatives = [entry.at for entry in entries if entry.negative and entry.weight > 0]
        finding = early_surge(negatives, whole.begun, now)
        return {} if finding is None else {WHOLE: finding}

    async def _look_back(self, watch: Watch, now: float, read_since: float | None = None) -> None:
        """Finds what a new watch is about among what was read before."""
        sessions = self._services.sessions
        async for matches in find_matches(sessions, self._aims, watch, now - KEPT_SECONDS, read_since):
            async with sessions.begin() as session:
                # Written first, or SQLite refuses to write where somebody else has since this transaction read.
                await session.execute(update(WatchRow).where(WatchRow.id == watch.id).values(cursor=WatchRow.cursor))
                await add_matches(session, matches)

    async def _anew(self, watch: Watch, cursor: int, now: float) -> tuple[dict[str, Series], float]:
        """Returns the series of all matches up to `cursor`, and when they begin."""
        async with self._services.sessions() as session:
            entries = await entries_since(session, watch.id, now - KEPT_SECONDS, cursor)
            sisters = await _sisters(session, watch)
        begun = begin_of(entries, now - KEPT_SECONDS, now)
        prior = pooled(one.rhythm for one in sisters)
        series = await asyncio.to_thread(recount, watch, entries, begun, now, prior)
        return series, begun

    async def _keep(self, watch: Watch, series: Mapping[str, Series], cursor: int, begun: float) -> bool:
        states = await asyncio.to_thread(lambda: {topic: one.to_state() for topic, one in series.items()})
        async with self._services.sessions.begin() as session:
            here = update(WatchRow).where(
                WatchRow.id == watch.id, WatchRow.cursor == watch.cursor, WatchRow.revision == watch.revision
            )
            kept = await session.execute(here.values(cursor=cursor, begun=begun))
            if not kept.rowcount:  # type: ignore[attr-defined]
                await session.rollback()
                return False
            await session.execute(delete(SeriesRow).where(SeriesRow.watch == watch.id))
            session.add_all(
                SeriesRow(watch=watch.id, topic=topic, team=watch.team, state=state) for topic, state in states.items()
            )
        return True


async def _series(session: AsyncSession, watch: Watch) -> dict[str, Series]:
    """Returns the series as they were kept; none where one is of another version: they are made anew then."""
    if watch.cursor == UNCOUNTED:
        return {}
    rows = await session.execute(select(SeriesRow.topic, SeriesRow.state).where(SeriesRow.watch == watch.id))
    try:
        return {topic: reopen_series(watch, state) for topic, state in rows}
    except ValueError:
        return {}


async def _sisters(session: AsyncSession, watch: Watch) -> list[Series]:
    """Returns the whole of the team's other watches: what is usual there tells what may be usual here."""
    query = select(SeriesRow.state).where(
        SeriesRow.team == watch.team, SeriesRow.watch != watch.id, SeriesRow.topic == WHOLE
    )
    found = []
    for state in await session.scalars(query):
        try:
            found.append(reopen_series(watch, state))
        except ValueError:
            continue
    return found


async def _last(session: AsyncSession, watch: Watch) -> int:
    newest = await session.scalar(select(func.max(MatchRow.id)).where(MatchRow.watch == watch.id))
    return int(newest or 0)


async def _sources(session: AsyncSession, watch: Watch, cursor: int) -> set[str]:
    """Returns the sources of which the watch has counted something."""
    query = select(MatchRow.source).where(MatchRow.watch == watch.id, MatchRow.id <= cursor).distinct()
    return set(await session.scalars(query))
