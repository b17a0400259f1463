"""Edges of periods: "end of Q1", "mid-December", "early next week", "EOW", "next month", "this weekend".

"End of X" is its last second; a week ends on Sunday, with Friday as second reading of "end of the week" and "this
week", since many mean the working week. "next week", "next month" are their first days. "mid" is the Wednesday of a
week and the 15th of a month; "early" the first day; "late" the last day, of a week the Friday. A weekend is its
Saturday, with Sunday as second reading; "before the weekend" is the Friday.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from skills.tasks.dates.parts import LAST, Context, Day, Option, Part, Strength, rule
from skills.tasks.dates.periods import BY_KIND, END, PERIOD, Kind, Period, period, week
from skills.tasks.dates.weekdays import nearest

_LETTERS: dict[str, Kind] = {"w": "week", "m": "month", "q": "quarter", "y": "year"}


def end_of(within: Period, *, working_week: bool = True) -> tuple[Option, ...]:
    """Returns the readings of the end of a period."""
    end = Option(within.last, END[within.kind], at=LAST)
    if within.kind != "week" or not working_week:
        return (end,)
    friday = Option(within.first + timedelta(days=4), "end_of_workweek", 0.4, LAST)
    return Option(end.day, end.reason, 0.6, LAST), friday


def edge_of(edge: str, within: Period, today: date) -> tuple[Option, ...]:
    """Returns the readings of the "start", "middle", "late" part or "end" of a period."""
    if edge == "end":
        return end_of(within)
    if edge == "late":
        if within.kind == "week":
            return (Option(within.first + timedelta(days=4), "end_of_workweek"),)
        return (Option(within.last, END[within.kind]),)
    if edge == "middle":
        return (Option(within.middle, "middle_of_period"),)
    return (Option(max(within.first, today), "start_of_period"),)


def _edge(match: re.Match[str], context: Context) -> Part | None:
    words = match["period"]
    within = period(words, context.today)
    if within is None:
        return None
    edge = {"early": "start", "close": "end", "half": "middle"}.get(match["edge"], match["edge"])
    options = edge_of(edge, within, context.today)
    if options[0].day < context.today and edge in ("start", "middle"):
        # The start or middle of the present period is past: the next one's is meant.
        following = BY_KIND[within.kind](within.last + timedelta(days=1))
        options = edge_of(edge, following, context.today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN)


def _start_passed(match: re.Match[str], context: Context) -> Part | None:
    """Reads "the beginning of the month", which is the next month's when this one has begun."""
    kind: Kind = match["kind"].lower()  # type: ignore[assignment]
    within = BY_KIND[kind](context.today)
    if within.first < context.today:
        within = BY_KIND[kind](within.last + timedelta(days=1))
    return Day(match.start(), match.end(), (Option(within.first, "start_of_period"),), Strength.CERTAIN)


def _ends(match: re.Match[str], context: Context) -> Part:
    """Reads "month end", "year-end", "EOW"."""
    kind = _LETTERS[match["letter"]] if match["letter"] else match["kind"].lower()
    options = end_of(BY_KIND[kind](context.today))
    return Day(match.start(), match.end(), options, Strength.CERTAIN)


def _end_of_named(match: re.Match[str], context: Context) -> Part | None:
    """Reads "EOM Jan", "EOW next week", "Dec end"."""
    within = period(match["period"], context.today)
    return Day(match.start(), match.end(), end_of(within), Strength.CERTAIN) if within else None


def _end_of_work(match: re.Match[str], context: Context) -> Part:
    """Reads "the end of the working week"."""
    friday = nearest(context.today, 4)
    return Day(match.start(), match.end(), (Option(friday, "end_of_workweek", at=LAST),), Strength.CERTAIN)


def _whole(match: re.Match[str], context: Context) -> Part:
    """Reads "next month", "this week", "the week after next"."""
    words, kind = match[0], match["kind"].lower()
    build = BY_KIND[kind]
    if "this" in words or "current" in words:
        return Day(match.start(), match.end(), end_of(build(context.today)), Strength.CERTAIN)
    ahead = 2 if "after next" in words else 1
    option = Option(build(context.today, ahead).first, "start_of_period")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def weekend(today: date, ahead: int) -> tuple[Option, ...]:
    """Returns the readings of this weekend, or of the one `ahead` weeks later."""
    saturday = week(today, ahead).first + timedelta(days=5)
    sunday = saturday + timedelta(days=1)
    if today == sunday:
        return (Option(sunday, "weekend_sunday"),)
    return Option(saturday, "weekend_saturday", 0.65), Option(sunday, "weekend_sunday", 0.35)


def _weekend(match: re.Match[str], context: Context) -> Part:
    words = match[0]
    ahead = 2 if "after" in words else 1 if "next" in words else 0
    options = weekend(context.today, ahead)
    if words.startswith("before"):
        options = before_weekend(context.today, ahead)
    elif ahead == 1 and context.today.weekday() < 5:
        near = weekend(context.today, 0)[0]
        options = (options[0], Option(near.day, near.reason, 0.35))
    return Day(match.start(), match.end(), options, Strength.CERTAIN)


def before_weekend(today: date, ahead: int) -> tuple[Option, ...]:
    """Returns the readings of "before the weekend": the Friday first."""
    friday = week(today, ahead).first + timedelta(days=4)
    return Option(max(friday, today), "before_weekend"), Option(friday + timedelta(days=1), "weekend_saturday", 0.2)


_EDGE = r"(?P<edge>end|start|close|middle|early|late|half)"

END_RULES = (
    rule(r"(?:the )?(?:start|early)(?: of| in)? the (?P<kind>MONTH|WEEK|QUARTER|YEAR)(?! after)(?!\w)", _start_passed),
    rule(rf"(?:the )?(?:very )?{_EDGE}(?:[ -](?:of|in))?(?: of)?[ -]?(?P<period>{PERIOD})(?![a-zA-Z0-9])", _edge),
    rule(rf"eo[wmqy](?: of)? (?P<period>{PERIOD})(?![a-zA-Z0-9])", _end_of_named),
    rule(r"(?P<period>M\d\d) end(?![a-z])", _end_of_named),
    rule(r"(?:the )?end of (?:the |this )(?:working |work |business )WEEK", _end_of_work),
    rule(
        r"(?:the |this )?(?:eo(?P<letter>[wmqy])|(?P<kind>WEEK|MONTH|QUARTER|YEAR)(?:'s)?[ -]end)(?![a-zA-Z])"
        r"(?! (?:review|report|party))",
        _ends,
    ),
    rule(
        r"(?:(?:before|b4|ahead of) )?(?:(?:the|this|next|coming|following) ){0,2}WEEKEND(?: after next)?(?!\w)",
        _weekend,
    ),
    rule(
        r"(?:(?:late|early|some ?time|within) )?(?:the )?(?:this|current|next|coming|following)(?: coming)? "
        r"(?P<kind>WEEK|MONTH|QUARTER|YEAR)(?: after next)?(?![a-zA-Z0-9'])",
        _whole,
    ),
    rule(r"(?:the )?(?P<kind>WEEK|MONTH|YEAR) (?:after next|next|que viene)(?!\w)", _whole),
)
"""In this order: of two that begin at the same place the longer one is taken, and of equal ones the earlier."""
