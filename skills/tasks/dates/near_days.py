"""Today, tomorrow and the days around; what is past is read too, so that no part of it is taken for a date."""

from __future__ import annotations

import re
from datetime import timedelta

from skills.tasks.dates.parts import Context, Day, Nothing, Option, Part, Strength, rule
from skills.tasks.dates.periods import add_workdays
from skills.tasks.dates.reading import Reason


def _near(match: re.Match[str], context: Context) -> Part:
    words = match[0]
    days = 0
    reason: Reason = "today"
    if "after" in words or "OVER" in words or "pasado" in words:
        days, reason = 2, "day_after"
    elif "TOMORROW" in words:
        days, reason = 1, "tomorrow"
    option = Option(context.today + timedelta(days=days), reason)
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN, part="night" if "NIGHT" in words else None)


def _next_workday(match: re.Match[str], context: Context) -> Part:
    option = Option(add_workdays(context.today, 1), "workdays_from_now")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _this_part(match: re.Match[str], context: Context) -> Part:
    """Reads "this afternoon"."""
    option = Option(context.today, "today")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN, part=match["part"].lower())  # type: ignore[arg-type]


def _past(match: re.Match[str], context: Context) -> Part:
    """Reads "by yesterday", which is a date, if a strange one; what merely tells of the past needs no answer."""
    weekday = match.groupdict().get("weekday")
    ago = 1 if weekday is None else (context.today.weekday() - int(weekday)) % 7 or 7
    option = Option(context.today - timedelta(days=ago), "past_date")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN, needs="deadline")


def _nothing(match: re.Match[str], context: Context) -> Part:
    return Nothing(match.start(), match.end())


_REPEATED = r"(?:W[0-6]|DAY|WEEK|WEEKEND|MONTH|QUARTER|YEAR|WORKDAY|HOUR|MINUTE|MORNING|EVENING|NIGHT|AFTERNOON)"

NEAR_RULES = (
    rule(
        r"every (?:other |\d{1,2}(?:st|nd|rd|th)? |single )?"
        rf"(?:{_REPEATED}(?:(?:,| and|, and| or) {_REPEATED}){{0,6}}"
        r"|\d{1,2}(?:st|nd|rd|th)?)(?: of (?:the )?(?:MONTH|WEEK|YEAR))?",
        _nothing,
    ),
    rule(r"last W(?P<weekday>[0-6])", _past),
    rule(
        r"(?:the )?(?:last|past) (?:W[0-6]|WEEK|WEEKEND|MONTH|QUARTER|YEAR|NIGHT|(?:\d{1,3} |few |couple (?:of )?)"
        r"(?:DAY|WEEK|MONTH|YEAR|HOUR|MINUTE))",
        _nothing,
    ),
    rule(r"(?:\d{1,3}|a|few|couple of) ?(?:MINUTE|HOUR|DAY|WEEK|MONTH|YEAR|h|d|w|m) ago", _nothing),
    rule(r"YESTERDAY(?: (?:MORNING|EVENING|AFTERNOON|NIGHT))?", _past),
    rule(r"(?:the )?DAY after TOMORROW|OVERMORROW|after[ -]TOMORROW|pasado TOMORROW", _near),
    rule(r"(?:late |early )?TOMORROW", _near),
    rule(r"(?:late |early )?TODAY|TONIGHT", _near),
    rule(r"(?:late )?this (?P<part>MORNING|NOON|AFTERNOON|EVENING|NIGHT)", _this_part),
    rule(r"(?:the )?next (?:business DAY|work DAY|working DAY|WORKDAY)", _next_workday),
)
