"""Calendar dates: "Dec 4", "4th of December 2026", "12/4", "4.12.2026", "2026-12-04", "the 31st".

A day without a year is its next coming one; when it passed within the last two months, this year's is kept as a second
reading, past. 7/6 is month first (day first where the team writes so, and always when the first number is above 12),
dates with dots are day first. "the 31st" is the next month that has one, a month alone is its first day. A weekday that
is written with the date and differs from it is a second reading.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from skills.tasks.dates.parts import Context, Day, Option, Part, Strength, rule
from skills.tasks.dates.periods import PERIOD, period
from skills.tasks.dates.reading import Reason
from skills.tasks.dates.weekdays import nearest

_RECENT = timedelta(days=60)

_WEEKDAY = r"(?:(?P<weekday>W[0-6])\.?,? ?(?:the |on )?)?"
_YEAR = r"(?:(?:,? |-| of )(?P<year>20[2-9]\d)(?![\d:])|,? (?P<shift>next|this) YEAR)?"
_APART = r"(?<![\d$€£#+/.])(?<!\d[.,:-])(?<![a-z][-_.])"
_AFTER = r"(?![\d/%])(?!\.\d)(?!-\d)(?!,\d)(?!:\d)"


def valid(year: int, month: int, day: int) -> date | None:
    """Returns the date, or None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming(month: int, day: int, today: date) -> tuple[Option, ...]:
    """Returns the readings of a day without a year; none for what is in no year."""
    for year in range(today.year, today.year + 9):
        found = valid(year, month, day)
        if found and found >= today:
            passed = valid(today.year, month, day)
            if passed and passed < today and today - passed <= _RECENT:
                return Option(found, "coming_date", 0.7), Option(passed, "past_date", 0.3)
            return (Option(found, "coming_date"),)
    return ()


def dated(year: str | None, shift: str | None, month: int, day: int, today: date) -> tuple[Option, ...]:
    """Returns the readings of a day of a month, with a year or without."""
    if year is None and shift is None:
        return coming(month, day, today)
    number = int(year) if year else today.year + (shift == "next")
    found = valid(number, month, day)
    if found is None:
        return ()
    return (Option(found, "full_date" if found >= today else "past_date"),)


def checked(options: tuple[Option, ...], weekday: str | None, today: date) -> tuple[Option, ...]:
    """Returns `options`, and the weekday that was written beside the date when it is another day."""
    if not weekday or not options or options[0].day.weekday() == int(weekday[1]):
        return options
    written = Option(nearest(today, int(weekday[1])), "written_weekday", 0.4)
    return (*options, written)


def _named(match: re.Match[str], context: Context) -> Part | None:
    number = int(match["last"] or match["number"])
    if not int(match["number"]) <= number:
        return None
    options = dated(match["year"], match["shift"], int(match["month"][1:]), number, context.today)
    options = checked(options, match["weekday"], context.today)
    strength = Strength.CERTAIN if match["year"] or match["weekday"] else Strength.LIKELY
    return Day(match.start(), match.end(), options, strength) if options else None


def _iso(match: re.Match[str], context: Context) -> Part | None:
    options = dated(match["y"], None, int(match["m"]), int(match["d"]), context.today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN) if options else None


def _numbers(match: re.Match[str], context: Context) -> Part | None:
    first, second, sign = int(match["one"]), int(match["two"]), match["sign"]
    year = match["year"] or None
    if year and len(year) == 2:
        year = f"20{year}"
    orders: list[tuple[int, int, Reason]] = []
    if sign != "." and not context.day_first:
        orders = [(first, second, "month_first"), (second, first, "day_first")]
    elif sign == ".":
        orders = [(second, first, "day_first")]
    else:
        orders = [(second, first, "day_first"), (first, second, "month_first")]
    found = [
        (one.day, reason) for month, day, reason in orders for one in dated(year, None, month, day, context.today)[:1]
    ]
    # With a year one of the two may be past: the future is meant; with a weekday, the day that is one.
    ahead = [one for one in found if one[0] >= context.today] or found
    if match["weekday"]:
        ahead = [one for one in ahead if one[0].weekday() == int(match["weekday"][1])] or ahead
    options = [Option(day, reason, 0.6 if place == 0 else 0.4) for place, (day, reason) in enumerate(ahead)]
    if not options:
        return None
    if len(options) == 2 and options[0].day == options[1].day:
        options.pop()
    if len(options) == 1:
        options = [Option(options[0].day, options[0].reason)]
    sure = bool(year or match["weekday"])
    readings = checked(tuple(options), match["weekday"], context.today)
    strength = Strength.CERTAIN if sure else Strength.WEAK
    return Day(match.start(), match.end(), readings, strength, needs="" if sure else "bound")


