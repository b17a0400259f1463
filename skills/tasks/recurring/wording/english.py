"""Recurrences said in English: "every other Tuesday", "monthly on the last workday", "on Fridays", "once a week"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from skills.tasks.recurring.parts import WORKDAYS, Parts
from skills.tasks.recurring.rule import By
from skills.tasks.recurring.wording.names import (
    ADVERBS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    PARTS_OF_DAY,
    PLURALS,
    UNITS,
    WEEKDAYS,
)
from skills.tasks.recurring.wording.positions import (
    day_of_year,
    number,
    ordinal,
    position,
    weekdays,
    within,
    workday,
)
from skills.tasks.recurring.wording.saying import Doubt, Saying, reason_of
from skills.tasks.recurring.wording.words import Words

_EVERY: Final = frozenset(("every", "each", "ev", "evry", "evey", "everry"))
_SIGNS: Final = _EVERY | ADVERBS.keys() | PLURALS.keys() | {"once"}
_FIRST: Final = frozenset(
    (*WEEKDAYS, *MONTHS, *UNITS, *NUMBERS, *ORDINALS, *PARTS_OF_DAY, "weekend", "workday", "weekday", "working",
     "business", "work", "week", "half", "half-year", "other", "couple", "the")
)  # fmt: skip
_PREPOSITIONS: Final = frozenset(("on", "by", "before", "at", "in"))
_GOES_ON: Final = _PREPOSITIONS | {
    "", "until", "till", "til", "through", "for", "from", "starting", "with", "after", "around", "please", "pls", "and",
    "to", ".", ",", ";", ":", "!", "?", ")", "(", "]", "-", "&", "#", "@", "<",
}  # fmt: skip
"""What may follow words that could else describe a noun ("daily notes", "every May intern")."""
_NEVER_ADJECTIVES: Final = frozenset(("annually", "semiannually", "semi-annually"))
_BREAKS: Final = frozenset(("", ".", ",", ";", ":", "!", "?", "(", "[", "-", ">"))
_DETERMINERS: Final = frozenset(
    ("the", "a", "an", "our", "my", "your", "their", "his", "her", "this", "that", "next", "last", "of", "and", "no")
)
_RELATIVE: Final = frozenset(("that", "which", "who"))
_SUBJECTS: Final = frozenset(("i", "we", "you", "they", "he", "she", "it", "@", "<", "everyone", "the", "all"))
_DONE: Final = frozenset(
    ("done", "finished", "completed", "completion", "complete", "completing", "finishing", "closed", "resolved")
)
_BEFORE_DONE: Final = frozenset(("it's", "its", "it", "is", "was", "each", "every", "the", "last", "i've", "i", "time"))
_LOOK_BACK: Final = 14


@dataclass(frozen=True, slots=True)
class _Days:
    """Days that were read, and the index of the word after them."""

    parts: Parts
    after: int
    doubt: Doubt | None = None
    quarters: bool = False


def find_english(words: Words) -> Saying | None:
    """Returns the first recurrence that is said in English."""
    for at in range(len(words)):
        found = _at(words, at) if words[at] in _SIGNS else None
        if found and not words.glued(found.start, found.end):
            return found
    return None


def _at(words: Words, at: int) -> Saying | None:
    word = words[at]
    if word in _EVERY:
        return _every(words, at)
    if word in PLURALS:
        return _plural(words, at)
    if word in ADVERBS:
        return _adverb(words, at)
    if (
        word == "once"
        and words[at - 1] != "than"
        and words[at + 1] in ("a", "per")
        and (unit := UNITS.get(words[at + 2]))
    ):
        return _said(words, at, _tail(words, _Days(unit, at + 3)))
    return None


def _every(words: Words, at: int) -> Saying | None:
    by: By = "completion" if words[at + 1] == "!" else "schedule"
    if words[at + 1] in _DONE:
        return _after_each(words, at)
    days = _days(words, at + 2 if by == "completion" else at + 1)
    if days is None:
        return None
    begin = at
    if not days.parts.fixed and days.parts.frequency in ("MONTHLY", "YEARLY") and (early := _named_of(words, at, days)):
        begin, days = early
    elif words[at - 1] in ("on", "once", "repeat", "repeats", "repeating"):
        begin = at - 1
    days = _tail(words, days)
    if words[days.after] == "that" or (words[days.after] == "of" and not _of_period(words, days.after)):
        return None
    return _said(words, begin, days, by)


def _days(words: Words, at: int) -> _Days | None:
    """Reads what stands after "every"."""
    if words[at] == "single":
        at += 1
    if words[at] not in _FIRST and not words[at][:1].isdecimal():
        return None
    if dated := day_of_year(words, at):
        return _Days(*dated)
    if listed := weekdays(words, at):
        return _Days(Parts("WEEKLY", weekdays=listed[0]), listed[1])
    if after := workday(words, at):
        return _Days(Parts("WEEKLY", weekdays=WORKDAYS), after)
    if words[at] == "weekend":
        return _Days(PLURALS["weekends"], at + 1)
    if (month := MONTHS.get(words[at])) and words[at + 1] in _GOES_ON:
        return _Days(Parts("YEARLY", months=(month,), month_days=(1,)), at + 1)
    if (words[at], words[at + 1]) == ("half", "year") or words[at] == "half-year":
        return _Days(Parts("MONTHLY", 6), at + 1 + (words[at] == "half"))
    if words[at] == "other":
        return _counted(words, at + 1, 2)
    if (words[at], words[at + 1]) == ("couple", "of"):
        return _counted(words, at + 2, 2)
    if how_many := number(words, at):
        return _counted(words, how_many[1], how_many[0])
    return _nth(words, at) or _counted(words, at, 1)


def _counted(words: Words, at: int, n: int) -> _Days | None:
    """Reads a unit, or weekdays, of which each nth is meant."""
    if unit := UNITS.get(words[at]) or UNITS.get(words[at].removesuffix("s")):
        return _Days(replace(unit, interval=unit.interval * n), at + 1, quarters=words[at] == "quarter")
    if words[at] in PARTS_OF_DAY:  # It says a time as well, which others read.
        return _Days(Parts("DAILY", n), at)
    if listed := weekdays(words, at):
        return _Days(Parts("WEEKLY", n, weekdays=listed[0]), listed[1])
    return None


def _nth(words: Words, at: int) -> _Days | None:
    """Reads "15th", "last Friday", "second day" or "third Thursday of the month"."""
    first, named = ordinal(words, at), position(words, at)
    if first and first[0] > 1 and (unit := UNITS.get(words[first[1]])) and not _of_period(words, first[1] + 1):
        return _Days(replace(unit, interval=unit.interval * first[0]), first[1] + 1)
    if named is None:
        return None
    parts, after = named
    if period := _of_period(words, after):
        return _Days(within(period.parts, parts, period.quarters), period.after)
    if parts.month_days and (
        not words[at][0].isdecimal() or (len(parts.month_days) == 1 and words[after] not in _GOES_ON)
    ):
        return None  # "Every second" and "every 5th" may be of anything.
    nth = parts.weekdays[0][0] if len(parts.weekdays) == 1 else 0
    if nth == 2:
        return _Days(Parts("WEEKLY", 2, weekdays=((0, parts.weekdays[0][1]),)), after, "every_second")
    return _Days(parts, after, "every_nth" if nth > 2 else None)


def _tail(words: Words, days: _Days) -> _Days:
    """Reads the days that follow a unit: "every month on the last Friday", "weekly on Monday", "yearly on 8 March"."""
    if days.parts.fixed or days.parts.frequency == "DAILY":
        return days
    if end := _end(words, days):
        return end
    at = days.after + (words[days.after] == ",")
    if words[at] not in _PREPOSITIONS:
        return days
    if days.parts.frequency == "WEEKLY":
        listed = weekdays(words, at + 1)
        return _Days(replace(days.parts, weekdays=listed[0]), listed[1]) if listed else days
    if days.parts.frequency == "YEARLY" and (dated := day_of_year(words, at + 1)):
        return _Days(replace(dated[0], interval=days.parts.interval), dated[1])
    if days.parts.frequency == "YEARLY" and words[at] == "in" and (month := MONTHS.get(words[at + 1])):
        return _Days(replace(days.parts, months=(month,), month_days=(1,)), at + 2)
    named = position(words, at + 1)
    if named is None:
        return days
    period = _of_period(words, named[1])
    return _Days(within(days.parts, named[0], days.quarters), period.after if period else named[1])


def _end(words: Words, days: _Days) -> _Days | None:
    """Reads "every month end" and "every quarter-end"."""
    at = days.after + (words[days.after] == "-")
    if days.parts.frequency == "WEEKLY" or words[at] != "end" or words[at + 1] in ("to", "-"):
        return None
    last = Parts("MONTHLY", month_days=(-1,))
    return _Days(within(days.parts, last, days.quarters), at + 1) if words[at + 1] in _GOES_ON else None


def _named_of(words: Words, at: int, days: _Days) -> tuple[int, _Days] | None:
    """Reads back from "of every month" to the days of it: returns where they begin, and the whole."""
    if words[at - 1] not in ("of", "in"):
        return None
    for begin in range(max(0, at - _LOOK_BACK), at - 1):
        named = position(words, begin)
        if named and named[1] == at - 1:
            begin -= words[begin - 1] in _PREPOSITIONS
            return begin, _Days(within(days.parts, named[0], days.quarters), days.after)
    return None


def _after_each(words: Words, at: int) -> Saying | None:
    """Reads "3 days after each completion"."""
    unit = UNITS.get(words[at - 2].removesuffix("s"))
    how_many = number(words, at - 3)
    if unit is None or how_many is None or words[at - 1] not in ("after", "from"):
        return None
    return _said(words, at - 3, _Days(replace(unit, interval=unit.interval * how_many[0]), at + 2), "completion")


def _adverb(words: Words, at: int) -> Saying | None:
    if words[at - 1] in _DETERMINERS or (words[at + 1] not in _GOES_ON and words[at] not in _NEVER_ADJECTIVES):
        return None
    if words[at + 2] in ADVERBS or (words[at + 1] == "to" and words[at + 2] == "-"):
        return None
    if words.capital(at) and words[at - 1] not in _BREAKS:
        return None
    begin = at - 1 if words[at - 1] == "once" else at
    return _said(words, begin, _tail(words, _Days(ADVERBS[words[at]], at + 1, quarters=words[at] == "quarterly")))


def _plural(words: Words, at: int) -> Saying | None:
    """Reads "on Fridays", also without "on" where they stand apart."""
    listed = weekdays(words, at)
    days = _Days(Parts("WEEKLY", weekdays=listed[0]), listed[1]) if listed else _Days(PLURALS[words[at]], at + 1)
    if words[at - 1] == "on":
        return _said(words, at - 1, days)
    if number(words, at - 1):  # "In 2 workdays" is once.
        return None
    apart = words[at - 1] in _BREAKS and words[days.after] in _GOES_ON
    closing = words[days.after] == "" and at > 0 and (at == 1 or not words.capital(at - 1))
    return _said(words, at, days) if apart or closing else None


def _said(words: Words, begin: int, days: _Days, by: By = "schedule") -> Saying | None:
    """Returns it as it is said, unless it only describes something ("the job that fails every night")."""
    for back in (2, 3):
        if begin >= back and words[begin - back] in _RELATIVE and words[begin - back + 1] not in _SUBJECTS:
            return None
    after = days.after
    if done := _when_done(words, after):
        by, after = "completion", done
    return Saying(words.start(begin), words.end(after), days.parts, reason_of(days.parts), by, days.doubt)


def _when_done(words: Words, at: int) -> int | None:
    """Returns the index after "after it's done" or "after completion"."""
    at += words[at] == ","
    if words[at] not in ("after", "once", "when", "from", "since"):
        return None
    at += 1
    for _ in range(3):
        at += words[at] in _BEFORE_DONE
    return at + 1 if words[at] in _DONE else None


def _of_period(words: Words, at: int) -> _Days | None:
    """Reads "of the month", "of each quarter"."""
    if words[at] not in ("of", "in") or words[at + 1] not in ("the", "a", "each", "every"):
        return None
    unit = UNITS.get(words[at + 2])
    if unit is None or unit.frequency not in ("MONTHLY", "YEARLY"):
        return None
    return _Days(unit, at + 3, quarters=words[at + 2] == "quarter")
