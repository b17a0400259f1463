"""Which day of a month, quarter or year is said: "the 1st and 15th", "last workday", "second Tuesday", "8 March"."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from skills.tasks.recurring.parts import WORKDAYS, Parts
from skills.tasks.recurring.wording.names import (
    MONTHS,
    NUMBERS,
    ORDINALS,
    QUARTER_BEGINS,
    QUARTER_ENDS,
    WEEKDAYS,
)
from skills.tasks.recurring.wording.words import Words

T = TypeVar("T")
Read = tuple[T, int] | None
"""What was read, and the index of the word after it."""

_AND = frozenset(("and", "or", "&", "+", "/", ",", "、"))
_TO = frozenset(("-", "to", "through", "thru", "till", "until"))
_COUNTABLE = frozenset(
    ("week", "weeks", "half", "quarter", "month", "year", "time", "thing", "hour", "sprint", "draft")
)
"""What has a first and a second too: "every month in the first week" isn't the first of the month."""
_MAX_LISTED = 31


def number(words: Words, at: int) -> Read[int]:
    """Reads "3" or "three"."""
    word = words[at]
    if word.isdecimal() and len(word) <= 3 and int(word):
        return int(word), at + 1
    return (NUMBERS[word], at + 1) if word in NUMBERS else None


def ordinal(words: Words, at: int) -> Read[int]:
    """Reads "2nd", "second" or "last", which is -1."""
    word = words[at]
    if word[:-2].isdecimal() and word[-2:].isalpha() and 1 <= int(word[:-2]) <= 31:
        return int(word[:-2]), at + 1
    return (ORDINALS[word], at + 1) if word in ORDINALS else None


def weekday(words: Words, at: int) -> Read[int]:
    """Reads "Friday", "fri" or "Fri.", also in the plural."""
    word = words[at]
    day = WEEKDAYS.get(word, WEEKDAYS.get(word.removesuffix("s")) if len(word) > 6 else None)
    if day is None:
        return None
    short = len(word) <= 5 and words[at + 1] == "." and words.start(at + 1) == words.end(at + 1)
    return day, at + 2 if short else at + 1


def weekdays(words: Words, at: int) -> Read[tuple[tuple[int, int], ...]]:
    """Reads "Mon, Wed and Fri" or "Monday to Thursday", as a rule's pairs."""
    first = weekday(words, at)
    if first is None:
        return None
    days, at = [first[0]], first[1]
    if words[at] in _TO and (last := weekday(words, at + 1)):
        days = [(days[0] + step) % 7 for step in range((last[0] - days[0]) % 7 + 1)]
        at = last[1]
    for _ in range(_MAX_LISTED):
        following = at
        while words[following] in _AND:
            following += 1
        if following == at:
            break
        if words[following] in ("every", "each", "on"):
            following += 1
        more = weekday(words, following)
        if more is None:
            break
        days.append(more[0])
        at = more[1]
    return tuple(sorted({(0, day) for day in days})), at


def position(words: Words, at: int) -> Read[Parts]:
    """Reads which day of a month it is, as the parts of a monthly rule."""
    if words[at] == "the":
        at += 1
    if words[at] in ("end", "beginning", "start"):
        return Parts("MONTHLY", month_days=(-1 if words[at] == "end" else 1,)), at + 1
    if words[at] in ("day", "days"):
        listed = _list(words, at + 1, plain=True)
        return listed and (Parts("MONTHLY", month_days=listed[0]), listed[1])
    listed = _list(words, at)
    if listed is None:
        return None
    which, at = listed
    if after := workday(words, at):
        return (Parts("MONTHLY", weekdays=WORKDAYS, position=which[0]), after) if len(which) == 1 else None
    if day := weekday(words, at):
        return Parts("MONTHLY", weekdays=tuple((nth, day[0]) for nth in which if -6 < nth < 6)), day[1]
    if words[at] in ("day", "days"):
        return Parts("MONTHLY", month_days=which), at + 1
    return (Parts("MONTHLY", month_days=which), at) if which[0] > 0 and words[at] not in _COUNTABLE else None


def workday(words: Words, at: int) -> int | None:
    """Returns the index after "workday", "weekday", "working day" or "business day"."""
    if words[at] in ("workday", "weekday"):
        return at + 1
    return at + 2 if words[at] in ("working", "business", "work", "week") and words[at + 1] == "day" else None


def day_of_year(words: Words, at: int) -> Read[Parts]:
    """Reads "8 March", "March 8th", "the 8th of March" or "the second Sunday of May", as parts of a yearly rule."""
    if words[at] == "the":
        at += 1
    if month := MONTHS.get(words[at]):
        day = ordinal(words, at + 1) or number(words, at + 1)
        return _on(month, day[0], day[1]) if day else None
    day = ordinal(words, at) or number(words, at)
    if day and (month := MONTHS.get(words[day[1] + (words[day[1]] == "of")])):
        return _on(month, day[0], day[1] + (words[day[1]] == "of") + 1)
    named = position(words, at)
    if named and words[named[1]] in ("of", "in") and (month := MONTHS.get(words[named[1] + 1])):
        return replace(named[0], frequency="YEARLY", months=(month,)), named[1] + 2
    return None


def within(unit: Parts, named: Parts, quarters: bool = False) -> Parts:
    """Returns the rule of a day that is named of each of a unit's periods: of months, quarters or years."""
    if unit.frequency == "YEARLY":
        if not named.month_days:
            return replace(named, frequency="YEARLY", interval=unit.interval)
        month, day = (12, 31) if named.month_days[0] < 0 else (1, named.month_days[0])
        return Parts("YEARLY", unit.interval, months=(month,), month_days=(day,))
    if not quarters:
        return replace(named, interval=unit.interval)
    last = (*named.month_days, named.position or 1, *(nth for nth, _ in named.weekdays if nth))
    return replace(named, months=QUARTER_ENDS if min(last) < 0 else QUARTER_BEGINS)


def _on(month: int, day: int, after: int) -> Read[Parts]:
    return (Parts("YEARLY", months=(month,), month_days=(day,)), after) if 1 <= day <= 31 else None


def _list(words: Words, at: int, plain: bool = False) -> Read[tuple[int, ...]]:
    """Reads "1st", "the 1st and the 15th"; with `plain` also "1 and 15"."""
    found: list[int] = []
    following = at
    for _ in range(_MAX_LISTED):
        one = ordinal(words, following) or (number(words, following) if plain else None)
        if one is None or one[0] > 31:
            break
        found.append(one[0])
        at = following = one[1]
        while words[following] in _AND or (words[following] == "the" and following > at):
            following += 1
        if following == at:
            break
    return (tuple(sorted(set(found))), at) if found else None
