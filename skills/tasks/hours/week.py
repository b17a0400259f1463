"""The hours somebody works in a week, in minutes of each local day."""

from __future__ import annotations

from typing import Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

MINUTES: Final = 1440
Spans = tuple[tuple[int, int], ...]
"""Begin and end of each stretch of a day, in minutes from midnight; 1440 is the midnight after."""

_OFFICE: Spans = ((9 * 60, 17 * 60),)


class WorkingWeek(BaseModel):
    """`days` are Monday to Sunday's spans, sorted and disjoint; by default Monday to Friday from 09:00 to 17:00.

    Raises `ValueError` with `hours_days` for other than seven days, `hours_order` for spans that aren't sorted, overlap
    or lie outside the day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[Spans, ...] = (_OFFICE,) * 5 + ((),) * 2

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if len(self.days) != 7:
            raise ValueError("hours_days")
        for spans in self.days:
            edges = [edge for span in spans for edge in span]
            inside = all(0 <= edge <= MINUTES for edge in edges)
            if not inside or edges != sorted(edges) or any(begin == end for begin, end in spans):
                raise ValueError("hours_order")
        return self

    @property
    def minutes(self) -> int:
        """Working minutes of a week in which the clocks don't change."""
        return sum(end - begin for spans in self.days for begin, end in spans)
