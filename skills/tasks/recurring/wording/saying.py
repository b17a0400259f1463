"""What a grammar makes of some words: the days they say, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from skills.tasks.recurring.parts import Parts
from skills.tasks.recurring.rule import By

Reason = Literal["unit", "weekdays", "workdays", "month_days", "nth_weekday", "nth_workday", "year_day"]
"""What the days were read from, as people would be told it."""

Doubt = Literal["every_second", "every_nth", "gap", "until_month"]
"""Words that some mean otherwise: "every second Friday" (of the month?), "every third Friday" (every three weeks?),
"每隔三天" (every fourth?), "until March" (its end?)."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Days that are said at [start:end] of a text."""

    start: int
    end: int
    parts: Parts
    reason: Reason
    by: By = "schedule"
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """An end that is said at [start:end] of a text: a last day, or a number of times."""

    start: int
    end: int
    until: date | None = None
    count: int | None = None
    doubt: Doubt | None = None


def reason_of(parts: Parts) -> Reason:
    """Returns what parts say of days."""
    if parts.by_workdays:
        return "nth_workday" if parts.position else "workdays"
    if parts.weekdays:
        return "nth_weekday" if parts.weekdays[0][0] else "weekdays"
    if not parts.month_days:
        return "unit"
    return "year_day" if parts.frequency == "YEARLY" else "month_days"
