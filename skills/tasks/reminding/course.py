"""A task's way from reminder to reminder: what was told, when the next one is, and what is told at a moment.

Pure; all moments are epoch seconds. The moments themselves are those of `skills.tasks.hours.reminders`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from skills.tasks.hours.reminders import DAY, DUE, Reminder, moments
from skills.tasks.reminding.working import Working

Told = Literal["before", "due", "overdue", "unassigned", "snoozed"]
"""What somebody is reminded of: `unassigned` tells the asker that nobody has it, `snoozed` that a snooze is over."""

CACHED = 2048
"""So many answers are kept in memory: thousands of tasks are due at the same time, of people with the same hours."""

WAKING = 1000
"""Added to the stage in `TaskRow.reminded` while the end of a snooze is still to be told."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a task is due, if at all, and since when (`made_at`); `assigned`: somebody has it."""

    at: float | None
    whole_day: bool
    made_at: float
    assigned: bool


@dataclass(frozen=True, slots=True)
class Course:
    """`at` is when the next reminder comes, None for never; `sent` the last stage that was told or is past.

    `waking`: what comes next is the end of a snooze.
    """

    at: float | None
    sent: int
    waking: bool = False

    @classmethod
    def read(cls, remind_at: float | None, reminded: int) -> Course:
        """Returns the course of a task's row."""
        return cls(remind_at, reminded % WAKING, reminded >= WAKING)

    @property
    def reminded(self) -> int:
        """What is kept in `TaskRow.reminded`."""
        return self.sent + WAKING * self.waking


@dataclass(frozen=True, slots=True)
class Step:
    """What is told at a moment, None for nothing, and how it goes on."""

    told: Told | None
    course: Course


def begin(deadline: Deadline, working: Working, now: float) -> Course:
    """Returns the course of a task that was made, or got its date or its assignee, now: what is past is not told."""
    fresh = replace(deadline, made_at=now)
    first = next(_reminders(fresh, working), None)
    sent = 0 if first is None else first.stage - 1
    wanted = next(_following(fresh, working, sent), None)
    return Course(None if wanted is None else wanted.at, sent)


def snooze(course: Course, until: float, working: Working) -> Course:
    """Returns the course of a task of which its person wants to hear at `until`."""
    return Course(working.next_moment(until) if working.reminders else None, course.sent, waking=True)


def resume(course: Course, deadline: Deadline, working: Working, now: float) -> Course:
    """Returns the course by what is known now, without a snooze: what came due meanwhile comes at once."""
    following = next(_following(deadline, working, course.sent), None)
    if following is None:
        return Course(None, course.sent)
    return Course(following.at if following.at > now else working.next_moment(now), course.sent)


def aged(deadline: Deadline, working: Working) -> Deadline:
    """Returns the deadline without its age where that changes nothing: so those of many tasks are the same."""
    if deadline.at is None or not _is_young(deadline.at, deadline.whole_day, deadline.made_at, working):
        return replace(deadline, made_at=0.0)
    return deadline


@lru_cache(maxsize=CACHED)
def step(
    course: Course, deadline: Deadline, working: Working, now: float, ahead: float = 0.0, quiet: float | None = None
) -> Step:
    """Returns what is told now of a task whose moment has come, or comes in the next `ahead` seconds.

    Of several reminders that came due only the last is told. Nothing is while the person does not work or, until
    `quiet`, does not want to be disturbed: then all waits for their next working moment.
    """
    if not working.reminders:
        return Step(None, replace(course, at=None))
    if quiet is not None or not working.allows(now):
        return Step(None, replace(course, at=working.next_moment(now if quiet is None else quiet)))
    passed: Reminder | None = None
    for following in _following(deadline, working, course.sent):
        if following.at > now + ahead:
            break
        passed = following
    else:
        following = None
    sent = course.sent if passed is None else passed.stage
    return Step(_told(course, deadline, passed), Course(None if following is None else following.at, sent))


def _is_young(at: float, whole_day: bool, made_at: float, working: Working) -> bool:
    """Whether a task was made too late for some reminder of its date."""
    first = _first(at, whole_day, working)
    return made_at >= min(at - DAY, at if first is None else first)


@lru_cache(maxsize=CACHED)
def _first(at: float, whole_day: bool, working: Working) -> float | None:
    """Returns when the first reminder of a date comes, for a task that was made long ago."""
    first = next(moments(at, whole_day, 0.0, working.week, working.zone, working.absences), None)
    return None if first is None else first.at


def _told(course: Course, deadline: Deadline, passed: Reminder | None) -> Told | None:
    if course.waking:
        return "snoozed"
    if passed is None:
        return None
    return passed.kind if deadline.assigned else "unassigned"


def _following(deadline: Deadline, working: Working, sent: int) -> Iterator[Reminder]:
    """Yields the reminders after the stage `sent` that the person wants; of what nobody has only that it is due."""
    for reminder in _reminders(deadline, working):
        if reminder.stage > DUE and not deadline.assigned:
            return
        if (
            reminder.stage > sent
            and reminder.kind in working.reminders
            and (deadline.assigned or reminder.stage == DUE)
        ):
            yield reminder


def _reminders(deadline: Deadline, working: Working) -> Iterator[Reminder]:
    if deadline.at is None:
        return iter(())
    person = (working.week, working.zone, working.absences)
    return moments(deadline.at, deadline.whole_day, deadline.made_at, *person)
