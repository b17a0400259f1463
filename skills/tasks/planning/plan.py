"""The plan of a backlog: who does what, and when."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from skills.tasks.planning.bounds import least_late, least_left_out
from skills.tasks.planning.drafts import Draft, Urgency, listed
from skills.tasks.planning.goals import Goals, Level, Score
from skills.tasks.planning.improving import AT_ONCE, Improving
from skills.tasks.planning.keeping import Before, before_of, moved, repaired
from skills.tasks.planning.ordering import ordered
from skills.tasks.planning.preparing import FULL, Prepared, prepare
from skills.tasks.planning.problem import Work, Worker

SECONDS = 10.0
THREADS = 2
MOST_MOVED = 0.05
"""So much of what was planned before may move, unless more has to for everything to be placed."""


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
    before = before_of(prepared, spots)
    draft, gap = _improved(prepared, before, began, seconds, threads)
    return _told(prepared, draft, works, moved(draft, before), gap, perf_counter() - began)


def _improved(
    prepared: Prepared, before: Mapping[int, Before], began: float, seconds: float, threads: int
) -> tuple[Draft, float]:
    """Returns the best draft found, one level after the other, and its gap."""
    drafts = _listed(prepared, before)
    goals, draft = _within(prepared, before, drafts)
    fewest_out = len(prepared.jobs) - max(map(len, drafts))
    left_out = least_left_out(prepared, seconds / 10, threads) if fewest_out else 0
    late = least_late(prepared)
    chance = random.Random(0)  # noqa: S311 the search is the same each time

    def in_time(score: Score) -> bool:
        return score[:2] <= (left_out, late)

    if not before and len(prepared.jobs) > AT_ONCE:
        draft = ordered(goals, draft, began + 0.35 * seconds, in_time, chance)
    search = Improving(goals, draft, threads, chance)
    search.run(Level.LATE, began + (0.35 if before else 0.8) * seconds, in_time)
    if goals.score(search.draft).left_out > fewest_out:
        # That everything is placed comes before that little moves.
        fullest = [one for one in drafts if len(prepared.jobs) - len(one) == fewest_out]
        goals, draft = _within(prepared, before, fullest)
        search = Improving(goals, draft, threads, chance)
    if before:
        search.run(Level.LATE, began + 0.65 * seconds, in_time)
        search.run(Level.MOVED, began + 0.8 * seconds, lambda score: score.moved == 0)
    search.run(Level.UNEVEN, began + 0.95 * seconds, lambda score: False)
    if Level.LATE in search.proven and not before:
        return search.draft, 0.0
    return search.draft, _gap(goals.score(search.draft), left_out, late, len(prepared.jobs))


def _listed(prepared: Prepared, before: Mapping[int, Before]) -> list[Draft]:
    """Returns what list scheduling makes of the problem, and of the plan before."""
    ranks = Urgency.of(prepared).ranks()
    drafts = [listed(prepared, rank) for rank in ranks]
    return drafts + [draft for rank in ranks[:3] if before for draft in repaired(prepared, before, rank)]


def _within(prepared: Prepared, before: Mapping[int, Before], drafts: Sequence[Draft]) -> tuple[Goals, Draft]:
    """Returns the goals, and the best of the drafts of which no more has moved than may, or has to."""
    fewest_moved = min(len(moved(draft, before)) for draft in drafts)
    goals = Goals(prepared, before, max(math.floor(MOST_MOVED * len(before)), fewest_moved))
    return goals, min((one for one in drafts if len(moved(one, before)) <= goals.most_moved), key=goals.score)


def _gap(score: Score, left_out: int, late: int, jobs: int) -> float:
    if score.left_out > left_out:
        return (score.left_out - left_out) / (jobs - left_out)
    # Which works are left out matters for how late others are: only with all of them placed the bound holds.
    least = late if score.left_out == 0 else 0
    return (score.late - least) / score.late if score.late else 0.0


def _told(
    prepared: Prepared, draft: Draft, works: Collection[Work], away: frozenset[int], gap: float, seconds: float
) -> Plan:
    line = prepared.line
    placed = [Placed(one.id, one.worker, one.start, one.finish) for one in prepared.begun]
    placed += [Placed(id, spot.worker, line.begins(spot.start), line.ends(spot.finish)) for id, spot in draft.items()]
    left_out = dict(prepared.left_out)
    for job in prepared.jobs:
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
        away,
    )
