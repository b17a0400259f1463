"""The days on which periods end, for "until": all forward from today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from skills.tasks.recurring.parts import Frequency

Period = Literal["week", "month", "quarter", "year"]


def next_weekday(today: date, weekday: int, weeks: int = 0) -> date:
    """Returns the next such weekday after today; with `weeks` that of so many calendar weeks ahead."""
    if weeks:
        return today + timedelta(days=weekday - today.weekday(), weeks=weeks)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def end_of(period: Period, today: date, ahead: int = 0) -> date:
    """Returns the last day of today's period, or of one ahead."""
    match period:
        case "week":
            return today + timedelta(days=6 - today.weekday(), weeks=ahead)
        case "month":
            return today + relativedelta(day=1, months=ahead + 1) - timedelta(days=1)
        case "quarter":
            months = 3 - (today.month - 1) % 3 + 3 * ahead
            return today + relativedelta(day=1, months=months) - timedelta(days=1)
        case "year":
            return date(today.year + ahead, 12, 31)


def day_in(today: date, month: int, day: int, year: int | None = None) -> date | None:
    """Returns the next such day from today on, or that of a year; None where there is none."""
    for one in (year,) if year else range(today.year, today.year + 9):
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def next_day_of_month(today: date, day: int) -> date:
    """Returns the next day with such a number from today on; a month's last where it has fewer."""
    here = today + relativedelta(day=day)
    return here if here >= today else today + relativedelta(months=1, day=day)


def begin_of_month(today: date, month: int, year: int | None = None) -> date:
    """Returns the first of the next such month that begins after today, or of a year's."""
    if year:
        return date(year, month, 1)
    return date(today.year + (month <= today.month), month, 1)


def end_of_month(today: date, month: int, year: int | None = None) -> date:
    """Returns the last day of such a month that isn't over, or of a year's."""
    first = date(year or today.year + (month < today.month), month, 1)
    return first + relativedelta(day=31)


def lasting(today: date, frequency: Frequency, n: int) -> date:
    """Returns the last day of so many days, weeks, months or years that begin today."""
    match frequency:
        case "DAILY":
            after = today + timedelta(days=n)
        case "WEEKLY":
            after = today + timedelta(weeks=n)
        case "MONTHLY":
            after = today + relativedelta(months=n)
        case "YEARLY":
            after = today + relativedelta(years=n)
    return after - timedelta(days=1)
