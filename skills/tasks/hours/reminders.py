"""When somebody is reminded of a task: before, when it is due, and ever more rarely after; in their working hours.

Pure: from what is known of a task and of the person to moments, all in epoch seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import islice, takewhile
from typing import Final, Literal
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from skills.local_time import moment
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import (
    HORIZON_DAYS,
    Absence,
    intervals_of,
    is_working,
    local_day,
    next_working_moment,
    working_days,
)

Kind = Literal["before", "due", "overdue"]

BEFORE: Final = 1
DUE: Final = 2
"""Stages, as they are stored with what was sent last; 0 is nothing yet, 3 and more are overdue."""

OVERDUE_DAYS: Final = (1, 2, 4, 8, 16)
"""Working days after the due day on which it is recalled; after the last of them monthly, for `MONTHS`."""

MONTHS: Final = 36

DAY: Final = 86_400.0
SHORT_NOTICE: Final = 2 * 3_600.0
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Reminder:
    """`at` in epoch seconds; `stage` is what to store once it is sent."""

    at: float
    kind: Kind
    stage: int


def moments(
    due: float, whole_day: bool, made_at: float, week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence]
) -> Iterator[Reminder]:
    """Yields the reminders of a task, each later than the one before, until `MONTHS` after it was due.

    `due` is any moment of the day for a whole one; `made_at` is when the task got this date. Those that would have come
    before it was made are left out. The first is at the beginning of the working day before the due day or, when there
    is no time for that, `SHORT_NOTICE` before a due time. One that is due at a working moment is told then, a whole day
    at its beginning; one due at another time at the last full minute worked before it or, if the task is younger than
    that, at the next working moment.
    """
    at = made_at
    for reminder in _Task(due, whole_day, made_at, week, zone, absences).planned():
        if reminder.at > at:
            at = reminder.at
            yield reminder


def next_reminder(
    due: float,
    whole_day: bool,
    made_at: float,
    week: WorkingWeek,
    zone: ZoneInfo,
    absences: Sequence[Absence],
    sent: int = 0,
    now: float | None = None,
) -> Reminder | None:
    """Returns the reminder that comes after the stage `sent`; None if there is none.

    With `now`, of those that were missed only the last is returned, to be sent at the next working moment.
    """
    left = (reminder for reminder in moments(due, whole_day, made_at, week, zone, absences) if reminder.stage > sent)
    if now is None:
        return next(left, None)
    first = next(left, None)
    if first is None or first.at > now:
        return first
    *_, missed = first, *takewhile(lambda later: later.at <= now, left)
    at = next_working_moment(week, zone, absences, now)
    return None if at is None else replace(missed, at=at)


@dataclass(frozen=True, slots=True)
class _Task:
    due: float
    whole_day: bool
    made_at: float
    week: WorkingWeek
    zone: ZoneInfo
    absences: Sequence[Absence]

    def planned(self) -> Iterator[Reminder]:
        """Yields all reminders by stage, those too that would have come before the task was made."""
        day = local_day(self.due, self.zone)
        told = self._due_at(day)
        if told is None:
            return
        before = self._before_at(day)
        if before is not None and before < told:
            yield Reminder(before, "before", BEFORE)
        yield Reminder(told, "due", DUE)
        for stage, at in enumerate(self._overdue_at(day), DUE + 1):
            yield Reminder(at, "overdue", stage)

    def _before_at(self, day: date) -> float | None:
        if self.due - self.made_at > DAY:
            eve = self._begin(day - timedelta(days=1), -1)
            if eve is not None and eve > self.made_at:
                return eve
        if self.whole_day or self.made_at > self.due - SHORT_NOTICE:
            return None
        return next_working_moment(self.week, self.zone, self.absences, self.due - SHORT_NOTICE)

    def _due_at(self, day: date) -> float | None:
        latest = self.due
        if self.whole_day:
            latest = moment(day + timedelta(days=1), time(), self.zone)
            begin = self._begin(day, within=1)
            if begin is not None and begin > self.made_at:
                return begin
        elif is_working(self.week, self.zone, self.absences, self.due):
            return self.due
        last = self._last_minute(latest)
        if last is not None and last > self.made_at:
            return last
        return next_working_moment(self.week, self.zone, self.absences, max(latest, self.made_at))

    def _overdue_at(self, day: date) -> Iterator[float]:
        for one in self._overdue_days(day):
            begin = self._begin(one)
            if begin is not None:
                yield begin

    def _overdue_days(self, day: date) -> Iterator[date]:
        last = day
        worked = islice(working_days(self.week, self.absences, day + timedelta(days=1)), OVERDUE_DAYS[-1])
        for number, one in enumerate(worked, 1):
            if number in OVERDUE_DAYS:
                last = one
                yield one
        for months in range(1, MONTHS + 1):
            yield last + relativedelta(months=months)

    def _begin(self, day: date, step: int = 1, within: int = HORIZON_DAYS) -> float | None:
        """Returns when work begins on the first working day from `day` on, or back."""
        days = working_days(self.week, self.absences, day, step, within)
        return next((begin for one in days for begin, _ in intervals_of(self.week, self.zone, one)), None)

    def _last_minute(self, latest: float) -> float | None:
        """Returns the last full minute that is worked before a moment."""
        for day in working_days(self.week, self.absences, local_day(latest, self.zone), -1):
            for begin, close in reversed(list(intervals_of(self.week, self.zone, day))):
                if begin < latest:
                    return max(begin, min(close, latest) - _MINUTE)
        return None
