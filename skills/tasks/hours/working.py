"""Working hours as moments: which they are, how long, and what comes after; right on days when the clocks change.

All moments are epoch seconds. An interval holds its begin and not its end. A night shift is two spans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skills.local_time import moment
from skills.tasks.hours.week import MINUTES, WorkingWeek

HORIZON_DAYS: Final = 3 * 366
"""How far ahead a working moment is looked for: longer than the longest leaves."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Absence:
    """Local days on which somebody doesn't work, the last one included."""

    first: date
    last: date


def intervals(
    week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], start: float, end: float
) -> tuple[Interval, ...]:
    """Returns the working intervals between two moments, cut at both; sorted, disjoint, and joined where they touch."""
    joined: list[Interval] = []
    for begin, close in _from(week, zone, absences, start, end):
        begin, close = max(begin, start), min(close, end)
        if joined and joined[-1][1] == begin < close:
            joined[-1] = joined[-1][0], close
        elif begin < close:
            joined.append((begin, close))
    return tuple(joined)


def working_minutes(week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], start: float, end: float) -> float:
    """Returns how many working minutes lie between two moments; 0 where the end isn't after the start."""
    return sum(close - begin for begin, close in intervals(week, zone, absences, start, end)) / 60


def is_working(week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], at: float) -> bool:
    """Returns whether a moment lies within working hours."""
    return any(begin <= at < close for begin, close in _from(week, zone, absences, at, at + 1))


def next_working_moment(week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], at: float) -> float | None:
    """Returns the first working moment from `at` on; None where there is none within `HORIZON_DAYS`."""
    following = _from(week, zone, absences, at, at + HORIZON_DAYS * 86_400)
    return next((max(begin, at) for begin, close in following if close > at), None)


def add_working_minutes(
    week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], at: float, minutes: float
) -> float | None:
    """Returns when so many working minutes from `at` on have passed: within an interval or at its end.

    No minutes lead to the next working moment. None where there aren't as many within `HORIZON_DAYS`.
    """
    left = minutes * 60
    for begin, close in _from(week, zone, absences, at, at + HORIZON_DAYS * 86_400):
        span = close - max(begin, at)
        if span > 0 and left <= span:
            return close - span + left
        left -= max(span, 0)
    return None


def working_days(
    week: WorkingWeek, absences: Sequence[Absence], start: date, step: int = 1, within: int = HORIZON_DAYS
) -> Iterator[date]:
    """Yields local days with working hours, from `start` on, forwards or (`step` -1) backwards, for `within` days."""
    if not week.minutes:
        return
    for passed in range(within):
        day = start + timedelta(days=passed * step)
        if week.days[day.weekday()] and not any(one.first <= day <= one.last for one in absences):
            yield day


def intervals_of(week: WorkingWeek, zone: ZoneInfo, day: date) -> Iterator[Interval]:
    """Yields the working intervals of a local day; those that the clocks skip are missing."""
    for begin, close in week.days[day.weekday()]:
        first, last = _moment(day, begin, zone), _moment(day, close, zone)
        if first < last:
            yield first, last


def local_day(at: float, zone: ZoneInfo) -> date:
    """Returns the day that a zone's calendar shows at a moment."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()


def _from(
    week: WorkingWeek, zone: ZoneInfo, absences: Sequence[Absence], start: float, end: float
) -> Iterator[Interval]:
    """Yields the intervals, uncut, of the local days around two moments."""
    # From a day before: where the clocks go back at midnight, yesterday's last hour is today's first once more.
    first = local_day(start, zone) - timedelta(days=1)
    days = (local_day(end, zone) - first).days + 1
    for day in working_days(week, absences, first, within=days):
        yield from intervals_of(week, zone, day)


def _moment(day: date, minute: int, zone: ZoneInfo) -> float:
    if minute == MINUTES:
        return moment(day + timedelta(days=1), time(), zone)
    return moment(day, time(minute // 60, minute % 60), zone)
