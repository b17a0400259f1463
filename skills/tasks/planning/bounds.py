"""How good a plan could be at best: what no plan does better than, found on relaxed problems."""

from __future__ import annotations

import math

from skills.tasks.planning import constraints
from skills.tasks.planning.preparing import Prepared

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
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) == cp_model.INFEASIBLE:
        return 0
    return max(0, math.ceil(solver.best_objective_bound - _DUST))


def least_late(prepared: Prepared) -> int:
    """Returns the least lateness, in the team's minutes by weight, of a plan in which every job is placed.

    Each job begins as early as it could if only those it waits for were there, done by whoever is soonest free. Bounds
    in which jobs compete for people (linear relaxations, the solver's own) were measured to be hardly better.
    """
    ends: dict[int, int] = {}
    late = 0
    for job in prepared.jobs:
        earliest = max([job.release, *(ends[before] for before in job.after)])
        spots = (prepared.calendars[id].fitted(earliest, job.minutes) for id in job.workers)
        ends[job.id] = min((spot[1] for spot in spots if spot), default=prepared.line.length)
        late += job.weight * max(0, ends[job.id] - job.due) if job.due is not None else 0
    return late
