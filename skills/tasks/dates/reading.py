"""What a date phrase can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

Reason = Literal[
    "today",
    "tomorrow",
    "day_after",
    "part_of_day",
    "nearest_weekday",
    "weekday_in_a_week",
    "weekday_of_next_week",
    "weekday_of_later_week",
    "weekday_with_number",
    "nth_of_period",
    "workday_of_period",
    "full_date",
    "coming_date",
    "past_date",
    "written_weekday",
    "month_first",
    "day_first",
    "day_of_month",
    "start_of_period",
    "middle_of_period",
    "end_of_day",
    "end_of_week",
    "end_of_month",
    "end_of_quarter",
    "end_of_year",
    "end_of_workweek",
    "end_of_work",
    "from_now",
    "from_day",
    "workdays_from_now",
    "weekend_saturday",
    "weekend_sunday",
    "before_weekend",
    "holiday",
    "clock_today",
    "clock_tomorrow",
    "midnight_after",
    "midnight_before",
]
"""Why a reading is as it is: a key that people see through a catalog."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning. `at` is wall time in the asker's zone, 00:00 of a whole day; `weight` is its plausibility in (0, 1].

    `whole_day` says that only the calendar day was said. "End of X" is the last second of X.
    """

    at: datetime
    whole_day: bool
    reason: Reason
    weight: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of a text, with its preposition, that says when. `readings` are best first, at least one.

    `asks`: two plausible readings differ, one is past, or it may be no date at all. `sure`: it stands after a
    preposition, at an edge, or is confirmed otherwise. `zone` is one that was named ("5pm PST"); readings are already
    in the asker's wall time.
    """

    start: int
    end: int
    text: str
    readings: tuple[Reading, ...]
    asks: bool
    past: bool
    sure: bool
    zone: ZoneInfo | None
