"""Weekdays: "Friday", "this Friday" and "coming Friday" are the nearest one from today on, "next Friday" next week's.

"next Friday" is truly ambiguous: where the nearest one is another day, it is the second reading. A bare "Friday" said
on a Friday is today's, with the one in a week as second reading. "Friday week" and "Friday in a week" are a week after
the nearest, "Friday after next" is in the week after next.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from skills.tasks.dates.counts import COUNT, count
from skills.tasks.dates.parts import Context, Day, Option, Part, Strength, rule
from skills.tasks.dates.periods import PERIOD, Period, add_workdays, last_workday, period, week
from skills.tasks.dates.reading import Reason

WEEK_DAYS = timedelta(days=7)


def nearest(today: date, weekday: int) -> date:
    """Returns the first `weekday` (0 to 6, from Monday) from `today` on."""
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def bare_weekday(today: date, weekday: int) -> tuple[Option, ...]:
    """Returns the readings of a weekday that nothing stands before."""
    day = nearest(today, weekday)
    if day == today:
        return Option(day, "nearest_weekday", 0.6), Option(day + WEEK_DAYS, "weekday_in_a_week", 0.4)
    return (Option(day, "nearest_weekday"),)


def weekday_of_next_week(today: date, weekday: int) -> tuple[Option, ...]:
    """Returns the readings of "next Friday"."""
    day, near = week(today, 1).first + timedelta(days=weekday), nearest(today, weekday)
    first = Option(day, "weekday_of_next_week", 0.7)
    return (first,) if near in (day, today) else (first, Option(near, "nearest_weekday", 0.3))


def _weekday(match: re.Match[str], context: Context) -> Part:
    number, today = int(match["day"][1]), context.today
    before, after = match["before"] or "", match["after"] or ""
    monday = week(today).first + timedelta(days=number)
    strength = Strength.CERTAIN
    options: tuple[Option, ...]
    if "after next" in after:
        options = (Option(monday + 2 * WEEK_DAYS, "weekday_of_later_week"),)
    elif match["weeks"]:
        options = (Option(nearest(today, number) + count(match["weeks"]) * WEEK_DAYS, "weekday_of_later_week"),)
    elif (after.endswith("WEEK") and ("next" in after or "following" in after or "coming" in after)) or (
        "WEEK" in before and "next" in before
    ):
        options = (Option(monday + WEEK_DAYS, "weekday_of_next_week"),)
    elif "this" in after or after in (" latest", " max"):
        options = bare_weekday(today, number)
    elif after.endswith("WEEK"):
        options = (Option(nearest(today, number) + WEEK_DAYS, "weekday_in_a_week"),)
    elif "next" in before or "following" in before:
        options = weekday_of_next_week(today, number)
    elif after.strip() in ("next", "coming", "que viene"):
        near = nearest(today + timedelta(days=1), number)
        options = (Option(near, "nearest_weekday"),)
    elif before:
        options = (Option(nearest(today, number), "nearest_weekday"),)
    else:
        options, strength = bare_weekday(today, number), Strength.LIKELY
    bare = strength is Strength.LIKELY
    return Day(match.start(), match.end(), options, strength, weekly=bare or "this" in before)


def _numbered(match: re.Match[str], context: Context) -> Part | None:
    """Reads "Fri 14th": the next month in which the 14th is a Friday."""
    weekday, number = int(match["day"][1]), int(match["number"])
    if not 1 <= number <= 31:
        return None
    day = context.today
    for _ in range(366 * 6):
        if day.day == number and day.weekday() == weekday:
            return Day(match.start(), match.end(), (Option(day, "weekday_with_number"),), Strength.CERTAIN)
        day += timedelta(days=1)
    return None


def nth(place: int, what: str, within: Period) -> Option | None:
    """Returns the `place`-th weekday ("W0"), workday or day of a period, from its end where `place` is -1."""
    reason: Reason = "nth_of_period"
    if what.endswith("WORKDAY"):
        reason = "workday_of_period"
        day = last_workday(within.last) if place < 0 else add_workdays(within.first - timedelta(days=1), place)
    elif what[0] == "W" and what[1:].isdigit():
        if place < 0:
            day = within.last - timedelta(days=(within.last.weekday() - int(what[1:])) % 7)
        else:
            day = nearest(within.first, int(what[1:])) + (place - 1) * WEEK_DAYS
    else:
        day = within.last if place < 0 else within.first + timedelta(days=place - 1)
    return Option(day, reason) if day <= within.last else None


def _nth(match: re.Match[str], context: Context) -> Part | None:
    place = -1 if match["place"] == "last" else int(match["place"][0])
    what = "WORKDAY" if "WORKDAY" in match["what"] or "business" in match["what"] or "work" in match["what"] else ""
    what = what or match["what"]
    words = match["period"]
    within = period(words, context.today)
    option = nth(place, what, within) if within else None
    if option and option.day < context.today and within and not re.search(r"20\d\d", words):
        # It is past in the present period: the next one that has it.
        later = period(words, within.last + timedelta(days=1))
        option = nth(place, what, later) if later else None
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN) if option else None


def _nth_week(match: re.Match[str], context: Context) -> Part | None:
    """Reads "the second week of March" as its first day, the weeks being counted from the 1st."""
    within = period(match["period"], context.today)
    if within is None or within.kind == "week":
        return None
    place = match["place"]
    day = within.last - timedelta(days=6) if place == "last" else within.first + (int(place[0]) - 1) * WEEK_DAYS
    return Day(match.start(), match.end(), (Option(day, "nth_of_period"),), Strength.CERTAIN)


def _in_weeks(match: re.Match[str], context: Context) -> Part:
    """Reads "in two weeks on Wednesday"."""
    ahead = week(context.today, int(count(match["weeks"])))
    option = Option(ahead.first + timedelta(days=int(match["day"][1])), "weekday_of_later_week")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _several(match: re.Match[str], context: Context) -> Part:
    """Reads "two Fridays from now"."""
    day = nearest(context.today + timedelta(days=1), int(match["day"][1]))
    option = Option(day + (int(match["n"]) - 1) * WEEK_DAYS, "weekday_of_later_week")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


WEEKDAY_RULES = (
    rule(rf"in (?P<weeks>{COUNT}) WEEK,? on (?P<day>W[0-6])(?!\w)", _in_weeks),
    rule(r"(?P<n>\d{1,2}) (?P<day>W[0-6])s from (?:now|TODAY)", _several),
    rule(r"(?:the )?(?P<place>[1-5](?:st|nd|rd|th)|last) WEEK(?: of| in) (?P<period>" + PERIOD + ")", _nth_week),
    rule(
        r"(?:the )?(?P<place>[1-5](?:st|nd|rd|th)|last) "
        r"(?P<what>W[0-6]|WORKDAY|(?:business |work |working )?DAY)(?: of| in|) (?P<period>" + PERIOD + ")",
        _nth,
    ),
    rule(r"(?P<day>W[0-6])\.?,? (?:the )?(?P<number>\d{1,2})(?:st|nd|rd|th)(?![a-z0-9])", _numbered),
    rule(
        r"(?P<before>(?:the )?(?:this |the )?(?:next|this|coming|following)(?: WEEK(?:'s)?(?:,| on)?)? |)"
        r"(?P<day>W[0-6])(?![a-zA-Z0-9])\.?"
        r"(?P<after>,? (?:on )?(?:of )?(?:the )?(?:next|this|coming|following) WEEK(?! after)"
        r"|,? (?:of )?(?:the )?WEEK after next"
        r"|,? (?:in )?(?P<weeks>" + COUNT + r") WEEK(?: from now| from TODAY)?"
        r"| after next| next| coming| que viene| WEEK(?![ -]?(?:of|[0-9]))|)",
        _weekday,
    ),
)
