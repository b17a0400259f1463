"""When a rule fires: its days at its wall time, as moments, computed as late as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from skills.local_time import moment
from skills.tasks.recurring.days import days_of
from skills.tasks.recurring.rule import Rule


def next_after(rule: Rule, instant: float, *, due: float | None = None, done: int = 0) -> float | None:
    """Returns when a rule fires next after a moment, in epoch seconds; None once it has ended.

    By schedule that is the first occurrence after `instant`: the due moment, or now where missed ones are left out. By
    completion `instant` is when it was done, for the `done`th time; the `due` moment that was met by it keeps "every!
    Friday", done on Wednesday, from firing on the same Friday again.

    The skipped hour fires at the next valid minute, the repeated one the first time, a whole day the zone has skipped
    (Samoa, 30 December 2011) with the day after it.
    """
    zone = ZoneInfo(rule.zone)
    day = _local_day(instant, zone)
    if rule.by == "schedule":
        return next((at for at in _moments(rule, day, zone) if at > instant), None)
    if rule.count is not None and done >= rule.count:
        return None
    met = max(day, _local_day(due, zone)) if due is not None and rule.parts.fixed else day
    found = _until(rule, days_of(rule, met + timedelta(days=1), day))
    return next((_at(rule, one, zone) for one in found), None)


def occurrences(rule: Rule, start: float, end: float) -> Iterator[float]:
    """Yields when a rule fires from `start` until before `end`, ascending; all are epoch seconds.

    A rule by completion is taken to be done on the days when it is due.
    """
    zone = ZoneInfo(rule.zone)
    last = start - 1
    for at in takewhile(lambda one: one < end, _moments(rule, _local_day(start, zone), zone)):
        if at >= start and at > last:
            last = at
            yield at


def _moments(rule: Rule, since: date, zone: ZoneInfo) -> Iterator[float]:
    if rule.count is None:
        days = days_of(rule, since, rule.anchor)
    else:
        days = (day for day in islice(days_of(rule, rule.anchor, rule.anchor), rule.count) if day >= since)
    return (_at(rule, day, zone) for day in _until(rule, days))


def _until(rule: Rule, days: Iterator[date]) -> Iterator[date]:
    return takewhile(lambda day: rule.until is None or day <= rule.until, days)


def _at(rule: Rule, day: date, zone: ZoneInfo) -> float:
    return moment(day, rule.at or time(), zone)


def _local_day(at: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()
