"""Keeps when a task's next reminder is in step with each change of it, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from skills.tasks.reminding.course import Course, Deadline, begin, resume, snooze
from skills.tasks.reminding.working import Working, WorkingsOf
from skills.tasks.store.tables import TaskRow

ANEW = frozenset({"made", "assignee", "due"})
"""Changes after which reminders begin anew."""

TOUCHING = ANEW | {"state", "snoozed_until"}


class Following:
    """A `skills.tasks.store.rows.Follower`. `told` hears of each next moment, before it is certain to be kept."""

    def __init__(self, workings_of: WorkingsOf, told: Callable[[float], None]) -> None:
        self._workings_of = workings_of
        self._told = told

    async def __call__(self, session: AsyncSession, row: TaskRow, fields: frozenset[str], now: float) -> None:
        """Sets `remind_at` and `reminded` of a changed task."""
        if not fields & TOUCHING:
            return
        if row.open is None:
            row.remind_at = None
            return
        person = recipient(row)
        workings = await self._workings_of(session, row.team, [person], row.zone)
        follow(row, workings[person], fields, now)
        if row.remind_at is not None:
            self._told(row.remind_at)


def recipient(row: Any) -> str:
    """Returns who is reminded of a task: who has it, else who wants it."""
    return str(row.assignee or row.asker)


def deadline_of(row: Any) -> Deadline:
    """Returns when the task of a row is due."""
    return Deadline(row.due_at, row.due_whole_day, row.made_at, row.assignee is not None)


def follow(row: TaskRow, working: Working, fields: frozenset[str], now: float) -> None:
    """Sets the course of an open task after a change of `fields`."""
    course, deadline = Course.read(row.remind_at, row.reminded), deadline_of(row)
    # Done or dropped before, it has no course, though it may have had reminders that are past by now.
    reopened = "state" in fields and row.remind_at is None
    if fields & ANEW or reopened:
        course = begin(deadline, working, now)
    until = row.snoozed_until
    if until is not None and until > now:
        course = snooze(course, until, working)
    elif "snoozed_until" in fields:
        course = resume(course, deadline, working, now)
    row.remind_at, row.reminded = course.at, course.reminded
