"""The rows of links: made, hinted at, claimed by lease, and marked by each change of their task."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.tasks.linking.here import COLUMNS
from skills.tasks.linking.tables import LinkRow, TrackerRow
from skills.tasks.linking.tracker import Remote
from skills.tasks.linking.values import differ
from skills.tasks.store.tables import TaskRow

LEASE_SECONDS = 180.0
AHEAD_SECONDS = 60.0
"""A lease that ends so much later than any does was taken before the machine's clock went back."""
IDS_AT_ONCE = 500
OWN = "link"
"""The key of `session.info` under which a sync names its link, so that its own changes don't come back to it."""

_SHARED = frozenset(COLUMNS.values())


class LostLease(Exception):
    """Another replica has taken a link over, or somebody has removed it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A task's link. `name` and `url` are the issue's, empty while it is not made.

    `fault` is the code of `TrackerError` that keeps both sides apart, `detail` what it is about; while `state` is
    waiting it is tried again by itself, once it is broken only after a change.
    """

    id: int
    team: str
    task: int
    tracker: str
    name: str
    url: str
    by: str
    state: Literal["making", "linked", "waiting", "broken"]
    fault: str | None
    detail: str


async def mark_links(session: AsyncSession, row: TaskRow, fields: frozenset[str], now: float) -> None:
    """Marks the links of a changed task: a `Follower` of `Tasks`. A sync's own changes mark other links alone."""
    if not fields & _SHARED:
        return
    here = update(LinkRow).where(LinkRow.team == row.team, LinkRow.task == row.id)
    others = here.where(LinkRow.id != session.info.get(OWN, 0), or_(LinkRow.fault.is_(None), LinkRow.fault != "gone"))
    await session.execute(others.values(wanted=LinkRow.wanted + 1, due_at=now))


def link_of(row: LinkRow) -> Link:
    """Returns the link of a row."""
    state: Literal["making", "linked", "waiting", "broken"] = "linked" if row.remote is not None else "making"
    if row.fault is not None:
        state = "waiting" if row.due_at is not None else "broken"
    return Link(row.id, row.team, row.task, row.tracker, row.name, row.url, row.by, state, row.fault, row.detail)


class LinkRows:
    """The links in the database that `sessions` opens; `holder` names this replica."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], holder: str) -> None:
        self._sessions = sessions
        self._holder = holder

    async def add(
        self, team: str, task: int, tracker: str, by: str, remote: Remote | None, now: float, *, held: bool
    ) -> LinkRow | None:
        """Keeps a link, `held` by this replica or due; None where the task has one, or the issue has another task."""
        lease = self._lease() if held else {"lease": None, "leased_until": 0.0}
        values: dict[str, Any] = {
            **{"team": team, "task": task, "tracker": tracker, "by": by, "key": secrets.token_hex(8)},
            **{"remote": None if remote is None else remote.id, "name": "" if remote is None else remote.name},
            **{"url": "" if remote is None else remote.url, "base": {}, "sending": None, "remote_at": 0.0},
            **{"wanted": 1, "seen": 0, "due_at": now, "tries": 0, "attempted_at": None},
            **{"fault": None, "detail": "", "told": True, **lease},
        }
        async with self._sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](LinkRow).values(**values).on_conflict_do_nothing()
            return (await session.scalars(insert.returning(LinkRow))).first()

    async def remove(self, team: str, task: int, tracker: str) -> LinkRow | None:
        """Drops a link and returns what it was; None where there was none."""
        gone = delete(LinkRow).where(LinkRow.team == team, LinkRow.task == task, LinkRow.tracker == tracker)
        async with self._sessions.begin() as session:
            return (await session.scalars(gone.returning(LinkRow))).first()

    async def of_task(self, team: str, task: int) -> list[Link]:
        """Returns a task's links by the name of their tracker."""
        query = select(LinkRow).where(LinkRow.team == team, LinkRow.task == task).order_by(LinkRow.tracker)
        async with self._sessions() as session:
            return [link_of(row) for row in await session.scalars(query)]

    async def untold(self, most: int) -> list[Link]:
        """Returns links that broke and of which nobody was told yet, the oldest first."""
        query = select(LinkRow).where(~LinkRow.told).order_by(LinkRow.id).limit(most)
        async with self._sessions() as session:
            return [link_of(row) for row in await session.scalars(query)]

    async def tell(self, link: Link) -> None:
        """Notes that somebody was told of a link's fault."""
        mine = update(LinkRow).where(LinkRow.id == link.id, LinkRow.fault == link.fault)
        async with self._sessions.begin() as session:
            await session.execute(mine.values(told=True))

    async def claim(self, now: float) -> LinkRow | None:
        """Takes the lease of the link that is due longest, and returns it; None where none is due."""
        query = select(LinkRow.id).where(_due(now)).order_by(LinkRow.due_at).limit(8)
        async with self._sessions() as session:
            found = list(await session.scalars(query))
        for id in found:
            # Another replica may have been faster: what made it due is asked again under the row's lock.
            mine = update(LinkRow).where(LinkRow.id == id, _due(now)).values(**self._lease())
            async with self._sessions.begin() as session:
                taken = (await session.scalars(mine.returning(LinkRow))).first()
            if taken is not None:
                return taken
        return None

    async def release_all(self) -> None:
        """Gives back what this replica holds, or what held the one of its name that was killed."""
        async with self._sessions.begin() as session:
            for table in (LinkRow, TrackerRow):
                held = update(table).where(table.lease.startswith(f"{self._holder}/", autoescape=True))
                await session.execute(held.values(lease=None, leased_until=0.0))

    def _lease(self) -> dict[str, Any]:
        return new_lease(self._holder)


