"""Drafts: which job is where on the line, made by list scheduling, and how good they are.

List scheduling takes jobs one by one and puts each where it is finished first, or least late, beside those before it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from skills.tasks.planning.preparing import Job, Prepared


class Spot(NamedTuple):
    """Who does a job, and from where to where on the team's line."""

    worker: str
    start: int
    finish: int


Draft = Mapping[int, Spot]
Rank = Callable[[Job], tuple[float, ...]]
"""By which jobs are taken: the least first."""


def lateness(job: Job, spot: Spot) -> int:
    """Returns by how many of the team's minutes a job is late."""
    return 0 if job.due is None else max(0, spot.finish - job.due)


@dataclass(frozen=True, slots=True)
class Urgency:
    """What is pressing when those that wait are thought of: the due place, less the work behind, and the weight."""

    due: Mapping[int, float]
    weight: Mapping[int, int]

    @classmethod
    def of(cls, prepared: Prepared) -> Urgency:
        due = {job.id: float(prepared.line.length if job.due is None else job.due) for job in prepared.jobs}
        if prepared.jobs:
            # Without a date the important ones come earlier, as if due through the second half of the plan.
            for job in prepared.jobs:
                if job.due is None:
                    due[job.id] = prepared.line.length * (1 - job.weight / 16)
        weight = {job.id: job.weight for job in prepared.jobs}
        minutes = {job.id: job.minutes for job in prepared.jobs}
        for job in reversed(prepared.jobs):
            for before in job.after:
                due[before] = min(due[before], due[job.id] - minutes[job.id])
                weight[before] = max(weight[before], weight[job.id])
        return cls(due, weight)

    def ranks(self) -> tuple[Rank, ...]:
        """Returns orders worth trying: by due date, by slack, by weight, the short ones first."""
        due, weight = self.due, self.weight
        return (
            lambda job: (due[job.id], -weight[job.id], job.minutes),
            lambda job: (due[job.id] - job.minutes, -weight[job.id]),
            lambda job: (-weight[job.id], due[job.id]),
            lambda job: (due[job.id] / weight[job.id],),
            lambda job: (due[job.id] + 2 * job.minutes / weight[job.id],),
            lambda job: (job.minutes / weight[job.id], due[job.id]),
            lambda job: (job.minutes, due[job.id]),
        )


class Desk:
    """Where jobs are put one after the other; a worker's busy times are kept sorted."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._busy = {id: list(prepared.taken[id]) for id in prepared.calendars}
        self._load = dict.fromkeys(prepared.calendars, 0)
        self.draft: dict[int, Spot] = {}

    def earliest(self, job: Job) -> int | None:
        """Returns from where on a job can be done; None while one that it waits for has no spot."""
        place = job.release
        for before in job.after:
            if (spot := self.draft.get(before)) is None:
                return None
            place = max(place, spot.finish)
        return place

    def put_best(self, job: Job, workers: Iterable[str], earliest: int | None = None) -> bool:
        """Puts a job where it is least late, then finished first, then where least is to do; False if nowhere."""
        from_ = self.earliest(job)
        if from_ is None:
            return False
        from_ = max(from_, earliest or 0)
        spots = [spot for id in workers if (spot := self._spot(id, from_, job.minutes)) is not None]
        if not spots:
            return False
        self.put(job, min(spots, key=lambda spot: (lateness(job, spot), spot.finish, self._load[spot.worker])))
        return True

    def put(self, job: Job, spot: Spot) -> None:
        """Puts a job on a free spot."""
        self.draft[job.id] = spot
        self._load[spot.worker] += job.minutes
        insort(self._busy[spot.worker], (spot.start, spot.finish))

    def free(self, job: Job, spot: Spot) -> bool:
        """Returns whether a job can have just this spot."""
        earliest = self.earliest(job)
        if spot.worker not in job.workers or earliest is None or spot.start < earliest:
            return False
        return self._spot(spot.worker, spot.start, job.minutes) == spot

    def _spot(self, worker: str, earliest: int, minutes: int) -> Spot | None:
        """Returns the first spot of a worker that isn't before `earliest`."""
        calendar, busy = self._prepared.calendars[worker], self._busy[worker]
        at = bisect_right(busy, (earliest, self._prepared.line.length))
        if at and busy[at - 1][1] > earliest:
            earliest = busy[at - 1][1]
        while (fitted := calendar.fitted(earliest, minutes)) is not None:
            if at == len(busy) or fitted[1] <= busy[at][0]:
                return Spot(worker, *fitted)
            earliest = max(earliest, busy[at][1])
            at += 1
        return None


def listed(prepared: Prepared, rank: Rank, who: Mapping[int, str] | None = None, desk: Desk | None = None) -> Draft:
    """Returns a draft with the jobs taken by `rank`, each as soon as those it waits for have a spot.

    `who` says who does it, where that is settled; jobs that the `desk` holds already stay where they are.
    """
    desk = desk or Desk(prepared)
    jobs = {job.id: job for job in prepared.jobs if job.id not in desk.draft}
    waits = {id: sum(one in jobs for one in job.after) for id, job in jobs.items()}
    behind: dict[int, list[int]] = {}
    for id, job in jobs.items():
        for before in job.after:
            behind.setdefault(before, []).append(id)
    ready = [(rank(job), id) for id, job in jobs.items() if not waits[id]]
    heapify(ready)
    while ready:
        _, id = heappop(ready)
        job = jobs[id]
        desk.put_best(job, (who[id],) if who and id in who else job.workers)
        for following in behind.get(id, ()):
            if following in waits:
                waits[following] -= 1
                if not waits[following]:
                    heappush(ready, (rank(jobs[following]), following))
    return desk.draft
