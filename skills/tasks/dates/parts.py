"""What the rules make of stretches of a text, before they are joined to phrases."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from typing import Literal
from zoneinfo import ZoneInfo

from skills.tasks.dates.reading import Reason

PartOfDay = Literal["morning", "noon", "afternoon", "evening", "night"]

Unit = Literal["day", "week", "month", "year", "workday"]

LAST = time(23, 59, 59)
"""The last second of a day, which "end of X" means."""


class Strength(IntEnum):
    """How surely a stretch is a date, by itself: `CERTAIN` wherever it stands, `WEAK` only where something says so."""

    WEAK = 1
    LIKELY = 2
    CERTAIN = 3


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks when: `now` is wall time in `zone`; `day_first` says that 7/6 is the 7th of June."""

    now: datetime
    zone: ZoneInfo
    day_first: bool

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Option:
    """A day that may be meant; `at` where the words imply a time of it."""

    day: date
    reason: Reason
    weight: float = 1.0
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """Words that say a day. `weekly` of a bare weekday: when its clock time is past today, the next week's is meant.

    `needs` is what must say that it is a date: an edge or a preposition, a preposition, or one of a deadline.
    """

    start: int
    end: int
    options: tuple[Option, ...]
    strength: Strength
    part: PartOfDay | None = None
    weekly: bool = False
    needs: Literal["", "bound", "preposition", "deadline"] = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Words that say a time of day, likeliest first. `after_day`: 24:00, the midnight that ends the day."""

    start: int
    end: int
    times: tuple[time, ...]
    strength: Strength
    reason: Reason | None = None
    zone: ZoneInfo | None = None
    part: PartOfDay | None = None
    after_day: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Words that say a moment outright: "in 2 hours"."""

    start: int
    end: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Words that say a distance from another day: "two weeks" before "from Friday"; `days` is signed."""

    start: int
    end: int
    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Nothing:
    """Words that hold a date's words and mean none: "every Friday", "last week"."""

    start: int
    end: int


Part = Day | Clock | Moment | Shift | Nothing


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over canonical text and what it makes of a match; None where the match is no date after all."""

    pattern: re.Pattern[str]
    build: Callable[[re.Match[str], Context], Part | None]


def rule(pattern: str, build: Callable[[re.Match[str], Context], Part | None]) -> Rule:
    """Returns the rule of a pattern, which must be bounded: each is tried at every place where one may begin."""
    return Rule(re.compile(pattern), build)
