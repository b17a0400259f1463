"""What a good plan is: first as much as possible is done, then little is late, little moves, loads are even."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from skills.tasks.planning.drafts import Draft, lateness
from skills.tasks.planning.keeping import Before, moved
from skills.tasks.planning.preparing import Prepared


class Level(IntEnum):
    """What is improved; each is the place in `Score` of what matters least to it."""

    LATE = 1
    MOVED = 2
    UNEVEN = 3


class Score(NamedTuple):
    """How bad a draft is, what matters most first; the less the better.

    Jobs left out; minutes late by weight; jobs moved against the plan before; how unevenly people are loaded; and how
    long things are waited for, by weight. Lateness and waiting count the team's working minutes.
    """

    left_out: int
    late: int
    moved: int
    uneven: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Goals:
    """The goals for a problem; of what was planned `before`, at most `most_moved` may move."""

    prepared: Prepared
    before: Mapping[int, Before]
    most_moved: int

    def score(self, draft: Draft) -> Score:
        """Returns how bad a draft is."""
        late = waiting = 0
        for job in self.prepared.jobs:
            if (spot := draft.get(job.id)) is not None:
                late += job.weight * lateness(job, spot)
                waiting += job.weight * spot.finish
        left_out = len(self.prepared.jobs) - len(draft)
        return Score(left_out, late, len(moved(draft, self.before)), self._uneven(draft), waiting)

    def _uneven(self, draft: Draft) -> int:
        """Returns the sum of the squares of loads, in per cent of what each person could do."""
        loads = self.loads(draft)
        return sum(round(100 * minutes / self.room(id)) ** 2 for id, minutes in loads.items())

    def loads(self, draft: Draft) -> dict[str, int]:
        """Returns the minutes planned for each worker, works in progress among them."""
        loads = {
            id: sum(calendar.own(last) - calendar.own(first) for first, last in self.prepared.taken[id])
            for id, calendar in self.prepared.calendars.items()
        }
        for job in self.prepared.jobs:
            if (spot := draft.get(job.id)) is not None:
                loads[spot.worker] += job.minutes
        return loads

    def room(self, worker: str) -> int:
        """Returns the minutes that a worker has on the line, at least one."""
        return max(1, self.prepared.calendars[worker].length)