def _day_of_month(match: re.Match[str], context: Context) -> Part | None:
    number = int(match["number"])
    if not 1 <= number <= 31:
        return None
    if match["period"]:
        words = match["period"]
        within = period(words, context.today)
        if within is None or within.kind != "month":
            return None
        found = valid(within.first.year, within.first.month, number)
        if found and found < context.today:
            following = within.first + relativedelta(months=1)
            found = valid(following.year, following.month, number)
        return Day(match.start(), match.end(), (Option(found, "day_of_month"),), Strength.CERTAIN) if found else None
    found = next_day_of_month(number, context.today)
    return Day(match.start(), match.end(), (Option(found, "day_of_month"),), Strength.WEAK, needs="bound")


def next_day_of_month(number: int, today: date) -> date:
    """Returns the first day from `today` on that is the `number`-th (1 to 31) of its month."""
    first = today.replace(day=1)
    while True:
        found = valid(first.year, first.month, number)
        if found and found >= today:
            return found
        first += relativedelta(months=1)


def _month_alone(match: re.Match[str], context: Context) -> Part | None:
    within = period(match["period"], context.today)
    if within is None or "new" in match["period"]:
        # "The new year" is a feast.
        return None
    first = max(within.first, context.today)
    reason: Reason = "start_of_period"
    needs = "preposition" if "M" in match["period"] and "MONTH" not in match["period"] else "deadline"
    return Day(match.start(), match.end(), (Option(first, reason),), Strength.LIKELY, needs=needs)  # type: ignore[arg-type]


_NUMBER = r"(?P<number>\d{1,2})(?:st|nd|rd|th|\.(?= ?M))?"
_LAST = r"(?: ?(?:-|to|until|and) ?(?:the )?(?P<last>\d{1,2})(?:st|nd|rd|th|\.(?= ?M))?(?![\d:]|am|pm| ?a?p?m))?"

CALENDAR_RULES = (
    rule(
        _APART + _WEEKDAY + r"(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/-])(?!\.\d)",
        _iso,
    ),
    rule(_APART + r"(?P<y>20[2-9]\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?![\da-z.,:/-])", _iso),
    rule(
        _WEEKDAY + r"(?:the )?(?P<month>M\d\d)\.?,? ?(?:the )?(?P<number>\d{1,2})(?:st|nd|rd|th)?"
        r"(?: ?(?:-|to|until) ?(?:the )?(?P<last>\d{1,2})(?:st|nd|rd|th)?(?![\d:]| ?[ap]m))?"
        + _YEAR
        + r"(?! M\d\d)(?![\d:%]|st|nd|rd|th|[hx]| ?[ap]m(?![a-z]))(?!\.\d)",
        _named,
    ),
    rule(
        _APART
        + _WEEKDAY
        + "(?:the )?"
        + _NUMBER
        + _LAST
        + r"(?: of| day of)?[ -]?(?:the )?(?P<month>M\d\d)\.?"
        + _YEAR
        + r"(?!\d)",
        _named,
    ),
    rule(
        _APART
        + _WEEKDAY
        + r"(?P<one>\d{1,2})(?P<sign>[/.-])(?P<two>\d{1,2})[/.-](?P<year>20\d\d|\d\d)(?![\da-z/-])(?!\.\d)",
        _numbers,
    ),
    rule(
        _APART + _WEEKDAY + r"(?P<one>\d{1,2})(?P<sign>/)(?P<two>\d{1,2})(?P<year>)?(?! ?of)(?![a-z])" + _AFTER,
        _numbers,
    ),
    rule(
        _APART + _WEEKDAY + r"(?P<one>\d{1,2})(?P<sign>\.) ?(?P<two>\d{1,2})\.(?P<year>)?(?![\da-z])",
        _numbers,
    ),
    rule(
        _APART + r"(?:the )?(?P<number>\d{1,2})(?:st|nd|rd|th)"
        r"(?:(?: of| in)? (?P<period>(?:the|this|next|following|coming) MONTH))?(?![a-zA-Z0-9-])"
        r"(?! (?:WEEK|DAY|HOUR|MINUTE|MONTH|QUARTER|YEAR|WORKDAY|W\d|half))",
        _day_of_month,
    ),
    rule(r"(?P<period>" + PERIOD + r")(?![a-zA-Z0-9])", _month_alone),
)
