"""The plan of a backlog: who does what, and when."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import perf_counter

from skills.tasks.planning.bounds import least_late, least_late_together, least_left_out
from skills.tasks.planning.drafts import Draft, Urgency, listed
from skills.tasks.planning.goals import Goals, Level, Score
from skills.tasks.planning.improving import Improving
from skills.tasks.planning.keeping import before_of, moved, repaired
from skills.tasks.planning.preparing import FULL, Prepared, prepare
from skills.tasks.planning.problem import Work, Worker

SECONDS = 10.0
THREADS = 2
MOST_MOVED = 0.05
"""So much of what was planned before may move, unless more has to for everything to be placed."""
_SHARES = {Level.LATE: 0.65, Level.MOVED: 0.8, Level.UNEVEN: 0.95}
"""By when, of the time there is, a level is left for the next; what remains is for the bound."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A work with who does it and its times, in epoch seconds; it pauses outside working times in between."""

    work: int
    worker: str
    start: float
    finish: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what, and when.

    `left_out` names what has no place and why (the keys are in `preparing`), `late` what is finished behind its due
    time, by seconds. `gap` is how far from optimal it is at most, as a share, 0 when that is proven: of the number of
    works placed, and where that number is proven, of the weighted lateness; changes and evenness have no bound.
    `moved` are works that the plan before had with another worker, or more than a working hour earlier or later.
    """

    placed: tuple[Placed, ...]
    left_out: tuple[tuple[int, str], ...]
    late: tuple[tuple[int, float], ...]
    gap: float
    seconds: float
    moved: frozenset[int]


def plan(
    works: Collection[Work],
    workers: Sequence[Worker],
    now: float,
    *,
    seconds: float = SECONDS,
    previous: Plan | None = None,
    threads: int = THREADS,
) -> Plan:
    """Returns a valid plan from `now` (epoch seconds) on, the best found within `seconds`.

    As many works as possible are placed; then as little is late as possible, in working minutes of the team, weighted
    by priority; then little moves against `previous`; then loads are even. With a plan before, at most `MOST_MOVED` of
    its works move, even where more would make less late. Raises `Circular` when works wait for each other.
    """
    began = perf_counter()
    prepared = prepare(works, workers, now)
    spots = {} if previous is None else {one.work: (one.worker, one.start) for one in previous.placed}
    goals, draft = _first(prepared, spots)
    draft, gap = _improved(goals, draft, began, seconds, threads)
    return _told(goals, draft, works, gap, perf_counter() - began)


def _first(prepared: Prepared, spots: dict[int, tuple[str, float]]) -> tuple[Goals, Draft]:
    """Returns the goals and the best draft that list scheduling gives."""
    before = before_of(prepared, spots)
    urgency = Urgency.of(prepared)
    drafts = [listed(prepared, rank) for rank in urgency.ranks()]
    if before:
        drafts += [draft for rank in urgency.ranks()[:3] for draft in repaired(prepared, before, rank)]
    most_placed = max(map(len, drafts))
    drafts = [draft for draft in drafts if len(draft) == most_placed]
    fewest_moved = min(len(moved(draft, before)) for draft in drafts)
    goals = Goals(prepared, before, max(math.floor(MOST_MOVED * len(before)), fewest_moved))
    allowed = (draft for draft in drafts if len(moved(draft, before)) <= goals.most_moved)
    return goals, min(allowed, key=goals.score)


def _improved(goals: Goals, draft: Draft, began: float, seconds: float, threads: int) -> tuple[Draft, float]:
    """Returns the draft made better, one level after the other, and its gap."""
    prepared = goals.prepared
    score = goals.score(draft)
    left_out = least_left_out(prepared, seconds / 20, threads) if score.left_out else 0
    late = least_late(prepared)
    best = Improving(goals, draft, threads, random.Random(0))  # noqa: S311 the search is the same each time
    if not (score.left_out <= left_out and score.late <= late):
        best.run(Level.LATE, began + seconds * _SHARES[Level.LATE], lambda it: it[:2] <= (left_out, late))
    best.run(Level.MOVED, began + seconds * _SHARES[Level.MOVED], lambda it: it.moved == 0)
    best.run(Level.UNEVEN, began + seconds * _SHARES[Level.UNEVEN], lambda it: False)
    score = goals.score(best.draft)
    left = began + seconds - perf_counter()
    if score.left_out == 0 and score.late > late and left > 0.1:
        late = least_late_together(prepared, left, threads)
    return best.draft, _gap(score, left_out, late, len(prepared.jobs))


def _gap(score: Score, left_out: int, late: int, jobs: int) -> float:
    if score.left_out > left_out:
        return (score.left_out - left_out) / (jobs - left_out)
    # Which works are left out matters for how late others are: only with all of them placed the bound holds.
    least = late if score.left_out == 0 else 0
    return (score.late - least) / score.late if score.late else 0.0


def _told(goals: Goals, draft: Draft, works: Collection[Work], gap: float, seconds: float) -> Plan:
    line = goals.prepared.line
    placed = [Placed(one.id, one.worker, one.start, one.finish) for one in goals.prepared.begun]
    placed += [Placed(id, spot.worker, line.begins(spot.start), line.ends(spot.finish)) for id, spot in draft.items()]
    left_out = dict(goals.prepared.left_out)
    for job in goals.prepared.jobs:
        if job.id not in draft:
            left_out[job.id] = FULL
    due = {work.id: work.due for work in works}
    late = ((one.work, one.finish - at) for one in placed if (at := due[one.work]) is not None and at < one.finish)
    return Plan(
        tuple(sorted(placed, key=lambda one: (one.start, one.worker, one.work))),
        tuple(sorted(left_out.items())),
        tuple(sorted(late)),
        gap,
        seconds,
        moved(draft, goals.before),
    )
