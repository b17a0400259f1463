"""The sources of every team: added, changed and removed by people, and claimed lane by lane to be looked at."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.dialects import INSERT
from skills.monitor.sources.faults import Fault
from skills.monitor.sources.kinds import make_source
from skills.monitor.sources.rhythm import Pulse, What
from skills.monitor.sources.source import Source, Validators
from skills.monitor.sources.tables import EventRow, LaneRow, PostRow, SeenRow, SourceRow

LEASE_SECONDS = 120.0
AHEAD_SECONDS = 60.0
"""What was noted so far ahead of now was noted before the clock went back, and holds no longer."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane that this replica holds."""

    team: str
    name: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A source and how it is doing. `fault` is what was wrong at the last look, None when it was well."""

    id: str
    team: str
    kind: str
    name: str
    settings: Mapping[str, Any]
    owner: str
    lane: str
    revision: int
    paused: bool
    due_at: datetime
    looked_at: datetime | None
    ok_at: datetime | None
    interval: float
    primed: bool
    cursor: Mapping[str, Any]
    validators: Validators
    fault: Fault | None
    moved_to: str | None
    pulse: Pulse

    @property
    def state(self) -> str:
        """One of paused, new, failing, silent, unwell (a failure or a few), well."""
        if self.paused:
            return "paused"
        if self.pulse.reported:
            return self.pulse.reported
        if self.fault is not None:
            return "unwell"
        return "new" if self.ok_at is None else "well"


class SourceRows:
    """The sources in the database that `sessions` opens; `kinds` are those that are installed."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], kinds: Mapping[str, type[Source]], clock: Clock
    ) -> None:
        self._sessions = sessions
        self._kinds = kinds
        self._clock = clock

    async def add(self, team: str, kind: str, name: str, settings: Mapping[str, Any], owner: str) -> str:
        """Keeps a source, due at once, and returns its id. Raises `SourceError` for wrong settings."""
        source = make_source(self._kinds, kind, settings)
        now = self._clock.now().timestamp()
        id = secrets.token_hex(8)
        async with self._sessions.begin() as session:
            session.add(
                SourceRow(
                    id=id,
                    team=team,
                    kind=kind,
                    name=name[:200],
                    settings=dict(settings),
                    owner=owner,
                    lane=source.lane,
                    revision=1,
                    paused=False,
                    made_at=now,
                    due_at=now,
                    primed=source.pushed,
                    cursor={},
                    validated_url="",
                    interval=60 * source.settings.min_minutes,
                    failures=0,
                    posts=0,
                    longest_gap=0.0,
                    quiet=0.0,
                )
            )
            await _ensure_lane(session, team, source.lane)
        return id

    async def edit(self, team: str, id: str, name: str, settings: Mapping[str, Any]) -> bool:
        """Changes a source, which begins anew where it now is; what was seen stays known. False when there is none."""
        found = await self.get(team, id)
        if found is None:
            return False
        source = make_source(self._kinds, found.kind, settings)
        now = self._clock.now().timestamp()
        values: dict[str, Any] = {"name": name[:200], "settings": dict(settings), "lane": source.lane}
        if dict(settings) != dict(found.settings):
            values |= {"cursor": {}, "validated_url": "", "etag": None, "last_modified": None, "digest": None}
            values |= {"failures": 0, "fault": None, "moved_to": None, "due_at": now}
        async with self._sessions.begin() as session:
            await _ensure_lane(session, team, source.lane)
            return await _changed(session, team, id, values)

    async def pause(self, team: str, id: str, paused: bool) -> bool:
        """Pauses a source, or goes on with it at once. Returns False when there is none."""
        values: dict[str, Any] = {"paused": paused}
        if not paused:
            values["due_at"] = self._clock.now().timestamp()
        async with self._sessions.begin() as session:
            return await _changed(session, team, id, values)

    async def look_now(self, team: str, id: str) -> bool:
        """Makes a source due at once, whatever its pause after failures. Returns False when there is none."""
        async with self._sessions.begin() as session:
            here = update(SourceRow).where(SourceRow.team == team, SourceRow.id == id)
            result = await session.execute(here.values(due_at=self._clock.now().timestamp()))
            return bool(result.rowcount)  # type: ignore[attr-defined]

    async def remove(self, team: str, id: str, *, posts: bool = False) -> bool:
        """Drops a source and what was seen of it; its posts too when asked. Returns False when there was none."""
        async with self._sessions.begin() as session:
            gone = await session.execute(delete(SourceRow).where(SourceRow.team == team, SourceRow.id == id))
            if not gone.rowcount:  # type: ignore[attr-defined]
                return False
            await session.execute(delete(SeenRow).where(SeenRow.source == id))
            await session.execute(delete(EventRow).where(EventRow.source == id))
            if posts:
                await session.execute(delete(PostRow).where(PostRow.source == id))
            return True

    async def all(self, team: str) -> list[Followed]:
        """Returns a team's sources by name."""
        async with self._sessions() as session:
            query = select(SourceRow).where(SourceRow.team == team).order_by(SourceRow.name, SourceRow.id)
            return [_followed(row) for row in await session.scalars(query)]

    async def get(self, team: str, id: str) -> Followed | None:
        """Returns one source."""
        async with self._sessions() as session:
            row = await session.scalar(select(SourceRow).where(SourceRow.team == team, SourceRow.id == id))
            return _followed(row) if row is not None else None

    async def find(self, id: str) -> Followed | None:
        """Returns a source by its id alone, of whichever team."""
        async with self._sessions() as session:
            row = await session.get(SourceRow, id)
            return _followed(row) if row is not None else None

    async def of_kind(self, kind: str) -> list[Followed]:
        """Returns the sources of a kind that are not paused, of all teams."""
        async with self._sessions() as session:
            query = select(SourceRow).where(SourceRow.kind == kind, SourceRow.paused.is_(False))
            return [_followed(row) for row in await session.scalars(query)]

    async def claim(self, holder: str, most: int) -> list[Lane]:
        """Takes the lease of up to `most` lanes in which something is due, the longest due first."""
        now = self._clock.now().timestamp()
        due = _due(now)
        waits = (
            select(func.min(SourceRow.due_at))
            .where(SourceRow.team == LaneRow.team, SourceRow.lane == LaneRow.lane, due)
            .scalar_subquery()
        )
        free = (
            select(LaneRow.team, LaneRow.lane)
            .where(
                _free(),
                or_(LaneRow.not_before <= now, LaneRow.noted_at > now + AHEAD_SECONDS),
                exists().where(SourceRow.team == LaneRow.team, SourceRow.lane == LaneRow.lane, due),
            )
            .order_by(waits)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        async with self._sessions() as session:
            if session.get_bind().dialect.name == "sqlite" and not (await session.execute(free)).first():
                return []
        async with self._sessions.begin() as session:
            found = (await session.execute(free)).all()
            lanes = []
            for team, lane in found:
                mine = update(LaneRow).where(LaneRow.team == team, LaneRow.lane == lane, _free())
                taken = await session.execute(mine.values(holder=holder, leased_until=time.time() + LEASE_SECONDS))
                if taken.rowcount:  # type: ignore[attr-defined]
                    lanes.append(Lane(team, lane))
            return lanes

    async def due_in(self, lane: Lane) -> list[Followed]:
        """Returns the lane's due sources: those that are well first, so that no failing one holds them up."""
        async with self._sessions() as session:
            return await due_sources(session, lane, self._clock.now().timestamp())

    async def release(self, holder: str, lane: Lane) -> None:
        """Gives a lease back."""
        mine = update(LaneRow).where(LaneRow.team == lane.team, LaneRow.lane == lane.name, LaneRow.holder == holder)
        async with self._sessions.begin() as session:
            await session.execute(mine.values(holder=None, leased_until=0.0))

    async def release_all(self, holder: str) -> None:
        """Gives back what a replica holds that stops."""
        async with self._sessions.begin() as session:
            mine = update(LaneRow).where(LaneRow.holder == holder)
            await session.execute(mine.values(holder=None, leased_until=0.0))


async def due_sources(session: AsyncSession, lane: Lane, now: float) -> list[Followed]:
    """Returns what is due in a lane, what is well first."""
    query = (
        select(SourceRow)
        .where(SourceRow.team == lane.team, SourceRow.lane == lane.name, _due(now))
        .order_by(SourceRow.failures > 0, SourceRow.due_at)
        .limit(100)
    )
    return [_followed(row) for row in await session.scalars(query)]


async def _ensure_lane(session: AsyncSession, team: str, lane: str) -> None:
    insert = INSERT[session.get_bind().dialect.name]
    empty = {"leased_until": 0.0, "not_before": 0.0, "noted_at": 0.0, "refusals": 0, "ok_at": 0.0}
    await session.execute(insert(LaneRow).values(team=team, lane=lane, **empty).on_conflict_do_nothing())


async def _changed(session: AsyncSession, team: str, id: str, values: Mapping[str, Any]) -> bool:
    here = update(SourceRow).where(SourceRow.team == team, SourceRow.id == id)
    result = await session.execute(here.values(revision=SourceRow.revision + 1, **values))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _free() -> ColumnElement[bool]:
    """A lease that has ended, or that lasts longer than any does: then the machine's clock went back."""
    now = time.time()
    return or_(LaneRow.leased_until < now, LaneRow.leased_until > now + LEASE_SECONDS + AHEAD_SECONDS)


def _due(now: float) -> ColumnElement[bool]:
    return and_(
        SourceRow.paused.is_(False),
        or_(SourceRow.due_at <= now, SourceRow.looked_at > now + AHEAD_SECONDS),
    )


def _time(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _reported(stored: str | None) -> What | None:
    known: Sequence[What] = ("failing", "silent")
    return next((what for what in known if what == stored), None)


def _followed(row: SourceRow) -> Followed:
    return Followed(
        id=row.id,
        team=row.team,
        kind=row.kind,
        name=row.name,
        settings=row.settings,
        owner=row.owner,
        lane=row.lane,
        revision=row.revision,
        paused=row.paused,
        due_at=datetime.fromtimestamp(row.due_at, UTC),
        looked_at=_time(row.looked_at),
        ok_at=_time(row.ok_at),
        interval=row.interval,
        primed=row.primed,
        cursor=row.cursor,
        validators=Validators(row.validated_url, row.etag, row.last_modified, row.digest),
        fault=Fault(row.fault["code"], row.fault["values"]) if row.fault else None,
        moved_to=row.moved_to,
        pulse=Pulse(row.failures, row.posts, row.gap, row.longest_gap, row.quiet, _reported(row.reported)),
    )
