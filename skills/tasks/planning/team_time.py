"""Working time as a line of minutes: the team's, on which nobody's nights and weekends lie, and each worker's share.

A place on the line is the number of the team's working minutes from the plan's begin to it. Where somebody is not at
work while others are, their spans have gaps; a work in progress pauses there.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from skills.tasks.planning.problem import Worker

Spans = tuple[tuple[int, int], ...]
_MINUTE = 60.0
_WEEK = 7 * 24 * 60
_WEEKS_BEGIN = (3 * 24 + 12) * 60
"""Sunday noon UTC, in minutes since the epoch (a Thursday): in no zone is anybody's working week cut by it."""


def given_minutes(worker: Worker) -> Spans:
    """Returns the working times of a worker in whole minutes since the epoch, cut to the capacity of each week.

    The first minutes of a week are kept: so much is finished by any moment as the capacity allows at all.
    """
    windows = [(math.ceil(begin / _MINUTE), math.floor(end / _MINUTE)) for begin, end in worker.windows]
    if worker.capacity is None:
        return tuple((begin, end) for begin, end in windows if begin < end)
    left: dict[int, int] = {}
    found = []
    for begin, end in windows:
        while begin < end:
            week = (begin - _WEEKS_BEGIN) // _WEEK
            until = min(end, (week + 1) * _WEEK + _WEEKS_BEGIN)
            used = min(until - begin, left.setdefault(week, worker.capacity))
            if used > 0:
                left[week] -= used
                found.append((begin, begin + used))
            begin = until
    return merged(found)


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Returns the union of spans, sorted, none touching another; empty ones are dropped."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class TeamTime:
    """The line: the union of everybody's minutes since `now`, in minutes since the epoch."""

    windows: Spans
    _before: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]], now: float) -> TeamTime:
        """Returns the line of the minutes that somebody works, from `now` (epoch seconds) on."""
        first = math.ceil(now / _MINUTE)
        windows = merged((max(begin, first), end) for begin, end in spans if end > first)
        return cls(windows, (0, *accumulate(end - begin for begin, end in windows)))

    @property
    def length(self) -> int:
        return self._before[-1]

    def place(self, minute: int) -> int:
        """Returns how many working minutes lie before a minute since the epoch."""
        at = bisect_right(self.windows, (minute, math.inf)) - 1
        if at < 0:
            return 0
        begin, end = self.windows[at]
        return self._before[at] + min(minute, end) - begin

    def place_of(self, moment: float) -> int:
        """Returns how many working minutes are over at `moment`, in epoch seconds."""
        return self.place(math.floor(moment / _MINUTE))

    def begins(self, place: int) -> float:
        """Returns when the minute behind `place` begins, in epoch seconds."""
        at = bisect_right(self._before, place) - 1
        return (self.windows[at][0] + place - self._before[at]) * _MINUTE

    def ends(self, place: int) -> float:
        """Returns when the minute before `place` ends, in epoch seconds."""
        at = bisect_left(self._before, place) - 1
        return (self.windows[at][0] + place - self._before[at]) * _MINUTE

    def spans(self, minutes: Spans) -> Spans:
        """Returns minutes since the epoch, all of which the team works, as spans of places."""
        return merged((self.place(begin), self.place(end)) for begin, end in minutes)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The spans of one worker on the team's line."""

    spans: Spans
    _before: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, spans: Spans) -> Calendar:
        return cls(spans, (0, *accumulate(end - begin for begin, end in spans)))

    @property
    def length(self) -> int:
        """Returns the worker's minutes."""
        return self._before[-1]

    def own(self, place: int) -> int:
        """Returns how many of the worker's minutes lie before a place."""
        at = bisect_right(self.spans, (place, math.inf)) - 1
        if at < 0:
            return 0
        begin, end = self.spans[at]
        return self._before[at] + min(place, end) - begin

    def first(self, own: int) -> int:
        """Returns the place where the worker's minute number `own` begins; the last one's end when there is none."""
        if own >= self.length:
            return self.spans[-1][1] if self.spans else 0
        at = bisect_right(self._before, own) - 1
        return self.spans[at][0] + own - self._before[at]

    def fitted(self, earliest: int, minutes: int) -> tuple[int, int] | None:
        """Returns start and finish of so many minutes from the first of the worker's that isn't before `earliest`.

        None where the worker has no more so many.
        """
        own = self.own(earliest)
        if own + minutes > self.length:
            return None
        return self.first(own), self.first(own + minutes - 1) + 1
