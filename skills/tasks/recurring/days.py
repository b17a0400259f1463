"""The days of a rule, by dateutil's rrule, with what people mean at a month's end and on public holidays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from heapq import merge
from itertools import groupby
from typing import Literal

from dateutil.relativedelta import relativedelta
from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from skills.tasks.recurring.parts import EVERY_WEEKDAY, Frequency, Parts
from skills.tasks.recurring.rule import MonthEnd, Rule

_FREQUENCIES: Mapping[Frequency, Literal[0, 1, 2, 3]] = {
    "DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY,
}  # fmt: skip
_SHORTEST_MONTH = 28


def days_of(rule: Rule, since: date, anchor: date) -> Iterator[date]:
    """Yields the days of a rule from a day on, ascending, counted from `anchor`; without regard to its end."""
    parts = filled(rule.parts, anchor)
    begin = _begin_of_period(parts, anchor, max(since, anchor))
    if rule.country and parts.by_workdays:
        days = _workdays(parts, begin, _workday_test(rule.country))
    else:
        days = _distinct(merge(*(_days(one, begin) for one in variants(parts, rule.month_end))))
    return (day for day in days if day >= since and day >= anchor)


def first_day(parts: Parts, today: date, month_end: MonthEnd = "last_day") -> date:
    """Returns the day to count a new rule from: the first, from today on, that it names; today if it names none."""
    if not parts.fixed:
        return today
    once = replace(parts, interval=1)
    begin = _begin_of_period(once, today, today)
    days = merge(*(_days(one, begin) for one in variants(once, month_end)))
    return next((day for day in days if day >= today), today)


def filled(parts: Parts, anchor: date) -> Parts:
    """Returns parts that name days, so that a period can be begun anywhere: those of the anchor where none are said."""
    match parts.frequency:
        case _ if parts.weekdays or parts.month_days:
            return parts
        case "WEEKLY":
            return replace(parts, weekdays=((0, anchor.weekday()),))
        case "MONTHLY":
            return replace(parts, month_days=(anchor.day,))
        case "YEARLY":
            return replace(parts, months=parts.months or (anchor.month,), month_days=(anchor.day,))
        case _:
            return parts


def _begin_of_period(parts: Parts, anchor: date, since: date) -> date:
    """Returns the first day of the last period, in step with the anchor's, that begins by a day; the anchor's at least.

    Without it every look at a daily rule would walk all the days since its anchor.
    """
    n = parts.interval
    match parts.frequency:
        case "DAILY":
            return anchor + timedelta(days=(since - anchor).days // n * n)
        case "WEEKLY":
            monday = anchor - timedelta(days=anchor.weekday())
            return monday + timedelta(weeks=(since - monday).days // 7 // n * n)
        case "MONTHLY":
            passed = (since.year - anchor.year) * 12 + since.month - anchor.month
            return anchor.replace(day=1) + relativedelta(months=passed // n * n)
        case "YEARLY":
            return date(anchor.year + (since.year - anchor.year) // n * n, 1, 1)


def variants(parts: Parts, month_end: MonthEnd) -> Iterator[Parts]:
    """Yields rules that together have the days meant: one for each day that some months lack.

    "The 31st, or else the last day" is, in RFC 5545's terms, the last that there is of 28 to 31.
    """
    late = [day for day in parts.month_days if day > _SHORTEST_MONTH]
    if month_end == "skip" or not late or parts.weekdays or parts.position:
        yield parts
        return
    if early := tuple(day for day in parts.month_days if day <= _SHORTEST_MONTH):
        yield replace(parts, month_days=early)
    # BYSETPOS chooses within a period: a year with several months would keep one day of them all.
    months = parts.months if parts.frequency == "MONTHLY" else parts.months or tuple(range(1, 13))
    for day in late:
        upto = replace(parts, month_days=tuple(range(_SHORTEST_MONTH, day + 1)), position=-1)
        if parts.frequency == "MONTHLY":
            yield upto
        else:
            yield from (replace(upto, months=(month,)) for month in months)


def _days(parts: Parts, begin: date) -> Iterator[date]:
    found = rrule(
        _FREQUENCIES[parts.frequency],
        dtstart=datetime.combine(begin, time()),
        interval=parts.interval,
        wkst=MO,
        bymonth=parts.months or None,
        bymonthday=parts.month_days or None,
        byweekday=tuple(weekday(day, nth or None) for nth, day in parts.weekdays) or None,
        bysetpos=parts.position,
    )
    return (day.date() for day in found)


def _workdays(parts: Parts, begin: date, is_workday: Callable[[date], bool]) -> Iterator[date]:
    days = (day for day in _days(replace(parts, weekdays=EVERY_WEEKDAY, position=None), begin) if is_workday(day))
    if parts.position is None:
        yield from days
        return
    at = parts.position - 1 if parts.position > 0 else parts.position
    for _, period in groupby(days, lambda day: _period(parts, day)):
        within = list(period)
        if -len(within) <= at < len(within):
            yield within[at]


def _period(parts: Parts, day: date) -> tuple[int, int]:
    return day.year, day.month if parts.frequency == "MONTHLY" else 0


def _distinct(days: Iterator[date]) -> Iterator[date]:
    return (day for day, _ in groupby(days))


@cache
def _workday_test(country: str) -> Callable[[date], bool]:
    """Returns whether a day is a workday of a country, by the `holidays` package; else Monday to Friday."""
    from holidays import country_holidays

    try:
        known = country_holidays(country)
    except NotImplementedError:
        return lambda day: day.weekday() < 5
    return known.is_working_day
