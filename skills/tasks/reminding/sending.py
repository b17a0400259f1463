"""Sends what was claimed: each message under its key, by which the outbox takes it once, however often it is tried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Person, Services
from skills.catalogs import Say
from skills.reply import Reply
from skills.tasks.reminding.claiming import LATE_SECONDS
from skills.tasks.reminding.leases import is_over, lease
from skills.tasks.reminding.standing import Standing, standing, tasks_by_id
from skills.tasks.reminding.tables import ReminderRow
from skills.tasks.reminding.unreached import tell_askers
from skills.tasks.reminding.working import Working, WorkingsOf
from skills.tasks.store.task import Task

log = logging.getLogger("deskhand.tasks.reminding")

AT_ONCE = 8
ATTEMPTS = 5
"""So often is somebody tried who can't be written to, before that counts as a fact."""

FIRST_PAUSE = 60.0
"""Seconds until the second try; each further pause is four times as long."""

LONGEST_PAUSE = 6 * 3600.0

_T = cast(Table, ReminderRow.__table__)
_C = _T.c


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told at once: tasks with the kind of each reminder (`skills.tasks.reminding.course.Told`).

    `late` says that it was to be sent while nobody was there to send it. `about` is the person who was to be reminded
    and could not be reached; then the message is for the asker.
    """

    person: Person
    tasks: Sequence[tuple[Task, str]]
    late: bool
    about: Person | None = None


Render = Callable[[Message, Say], Reply]
"""Returns a message in words."""


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a row: a new state, or when it is tried again."""

    row: Any
    state: str
    not_before: float = 0.0
    attempts: int = 0


async def send(
    sessions: async_sessionmaker[AsyncSession],
    services: Services,
    workings_of: WorkingsOf,
    render: Render,
    limit: int,
) -> int:
    """Sends up to `limit` messages, the most urgent first; returns how many were taken up.

    Those are this replica's, and those of others whose lease is over. What does not hold any more is left out of a
    message; whoever stopped working or does not want to be disturbed gets it later.
    """
    now = services.clock.now().timestamp()
    rows = await _lease(sessions, now, services.replica, limit)
    for team in dict.fromkeys(row.team for row in rows):
        mine = [row for row in rows if row.team == team]
        people = {row.person for row in mine}
        await workings_of.learn(services, team, people)
        quiet = await services.do_not_disturb(team, people)
        async with sessions() as session:
            workings = await workings_of(session, team, people)
            tasks = await tasks_by_id(session, team, {task for row in mine for task, *_ in row.tasks})
        sender = _Sender(services, workings, quiet, tasks, render, now)
        fates: list[_Fate] = []
        for first in range(0, len(mine), AT_ONCE):
            fates += await asyncio.gather(*(sender.send(row) for row in mine[first : first + AT_ONCE]))
        await _settle(sessions, fates, now)
    return len(rows)


class _Sender:
    def __init__(
        self,
        services: Services,
        workings: Mapping[str, Working],
        quiet: Mapping[str, float],
        tasks: Mapping[int, Standing],
        render: Render,
        now: float,
    ) -> None:
        self._services = services
        self._workings = workings
        self._quiet = quiet
        self._tasks = tasks
        self._render = render
        self._now = now

    async def send(self, row: Any) -> _Fate:
        """Sends one message, or says why not."""
        tasks = standing(row, self._tasks, self._now)
        if not tasks:
            return _Fate(row, "dropped")
        working, quiet = self._workings[row.person], self._quiet.get(row.person)
        if quiet is not None or not working.allows(self._now):
            later = working.next_moment(self._now if quiet is None else quiet)
            return _Fate(row, "dropped") if later is None else _Fate(row, "claimed", later, row.attempts)
        try:
            return await self._post(row, tasks)
        except Exception:
            log.exception("a reminder could not be sent; it is tried again", extra={"reminder": row.key})
            return self._again(row)

    async def _post(self, row: Any, tasks: Sequence[tuple[Task, str]]) -> _Fate:
        person = await self._services.person(row.team, row.person)
        if person.is_gone:
            return _Fate(row, "unreached")
        place = await self._services.direct(row.team, row.person)
        if place is None:
            return self._again(row) if row.attempts + 1 < ATTEMPTS else _Fate(row, "unreached")
        about = None if row.about is None else await self._services.person(row.team, row.about)
        message = Message(person, tasks, row.late or row.at < self._now - LATE_SECONDS, about)
        say = self._services.speaking_to(person)
        await self._services.post(self._render(message, say), row.team, place, row.key, skill="tasks", say=say)
        return _Fate(row, "sent")

    def _again(self, row: Any) -> _Fate:
        pause = min(FIRST_PAUSE * 4 ** min(row.attempts, 8), LONGEST_PAUSE)
        return _Fate(row, "claimed", self._now + pause, row.attempts + 1)


async def _lease(sessions: async_sessionmaker[AsyncSession], now: float, owner: str, limit: int) -> list[Any]:
    """Returns messages that nobody else sends while the lease lasts, the most urgent first."""
    waiting = select(_C.id).where(
        _C.state == "claimed", _C.not_before <= now, (_C.owner == owner) | is_over(_C.leased_until)
    )
    chosen = waiting.order_by(_C.priority, _C.id).limit(limit).with_for_update(skip_locked=True)
    leasing = update(_T).where(_C.id.in_(chosen.scalar_subquery()))
    async with sessions.begin() as session:
        rows = await session.execute(leasing.values(owner=owner, leased_until=lease()).returning(_T))
        return sorted(rows, key=lambda row: (row.priority, row.id))


async def _settle(sessions: async_sessionmaker[AsyncSession], fates: Sequence[_Fate], now: float) -> None:
    """Writes down what became of messages, and has askers told of people who can't be reached."""
    async with sessions.begin() as session:
        await session.execute(
            update(_T)
            .where(_C.id == bindparam("row"), _C.state == "claimed")
            .values(
                state=bindparam("then"),
                not_before=bindparam("later"),
                attempts=bindparam("tried"),
                owner="",
                leased_until=0.0,
            ),
            [
                {"row": fate.row.id, "then": fate.state, "later": fate.not_before, "tried": fate.attempts}
                for fate in fates
            ],
        )
        for fate in fates:
            if fate.state == "unreached":
                log.warning("somebody can't be reminded", extra={"reminder": fate.row.key})
                await tell_askers(session, fate.row, now)
