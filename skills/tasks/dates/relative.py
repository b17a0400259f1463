"""Times from now: "in 90 min", "3 working days from now", "within a week", "a week from" before another day.

Minutes and hours are moments; days and more are whole days, "in a month" the same day of the next month or its last.
Working days are counted from the next one on. Times that are already spent ("takes 2 hours", "for 3 days", "3 days
ago") are none: only "in", "within", "from now" and the like make a date of a duration.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from skills.tasks.dates.counts import COUNT, count
from skills.tasks.dates.parts import LAST, Context, Day, Moment, Option, Part, Shift, Strength, Unit, rule
from skills.tasks.dates.periods import BY_KIND, END, add_workdays
from skills.tasks.dates.reading import Reason

_UNIT = (
    r"(?:MINUTE|HOUR|(?:business |work |working |full |calendar )?DAY|WORKDAY|WEEK(?!END)|FORTNIGHT|MONTH|QUARTER|YEAR)"
)
_SHORT = r"(?:h|m|d|w)(?![a-zA-Z0-9])"
_LENGTH = (
    rf"(?:(?P<clock>\d{{1,2}} ?(?:h|HOUR),? ?(?:and )?\d{{1,2}} ?(?:m(?![a-z])|MINUTE)?)|(?P<more>a HOUR and a half)"
    rf"|(?P<quarter>(?:a |3 )QUARTER(?: of)?(?: a)? HOUR)|(?P<count>{COUNT}) ?(?:of )?(?P<unit>{_UNIT}|{_SHORT}))"
)
_LETTERS = {"h": "HOUR", "m": "MINUTE", "d": "DAY", "w": "WEEK"}


def later(now: datetime, amount: float, unit: str) -> datetime | Option:
    """Returns the moment that is `amount` minutes or hours after `now`, or the day so many other units later."""
    unit = _LETTERS.get(unit, unit)
    if unit == "MINUTE" or unit == "HOUR":
        return now + timedelta(minutes=round(amount * (60 if unit == "HOUR" else 1)))
    if unit == "WORKDAY" or unit.startswith(("business", "work")):
        return Option(add_workdays(now.date(), max(1, round(amount))), "workdays_from_now")
    if unit.endswith("DAY") and amount % 1:
        return now + timedelta(minutes=round(amount * 24 * 60))
    reason: Reason = "from_now"
    if unit == "MONTH" and amount % 1:
        return Option(now.date() + relativedelta(months=int(amount), days=15), reason)
    return Option(now.date() + _distance(amount, unit), reason)


def _distance(amount: float, unit: str) -> relativedelta:
    if unit == "MONTH":
        return relativedelta(months=int(amount))
    if unit == "QUARTER":
        return relativedelta(months=round(3 * amount))
    if unit == "YEAR":
        return relativedelta(months=round(12 * amount))
    days = {"WEEK": 7, "FORTNIGHT": 14}.get(unit, 1)
    return relativedelta(days=round(days * amount))


def _from_now(match: re.Match[str], context: Context) -> Part | None:
    now = context.now
    found: datetime | Option
    if match["clock"]:
        hours, minutes = re.findall(r"\d+", match["clock"])
        found = now + timedelta(hours=int(hours), minutes=int(minutes))
    elif match["more"]:
        found = now + timedelta(minutes=90)
    elif match["quarter"]:
        found = now + timedelta(minutes=45 if match["quarter"][0] == "3" else 15)
    else:
        found = later(now, count(match["count"]), match["unit"])
    if isinstance(found, datetime):
        return Moment(match.start(), match.end(), found)
    return Day(match.start(), match.end(), (found,), Strength.CERTAIN)


def _within(match: re.Match[str], context: Context) -> Part | None:
    """Reads "within the hour", "within the week"."""
    unit = match["unit"]
    if unit == "HOUR":
        return Moment(match.start(), match.end(), context.now + timedelta(hours=1))
    if unit == "DAY":
        option = Option(context.today, "end_of_day", at=LAST)
    else:
        period = next(build for kind, build in BY_KIND.items() if kind.upper() == unit)(context.today)
        option = Option(period.last, END[period.kind], at=LAST)
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _week_from(match: re.Match[str], context: Context) -> Part:
    days = {"TODAY": 0, "TOMORROW": 1, "OVERMORROW": 2}[match["day"]]
    start = context.today + timedelta(days=days)
    return Day(
        match.start(), match.end(), (Option(start + _distance(count(match["n"]), match["unit"]), "from_day"),),
        Strength.CERTAIN,
    )  # fmt: skip


def _shift(match: re.Match[str], context: Context) -> Part | None:
    unit, amount = match["unit"], count(match["n"] if match["n"] != "the" else "a")
    if amount % 1:
        return None
    sign = -1 if match["way"] == "before" else 1
    names: dict[str, Unit] = {"DAY": "day", "WEEK": "week", "FORTNIGHT": "week", "MONTH": "month", "YEAR": "year"}
    name: Unit = "workday" if unit == "WORKDAY" or " " in unit else names[unit]
    twice = 2 if unit == "FORTNIGHT" else 1
    return Shift(match.start(), match.end(), sign * twice * int(amount), name)


def shifted(day: date, shift: Shift) -> date:
    """Returns the day that is as far from `day` as `shift` says."""
    if shift.unit == "workday":
        return add_workdays(day, shift.count)
    return day + relativedelta(**{f"{shift.unit}s": shift.count})  # type: ignore[arg-type]


def _settlement(match: re.Match[str], context: Context) -> Part:
    """Reads "T+2": two working days after today."""
    day = add_workdays(context.today, int(match["n"]))
    return Day(match.start(), match.end(), (Option(day, "workdays_from_now"),), Strength.LIKELY)


RELATIVE_RULES = (
    rule(
        r"(?:in|within|after|over the(?= next| coming))(?: under| about| around| at most| less than)?(?: the)?"
        r"(?: next| coming| following)? "
        + _LENGTH
        + r"(?! ago)(?:'?s?'? ?time)?(?: or so| or less| from now| at most| max)?(?![a-zA-Z0-9])",
        _from_now,
    ),
    rule(
        _LENGTH + r",? (?:from (?:now|TODAY)|hence|late|time(?! ?[a-z])|from this moment)(?![a-zA-Z])",
        _from_now,
    ),
    rule(r"within the (?:next )?(?P<unit>HOUR|DAY|WEEK|MONTH|QUARTER|YEAR)(?!\w)", _within),
    rule(r"in the next (?P<unit>HOUR)(?!\w)", _within),
    rule(
        rf"(?P<n>{COUNT}) (?P<unit>DAY|WEEK|FORTNIGHT|MONTH|YEAR) (?:from |after )?(?P<day>TODAY|TOMORROW|OVERMORROW)",
        _week_from,
    ),
    rule(
        rf"(?P<n>{COUNT}|the) (?P<unit>(?:business |work |working )?DAY|WORKDAY|WEEK|FORTNIGHT|MONTH|YEAR) "
        r"(?P<way>from|after|before|past|on)(?= )",
        _shift,
    ),
    rule(rf"(?P<n>{COUNT}) (?P<unit>WEEK|FORTNIGHT)(?P<way>)(?= (?:next |this )?W[0-6])", _shift),
    rule(
        rf"(?P<n>{COUNT}) (?P<unit>FORTNIGHT) (?P<way>from)",
        _shift,
    ),
    rule(r"t ?\+ ?(?P<n>\d)(?!\d)", _settlement),
)
