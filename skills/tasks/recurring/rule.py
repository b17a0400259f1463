"""A recurrence as it is stored: days by RFC 5545, wall time and zone, and never a moment of its own."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skills.tasks.recurring.parts import Parts, read_parts

By = Literal["schedule", "completion"]
MonthEnd = Literal["last_day", "skip"]


def _checked_rule(text: str) -> str:
    return parts_of(text).text


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # Unknown, no name at all, and a folder of zones.
        raise ValueError("rule_zone") from None
    return name


def _checked_time(at: time) -> time:
    if at.tzinfo:
        raise ValueError("rule_time")
    return at


class Rule(BaseModel):
    """`rrule` says the days (an RRULE's value without COUNT and UNTIL), `at` the wall time of `zone`; None: all day.

    `anchor` is the day that intervals are counted from; days before it don't count. `by` completion counts from the
    day when it was last done ("every!"). At most `count` times, and not after the day `until`. A month that lacks the
    day of a rule takes its `last_day`, or is left out (`skip`, which is RFC 5545's way); for 29 February likewise the
    years that lack it. `country` (ISO 3166): its public holidays and weekends are no workdays, for rules by workdays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rrule: Annotated[str, AfterValidator(_checked_rule)]
    zone: Annotated[str, AfterValidator(_checked_zone)]
    anchor: date
    at: Annotated[time, AfterValidator(_checked_time)] | None = None
    by: By = "schedule"
    count: int | None = Field(None, ge=1, le=9_999)
    until: date | None = None
    month_end: MonthEnd = "last_day"
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$")

    @property
    def parts(self) -> Parts:
        return parts_of(self.rrule)


@lru_cache(maxsize=1024)
def parts_of(text: str) -> Parts:
    """Returns the parts of an RRULE's value, which few distinct ones fill. Raises as `read_parts` does."""
    return read_parts(text)
