"""The shortest schedule of a project whose activities share resources (RCPSP), by CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from time import perf_counter
from typing import TYPE_CHECKING

from skills.tasks.planning.proving import Proving
from skills.tasks.planning.psplib import Project

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

THREADS = 2
_FIRST, _PROVEN = 0.15, 0.35
"""By when, of the time there is, the solver is interrupted, and by when the proof is given up."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The start of each activity, in the project's periods, and how good that is.

    No schedule is shorter than `bound`; `optimal` is true only when `makespan` is proven to be the shortest. `seconds`
    is what it took.
    """

    starts: tuple[int, ...]
    makespan: int
    bound: int
    optimal: bool
    seconds: float


def schedule(project: Project, *, seconds: float = 10.0, threads: int = THREADS) -> Schedule:
    """Returns the shortest schedule found within `seconds`.

    The solver begins from a list schedule, which is returned should it find none, so there always is one. What it can't
    settle soon is tried to be proven otherwise before it goes on.
    """
    began = perf_counter()
    starts = list_schedule(project)
    behind = tails(project)
    longest, bound = _makespan(project, starts), max(max(behind), _busiest(project))
    for share in (_FIRST, 1.0):
        if bound < longest:
            left = began + share * seconds - perf_counter()
            starts, bound = _solved(project, starts, bound, max(0.0, left), threads)
            longest = _makespan(project, starts)
        if bound < longest and share < 1.0 and (proving := Proving.of(project, behind)) is not None:
            bound = max(bound, min(proving.bound(), longest))
            if bound < longest and proving.impossible(longest - 1, began + _PROVEN * seconds):
                bound = longest
    return Schedule(starts, longest, bound, bound == longest, perf_counter() - began)


def _solved(
    project: Project, listed: tuple[int, ...], bound: int, seconds: float, threads: int
) -> tuple[tuple[int, ...], int]:
    """Returns the best starts that CP-SAT finds from those it is given, and what no schedule is shorter than."""
    from ortools.sat.python import cp_model

    model, starts = _model(project, bound, _makespan(project, listed))
    for start, hint in zip(starts, listed, strict=True):
        model.add_hint(start, hint)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    # Relaxations help little here: two searches without them, from above and from below, prove in half the time.
    solver.parameters.subsolvers.extend(["no_lp", "objective_lb_search_no_lp"])
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return listed, bound
    return tuple(solver.value(start) for start in starts), max(bound, round(solver.best_objective_bound))


def _model(project: Project, shortest: int, longest: int) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    starts = [model.new_int_var(0, longest - duration, "") for duration in project.durations]
    makespan = model.new_int_var(shortest, longest, "")
    intervals = [
        model.new_fixed_size_interval_var(start, duration, "")
        for start, duration in zip(starts, project.durations, strict=True)
    ]
    for place, (start, duration) in enumerate(zip(starts, project.durations, strict=True)):
        model.add(start + duration <= makespan)
        for following in project.successors[place]:
            model.add(start + duration <= starts[following])
    for resource, capacity in enumerate(project.capacities):
        users = [place for place, needs in enumerate(project.demands) if needs[resource]]
        model.add_cumulative(
            [intervals[place] for place in users], [project.demands[place][resource] for place in users], capacity
        )
    model.minimize(makespan)
    return model, starts


def list_schedule(project: Project) -> tuple[int, ...]:
    """Returns a valid schedule: each activity as early as it can, those with the longest work behind them first.

    The serial generation scheme with the latest-finish-time rule (Kolisch 1996, Serial and parallel
    resource-constrained project scheduling methods revisited).
    """
    behind = tails(project)
    before: list[list[int]] = [[] for _ in project.durations]
    for place, following in enumerate(project.successors):
        for one in following:
            before[one].append(place)
    starts: dict[int, int] = {}
    waiting = set(range(len(project.durations)))
    while waiting:
        ready = (place for place in waiting if all(one in starts for one in before[place]))
        place = max(ready, key=lambda one: (behind[one], -one))
        earliest = max((starts[one] + project.durations[one] for one in before[place]), default=0)
        # It can only become possible where something else ends.
        ends = sorted({starts[one] + project.durations[one] for one in starts} | {earliest})
        starts[place] = next(at for at in ends if at >= earliest and _fits(project, starts, place, at))
        waiting.remove(place)
    return tuple(starts[place] for place in range(len(project.durations)))


def _fits(project: Project, starts: dict[int, int], place: int, at: int) -> bool:
    until = at + project.durations[place]
    beside = [one for one, start in starts.items() if start < until and start + project.durations[one] > at]
    moments = [at, *(starts[one] for one in beside if starts[one] > at)]
    for moment in moments:
        running = [one for one in beside if starts[one] <= moment < starts[one] + project.durations[one]]
        for resource, capacity in enumerate(project.capacities):
            used = sum(project.demands[one][resource] for one in running)
            if used + project.demands[place][resource] > capacity:
                return False
    return True


def tails(project: Project) -> list[int]:
    """Returns for each activity its own duration and that of the longest chain behind it."""
    found = [0] * len(project.durations)
    for place in TopologicalSorter(dict(enumerate(project.successors))).static_order():
        found[place] = project.durations[place] + max((found[one] for one in project.successors[place]), default=0)
    return found


def _busiest(project: Project) -> int:
    """Returns the least time in which the scarcest resource can do its work."""
    return max(
        (
            -(
                -sum(d * needs[resource] for d, needs in zip(project.durations, project.demands, strict=True))
                // capacity
            )
            for resource, capacity in enumerate(project.capacities)
            if capacity
        ),
        default=0,
    )


def _makespan(project: Project, starts: tuple[int, ...]) -> int:
    return max(start + duration for start, duration in zip(starts, project.durations, strict=True))
