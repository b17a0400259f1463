"""Weeks, months, quarters and years as people name them, and days counted in them.

Weeks begin on Monday. Workdays are Monday to Friday: whose holidays would count isn't said in a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from skills.tasks.dates.reading import Reason

Kind = Literal["week", "month", "quarter", "year"]

PERIOD = (
    r"(?:(?:(?:this|next|coming|following|current|the) ){0,2}(?:WEEK|MONTH|QUARTER|YEAR)(?! ?\d)(?: (?:after )?next)?"
    r"|(?:(?:this|next|coming) )?M(?:0[1-9]|1[0-2])\.?(?:,? (?:of )?(?:20\d\d|next YEAR))?(?! ?\d)"
    r"|(?:(?:this|next|the) )?[qh][1-4](?:,? (?:of )?20\d\d)?(?!\d)"
    r"|(?:the )?[1-4](?:st|nd|rd|th) QUARTER(?: of 20\d\d)?|(?:(?:the )?YEAR )?20\d\d(?![\d:.-])|the new YEAR(?!'))"
)
"""A period in signs; `period` reads it."""

END: dict[Kind, Reason] = {
    "week": "end_of_week",
    "month": "end_of_month",
    "quarter": "end_of_quarter",
    "year": "end_of_year",
}


@dataclass(frozen=True, slots=True)
class Period:
    """`first` and `last` are its first and last day."""

    kind: Kind
    first: date
    last: date

    @property
    def middle(self) -> date:
        """The Wednesday of a week, the 15th of a month, the half of others."""
        if self.kind == "week":
            return self.first + timedelta(days=2)
        if self.kind == "month":
            return self.first.replace(day=15)
        return self.first + (self.last - self.first + timedelta(days=1)) / 2


def week(today: date, ahead: int = 0) -> Period:
    """Returns the week `ahead` weeks after that of `today`."""
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return Period("week", first, first + timedelta(days=6))


def month(today: date, ahead: int = 0) -> Period:
    """Returns the month `ahead` months after that of `today`."""
    first = today.replace(day=1) + relativedelta(months=ahead)
    return Period("month", first, first + relativedelta(months=1, days=-1))


def quarter(today: date, ahead: int = 0) -> Period:
    """Returns the quarter `ahead` quarters after that of `today`."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) + relativedelta(months=3 * ahead)
    return Period("quarter", first, first + relativedelta(months=3, days=-1))


def year(today: date, ahead: int = 0) -> Period:
    """Returns the year `ahead` years after that of `today`."""
    return Period("year", date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31))


BY_KIND = {"week": week, "month": month, "quarter": quarter, "year": year}

_MONTH = re.compile(r"M(\d\d)")
_QUARTER = re.compile(r"q([1-4])|([1-4])(?:st|nd|rd|th) QUARTER")
_HALF = re.compile(r"h([12])")
_YEAR = re.compile(r"20\d\d")


def period(words: str, today: date) -> Period | None:
    """Returns the period that `words`, matched by `PERIOD`, name; one without a year is the present or coming one."""
    written = _YEAR.search(words)
    year_ = int(written[0]) if written else today.year + 1 if words.endswith("next YEAR") else None
    if found := _MONTH.search(words):
        return named_month(int(found[1]), year_, today)
    if found := _QUARTER.search(words):
        return named_quarter(int(found[1] or found[2]), year_, today)
    if found := _HALF.search(words):
        return named_half(int(found[1]), year_, today)
    if year_ is not None and "YEAR" not in words.split()[-1]:
        return year(date(year_, 1, 1))
    for kind, build in BY_KIND.items():
        if kind.upper() in words:
            return build(today, _ahead(words))
    return None


def _ahead(words: str) -> int:
    if "after next" in words:
        return 2
    return 1 if re.search(r"next|following|coming|new", words) else 0


def named_month(number: int, year_: int | None, today: date) -> Period:
    """Returns a month of `year_`, or without one the present or next that has this number."""
    if year_ is None:
        year_ = today.year + (number < today.month)
    return month(date(year_, number, 1))


def named_quarter(number: int, year_: int | None, today: date) -> Period:
    """Returns a quarter of `year_`, or without one the present or next that has this number."""
    if year_ is None:
        year_ = today.year + (3 * number < today.month)
    return quarter(date(year_, 3 * number - 2, 1))


def named_half(number: int, year_: int | None, today: date) -> Period:
    """Returns a half of `year_`, or without one the present or next that has this number."""
    if year_ is None:
        year_ = today.year + (6 * number < today.month)
    first = date(year_, 6 * number - 5, 1)
    return Period("quarter", first, first + relativedelta(months=6, days=-1))


def add_workdays(day: date, count: int) -> date:
    """Returns the `count`-th workday after `day`, or before it where `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= day.weekday() < 5
    return day


def last_workday(day: date) -> date:
    """Returns `day`, or the Friday before it when it is at a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
