"""From works and workers to jobs on the team's line: who can take each, from when, until when."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from skills.tasks.planning.problem import Work, Worker, in_order, who_can
from skills.tasks.planning.team_time import Calendar, Spans, TeamTime, given_minutes, merged

SKILLS, ASSIGNEE, AFTER, WINDOWS, FULL = "skills", "assignee", "after", "windows", "full"
"""Why a work is left out: nobody has the skills (together); it is fixed to somebody who isn't there; it waits for one
that is left out; nobody who could do it has so much working time; others take that time."""


@dataclass(frozen=True, slots=True)
class Job:
    """A work that has not begun: `release` and `due` are places on the line, `after` are jobs."""

    id: int
    minutes: int
    weight: int
    workers: tuple[str, ...]
    release: int
    due: int | None
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """A work in progress: it occupies `spent` of its worker's line, and its times in epoch seconds."""

    id: int
    worker: str
    start: float
    finish: float
    spent: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The problem on the team's line; `jobs` stand behind those they wait for.

    `taken` is what works in progress take of each worker's line; it is all of it, and the work in `left_out`, where the
    working times known don't suffice to finish it.
    """

    line: TeamTime
    calendars: Mapping[str, Calendar]
    jobs: tuple[Job, ...]
    begun: tuple[Begun, ...]
    taken: Mapping[str, Spans]
    left_out: Mapping[int, str]


def prepare(works: Collection[Work], workers: Sequence[Worker], now: float) -> Prepared:
    """Returns the problem on the team's line from `now` (epoch seconds) on. Raises `Circular`."""
    ordered = in_order(works)
    minutes = {one.id: given_minutes(one) for one in workers}
    line = TeamTime.of((span for spans in minutes.values() for span in spans), now)
    calendars = {one.id: Calendar.of(line.spans(minutes[one.id])) for one in workers}
    begun, left_out = _in_progress(ordered, minutes, line, calendars)
    taken = {id: merged(one.spent for one in begun if one.worker == id) for id in calendars}
    begun = tuple(one for one in begun if one.id not in left_out)
    ends = {one.id: one.spent[1] for one in begun}
    jobs: list[Job] = []
    known = {one.id for one in ordered}
    for work in ordered:
        if work.id in ends or work.id in left_out:
            continue
        release = 0 if work.start is None else line.place(math.ceil(work.start / 60))
        release = max([release, *(ends[one] for one in work.after & ends.keys())])
        able = who_can(work, workers)
        takers = tuple(id for id in able if calendars[id].fitted(release, work.minutes))
        reason = _hopeless(work, able, takers, left_out)
        if reason is not None:
            left_out[work.id] = reason
            continue
        due = None if work.due is None else line.place_of(work.due)
        after = tuple(sorted(work.after & known - ends.keys()))
        jobs.append(Job(work.id, work.minutes, work.weight, takers, release, due, after))
    return Prepared(line, calendars, tuple(jobs), begun, taken, left_out)


def _hopeless(work: Work, able: Sequence[str], takers: Sequence[str], left_out: Mapping[int, str]) -> str | None:
    if not able:
        return SKILLS if work.assignee is None else ASSIGNEE
    if work.after & left_out.keys():
        return AFTER
    return None if takers else WINDOWS


def _in_progress(
    works: Sequence[Work], minutes: Mapping[str, Spans], line: TeamTime, calendars: Mapping[str, Calendar]
) -> tuple[tuple[Begun, ...], dict[int, str]]:
    """Returns works in progress, and why others of them are left out.

    Somebody with several of them finishes them one after the other, in the order in which they were begun.
    """
    found: list[Begun] = []
    left_out: dict[int, str] = {}
    free: dict[str, int] = {}
    for work in sorted((one for one in works if one.pinned), key=lambda one: (one.start or 0.0, one.id)):
        worker, start = str(work.assignee), float(work.start or 0.0)
        if worker not in calendars:
            left_out[work.id] = ASSIGNEE
            continue
        own = Calendar.of(minutes[worker])
        spent = own.own(max(math.ceil(start / 60), free.get(worker, 0)))
        ends = own.first(spent + work.minutes - 1) + 1
        # Who began what doesn't fit any more has no time for anything else.
        free[worker] = ends if spent + work.minutes <= own.length else own.first(own.length)
        if spent + work.minutes > own.length:
            left_out[work.id] = WINDOWS
        begins = line.place(own.first(spent)) if spent < own.length else line.length
        found.append(Begun(work.id, worker, start, ends * 60.0, (begins, line.place(free[worker]))))
    return tuple(found), left_out
