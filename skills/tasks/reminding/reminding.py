"""Reminders from the change of a task to the message: what a skill plugs into its store and its ticks."""

from __future__ import annotations

import time

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Services
from skills.tasks.reminding.claiming import claim, next_people, teams_due
from skills.tasks.reminding.course import Course, resume, snooze
from skills.tasks.reminding.following import Following, deadline_of
from skills.tasks.reminding.sending import Render, send
from skills.tasks.reminding.tables import ReminderRow
from skills.tasks.reminding.working import Workings, WorkingsOf
from skills.tasks.store.tables import TaskRow

LOOK_SECONDS = 30.0
"""How often the database is asked for what another process has added."""

PEOPLE = 100
"""So many people are claimed for, and written to, before what is most urgent is looked for again."""

Sessions = async_sessionmaker[AsyncSession]


class Reminding:
    """All reminders of all teams. Any number of replicas may tick; `follow` belongs to `Tasks`' followers."""

    def __init__(self, render: Render, workings_of: WorkingsOf | None = None) -> None:
        self._render = render
        self._workings_of = workings_of or Workings()
        self._next: float | None = 0.0
        self._looked_at = 0.0
        self.follow = Following(self._workings_of, self._remember)

    async def tick(self, services: Services) -> None:
        """Sends what is due, the most urgent first. Cheap when nothing is."""
        if not self._may_be_due(services.clock.now().timestamp()):
            return
        while True:
            claimed = await self._claim(services)
            sent = await send(services.sessions, services, self._workings_of, self._render, PEOPLE)
            if not claimed and not sent:
                break
        self._next = None
        self._looked_at = time.monotonic()
        self._remember(await _earliest(services.sessions))

    async def refresh(self, services: Services, team: str, person: str) -> None:
        """Goes by somebody's hours, absences and wishes as they are now, after they were changed."""
        now = services.clock.now().timestamp()
        await self._workings_of.learn(services, team, [person])
        mine = (
            TaskRow.team == team,
            func.coalesce(TaskRow.assignee, TaskRow.asker) == person,
            TaskRow.open == 1,
            TaskRow.remind_at.is_(None) | (TaskRow.remind_at > now),
        )
        async with services.sessions.begin() as session:
            # Writes first, and so holds the rows.
            await session.execute(update(TaskRow).where(*mine).values(version=TaskRow.version + 1))
            working = (await self._workings_of(session, team, [person]))[person]
            for row in await session.scalars(select(TaskRow).where(*mine)):
                course = Course.read(row.remind_at, row.reminded)
                if course.waking and row.snoozed_until is not None:
                    course = snooze(course, max(row.snoozed_until, now), working)
                else:
                    course = resume(course, deadline_of(row), working, now)
                row.remind_at = course.at
                self._remember(course.at)

    async def forget(self, sessions: Sessions, before: float) -> int:
        """Deletes messages that were made before a moment (epoch seconds) and went their way; returns how many."""
        gone = delete(ReminderRow).where(ReminderRow.at < before, ReminderRow.state != "claimed")
        async with sessions.begin() as session:
            return int((await session.execute(gone)).rowcount)  # type: ignore[attr-defined]

    async def _claim(self, services: Services) -> int:
        """Stores messages for the next people of each team; returns how many tasks were looked at."""
        sessions, looked_at = services.sessions, 0
        for team in await teams_due(sessions, services.clock.now().timestamp()):
            people = await next_people(sessions, team, services.clock.now().timestamp(), PEOPLE)
            await self._workings_of.learn(services, team, people)
            quiet = await services.do_not_disturb(team, people)
            now = services.clock.now().timestamp()
            claimed = await claim(sessions, self._workings_of, team, now, services.replica, PEOPLE, quiet)
            looked_at += claimed.tasks
        return looked_at

    def _may_be_due(self, now: float) -> bool:
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            return True
        return self._next is not None and self._next <= now

    def _remember(self, at: float | None) -> None:
        if at is not None:
            self._next = at if self._next is None else min(self._next, at)


async def _earliest(sessions: Sessions) -> float | None:
    """Returns when the next task is due to be told, or a message to be sent (epoch seconds)."""
    unsent = select(func.min(ReminderRow.not_before)).where(ReminderRow.state == "claimed")
    async with sessions() as session:
        found = [await session.scalar(select(func.min(TaskRow.remind_at))), await session.scalar(unsent)]
    return min((at for at in found if at is not None), default=None)
