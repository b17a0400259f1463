"""Ends said in English: "until March", "through 3/15", "for 2 weeks", "10 times"."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from skills.tasks.recurring.wording.calendar import (
    Period,
    begin_of_month,
    day_in,
    end_of,
    end_of_month,
    lasting,
    next_day_of_month,
    next_weekday,
)
from skills.tasks.recurring.wording.names import MONTHS, PARTS_OF_DAY, UNITS
from skills.tasks.recurring.wording.positions import Read, day_of_year, number, ordinal, weekday
from skills.tasks.recurring.wording.saying import Ending
from skills.tasks.recurring.wording.words import Words

_UNTIL: Final = frozenset(("until", "till", "til", "untill", "through", "thru"))
_CLOCK: Final = PARTS_OF_DAY | {
    "at", "by", "before", "around", "from", "in", "the", ",", ":", ".", "-", "am", "pm", "a.m", "p.m", "midnight",
    "o'clock", "sharp", "utc", "h",
}  # fmt: skip
"""What a clock time is made of, which may stand between a recurrence and its end."""
_PERIODS: Final[dict[str, Period]] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_CLOSES: Final = frozenset(("", ".", ",", ";", "!", "?", ")", "]", "-", ":"))
_MAX_GAP: Final = 8
_MAX_LATER: Final = 60


def find_ending(words: Words, after: int, today: date) -> Ending | None:
    """Returns the end that is said after a recurrence, whose last word is before `after`.

    A last day may come later, where it closes what is said; a number of times only right after it or its clock time,
    for "every day retry 3 times" means the tries.
    """
    at = after
    for at in range(after, after + _MAX_GAP):
        found = _until(words, at, today) or _times(words, at) or _lasting(words, at, today)
        if found or not (words[at] in _CLOCK or words[at].isdecimal()):
            break
    else:
        found = None
    if found:
        return found
    for later in range(at, min(len(words), after + _MAX_LATER)):
        if (found := _until(words, later, today)) and _closes(words, found):
            return found
    return None


def _until(words: Words, at: int, today: date) -> Ending | None:
    if words[at] not in _UNTIL:
        return None
    day = _day(words, at + 1, today)
    if day:
        return Ending(words.start(at), words.end(day[1]), day[0])
    including = words[at] in ("through", "thru")
    month = _month(words, at + 1)
    if month:
        (number_, year), after = month
        last = end_of_month(today, number_, year) if including else _before(begin_of_month(today, number_, year))
        return Ending(words.start(at), words.end(after), last, doubt=None if including else "until_month")
    if words[at + 1] == "next" and words[at + 2] in _PERIODS:
        last = end_of(_PERIODS[words[at + 2]], today, 1 if including else 0)
        return Ending(words.start(at), words.end(at + 3), last, doubt=None if including else "until_month")
    return None


def _day(words: Words, at: int, today: date) -> Read[date]:
    """Reads a day: "17 December 2027", "Friday", "next Friday", "3/15", "the end of January", "tomorrow"."""
    if words[at] in ("tomorrow", "tmrw"):
        return today + timedelta(days=1), at + 1
    if ended := _end(words, at, today):
        return ended
    if named := weekday(words, at + (words[at] in ("next", "the", "this"))):
        return next_weekday(today, named[0], words[at] == "next"), named[1]
    if written := _written(words, at, today):
        return written
    if dated := day_of_year(words, at):
        parts, after = dated
        if not parts.weekdays and (day := _in_year(words, after, today, parts.months[0], parts.month_days[0])):
            return day
    if (nth := ordinal(words, at + (words[at] == "the"))) and nth[0] > 0:
        return next_day_of_month(today, nth[0]), nth[1]
    return None


def _in_year(words: Words, at: int, today: date, month: int, day: int) -> Read[date]:
    year = _year(words, at + (words[at] == ","))
    found = day_in(today, month, day, year)
    return (found, at + (words[at] == ",") + 1 if year else at) if found else None


def _written(words: Words, at: int, today: date) -> Read[date]:
    """Reads "2027-03-15" and "3/15"; of two numbers the month is first unless it can't be."""
    if words[at].count("-") == 2:
        try:
            return date.fromisoformat("-".join(part.zfill(2) for part in words[at].split("-"))), at + 1
        except ValueError:
            return None
    first, second = number(words, at), number(words, at + 2)
    if not first or not second or words[at + 1] != "/":
        return None
    month, day = (second[0], first[0]) if first[0] > 12 else (first[0], second[0])
    found = day_in(today, month, day) if month <= 12 else None
    return (found, at + 3) if found else None


def _end(words: Words, at: int, today: date) -> Read[date]:
    """Reads "the end of the year", "end of next month", "end of January" and "end of 2027"."""
    at += words[at] == "the"
    if words[at] != "end" or words[at + 1] != "of":
        return None
    at += 2
    if month := _month(words, at):
        return end_of_month(today, *month[0]), month[1]
    if year := _year(words, at):
        return date(year, 12, 31), at + 1
    ahead = int(words[at] == "next")
    at += words[at] in ("the", "this", "next")
    return (end_of(_PERIODS[words[at]], today, ahead), at + 1) if words[at] in _PERIODS else None


def _month(words: Words, at: int) -> Read[tuple[int, int | None]]:
    at += words[at] in ("next", "this")
    month = MONTHS.get(words[at])
    if month is None:
        return None
    year = _year(words, at + 1)
    return (month, year), at + 2 if year else at + 1


def _year(words: Words, at: int) -> int | None:
    return int(words[at]) if len(words[at]) == 4 and words[at].isdecimal() and 2000 <= int(words[at]) < 2200 else None


def _times(words: Words, at: int) -> Ending | None:
    begin = at
    at += words[at] == "for"
    count = number(words, at)
    if count and words[count[1]] in ("times", "occurrences"):
        return Ending(words.start(begin), words.end(count[1] + 1), count=count[0])
    return None


def _lasting(words: Words, at: int, today: date) -> Ending | None:
    if words[at] not in ("for", "over", "during"):
        return None
    following = at + 1 + (words[at + 1] == "the")
    following += words[following] in ("next", "coming", "following")
    n = (1, following + 1) if words[following] in ("a", "an") else number(words, following)
    unit = n and UNITS.get(words[n[1]].removesuffix("s"))
    if not n or not unit:
        return None
    return Ending(words.start(at), words.end(n[1] + 1), lasting(today, unit.frequency, n[0] * unit.interval))


def _closes(words: Words, found: Ending) -> bool:
    return words.text[found.end : found.end + 2].lstrip()[:1] in _CLOSES


def _before(day: date) -> date:
    return day - timedelta(days=1)
