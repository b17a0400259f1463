"""What a new plan keeps of the one before: who does a work, and when it starts, to an hour of working time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skills.tasks.planning.drafts import Desk, Draft, Rank, Spot, listed
from skills.tasks.planning.preparing import Job, Prepared

MOVED_MINUTES = 60
"""A start that is more working minutes of its worker away from the one before counts as moved."""


@dataclass(frozen=True, slots=True)
class Before:
    """Who did a job in the plan before, where it started on the line, and between which places it may stay."""

    worker: str
    start: int
    first: int
    last: int

    def keeps(self, spot: Spot) -> bool:
        return spot.worker == self.worker and self.first <= spot.start <= self.last


def before_of(prepared: Prepared, spots: Mapping[int, tuple[str, float]]) -> dict[int, Before]:
    """Returns what the jobs that are still to do had in the plan before: worker and start, in epoch seconds, by id."""
    found = {}
    for job in prepared.jobs:
        if job.id in spots and spots[job.id][0] in prepared.calendars:
            worker, at = spots[job.id]
            calendar, start = prepared.calendars[worker], prepared.line.place_of(at)
            own = calendar.own(start)
            first = calendar.first(max(0, own - MOVED_MINUTES))
            found[job.id] = Before(worker, start, first, calendar.first(own + MOVED_MINUTES))
    return found


def moved(draft: Draft, before: Mapping[int, Before]) -> frozenset[int]:
    """Returns the jobs of a draft that had another place before."""
    return frozenset(id for id, one in before.items() if id in draft and not one.keeps(draft[id]))


def repaired(prepared: Prepared, before: Mapping[int, Before], rank: Rank) -> tuple[Draft, ...]:
    """Returns drafts that keep to the plan before: one its places, the others who does what and the order."""
    ends = float(prepared.line.length)

    def as_before(job: Job) -> tuple[float, ...]:
        return (before[job.id].start if job.id in before else ends, *rank(job))

    who = {id: one.worker for id, one in before.items()}
    who = {job.id: who[job.id] for job in prepared.jobs if job.id in who and who[job.id] in job.workers}
    return (
        listed(prepared, rank, desk=_unmoved(prepared, before)),
        listed(prepared, as_before, who),
        listed(prepared, as_before),
    )


def _unmoved(prepared: Prepared, before: Mapping[int, Before]) -> Desk:
    """Returns a desk with all jobs that can have their place before, or one within the hour behind it."""
    desk = Desk(prepared)
    jobs = sorted((job for job in prepared.jobs if job.id in before), key=lambda job: before[job.id].start)
    for job in jobs:
        one = before[job.id]
        fitted = prepared.calendars[one.worker].fitted(one.start, job.minutes)
        if fitted is not None and desk.free(job, spot := Spot(one.worker, *fitted)):
            desk.put(job, spot)
    return desk