def new_lease(holder: str) -> dict[str, Any]:
    """Returns the columns of a lease that begins now."""
    return {"lease": f"{holder}/{secrets.token_hex(8)}", "leased_until": time.time() + LEASE_SECONDS}


async def write_held(session: AsyncSession, row: LinkRow, values: Mapping[str, Any]) -> None:
    """Writes columns of a link whose lease this replica took with `row`. Raises `LostLease`."""
    mine = update(LinkRow).where(LinkRow.id == row.id, LinkRow.lease == row.lease).values(**values)
    if (await session.scalars(mine.returning(LinkRow.id))).first() is None:
        raise LostLease


async def hint_all(session: AsyncSession, team: str, tracker: str, now: float) -> None:
    """Makes every link of a tracker due."""
    here = update(LinkRow).where(LinkRow.team == team, LinkRow.tracker == tracker)
    await session.execute(here.values(wanted=LinkRow.wanted + 1, due_at=now))


async def hint(session: AsyncSession, team: str, tracker: str, ids: Iterable[str], now: float) -> int:
    """Makes the links of some issues due, and returns how many there are."""
    here = update(LinkRow).where(LinkRow.team == team, LinkRow.tracker == tracker, LinkRow.remote.in_(list(ids)))
    marked = await session.scalars(here.values(wanted=LinkRow.wanted + 1, due_at=now).returning(LinkRow.id))
    return len(marked.all())


async def news(session: AsyncSession, team: str, tracker: str, told: Sequence[Remote | str]) -> list[str]:
    """Returns the ids of those linked issues of `told` that are not as they were when both sides agreed.

    What is older than what was seen is no news, nor is the echo of what was written from here.
    """
    seen = {one.id: one for one in told if isinstance(one, Remote)}
    ids = [one if isinstance(one, str) else one.id for one in told]
    found = []
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        query = select(LinkRow).where(LinkRow.team == team, LinkRow.tracker == tracker, LinkRow.remote.in_(some))
        for row in await session.scalars(query):
            issue = seen.get(str(row.remote))
            if issue is None or (issue.changed_at >= row.remote_at and differ(_there(row), issue.values)):
                found.append(str(row.remote))
    return found


def free(table: type[LinkRow] | type[TrackerRow]) -> ColumnElement[bool]:
    """A lease that has ended, or that lasts longer than any does."""
    now = time.time()
    return or_(table.leased_until < now, table.leased_until > now + LEASE_SECONDS + AHEAD_SECONDS)


def _due(now: float) -> ColumnElement[bool]:
    open_tracker = exists().where(
        TrackerRow.team == LinkRow.team, TrackerRow.name == LinkRow.tracker, TrackerRow.paused_until <= now
    )
    return and_(LinkRow.due_at <= now, free(LinkRow), open_tracker)


def _there(row: LinkRow) -> dict[str, Any]:
    return {field: pair[1] for field, pair in row.base.items()}
