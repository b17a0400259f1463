"""How good a plan could be at best: what no plan does better than, found on relaxed problems."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from skills.tasks.planning import constraints
from skills.tasks.planning.preparing import Prepared

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_DUST = 1e-6


def least_left_out(prepared: Prepared, seconds: float, threads: int) -> int:
    """Returns how many jobs every plan leaves out at least, as far as `seconds` show.

    The relaxed problem only shares out minutes: when a job is done doesn't matter.
    """
    from ortools.sat.python import cp_model

    model, variables = cp_model.CpModel(), constraints.Variables()
    for job in prepared.jobs:
        constraints.add_job(model, variables, job)
        for before in job.after:
            model.add_implication(variables.placed[job.id], variables.placed[before])
    for id, calendar in prepared.calendars.items():
        taken = sum(calendar.own(last) - calendar.own(first) for first, last in prepared.taken[id])
        minutes = [job.minutes * variables.who[job.id][id] for job in prepared.jobs if id in job.workers]
        model.add(cp_model.LinearExpr.sum(minutes) <= calendar.length - taken)
    model.minimize(cp_model.LinearExpr.sum([~placed for placed in variables.placed.values()]))
    return max(0, math.ceil(_bound(model, seconds, threads) - _DUST))


def least_late(prepared: Prepared) -> int:
    """Returns the least lateness, in the team's minutes by weight, of a plan in which every job is placed.

    Each job begins as early as it could if only those it waits for were there, done by whoever is soonest free.
    """
    ends: dict[int, int] = {}
    late = 0
    for job in prepared.jobs:
        earliest = max([job.release, *(ends[before] for before in job.after)])
        spots = (prepared.calendars[id].fitted(earliest, job.minutes) for id in job.workers)
        ends[job.id] = min((spot[1] for spot in spots if spot), default=prepared.line.length)
        late += job.weight * max(0, ends[job.id] - job.due) if job.due is not None else 0
    return late


def least_late_together(prepared: Prepared, seconds: float, threads: int) -> int:
    """Returns the same as `least_late`, or more: jobs that are due and what they wait for, competing for people."""
    from ortools.sat.python import cp_model

    needed = {job.id for job in prepared.jobs if job.due is not None}
    for job in reversed(prepared.jobs):
        needed |= set(job.after) if job.id in needed else set()
    part = replace(prepared, jobs=tuple(job for job in prepared.jobs if job.id in needed))
    model, variables = cp_model.CpModel(), constraints.Variables()
    for job in part.jobs:
        constraints.add_job(model, variables, job)
        constraints.add_windows(model, variables, job, part, part.line.length)
        model.add(variables.placed[job.id] == 1)
    constraints.add_dependencies(model, variables, part)
    constraints.add_no_overlap(model, variables, part)
    lates = [(job, constraints.add_lateness(model, variables, job, part, part.line.length)) for job in part.jobs]
    model.minimize(cp_model.LinearExpr.sum([job.weight * late for job, late in lates if late is not None]))
    return max(least_late(prepared), math.ceil(_bound(model, seconds, threads) - _DUST))


def _bound(model: cp_model.CpModel, seconds: float, threads: int) -> float:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    return solver.best_objective_bound if status != cp_model.INFEASIBLE else 0.0
