"""Places some jobs anew beside those that stay where they are, as well as CP-SAT can in a moment."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from skills.tasks.planning import constraints
from skills.tasks.planning.constraints import Variables
from skills.tasks.planning.drafts import Draft, Spot, lateness
from skills.tasks.planning.goals import Goals, Level
from skills.tasks.planning.preparing import Job, Prepared
from skills.tasks.planning.team_time import merged

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


_STEP = 0.15
"""The solver's deterministic time for one step, about seconds."""


@dataclass(frozen=True, slots=True)
class Anew:
    """The draft with some jobs placed anew; `proven` when they can't be placed better beside the others."""

    draft: Draft
    proven: bool


def placed_anew(
    goals: Goals,
    draft: Draft,
    free: Collection[int],
    level: Level,
    seconds: float,
    threads: int,
    chance: random.Random,
) -> Anew:
    """Returns the draft with the `free` jobs placed as the `level` wants it, and no worse by those above it.

    It is the draft itself where the solver finds nothing in time.
    """
    from ortools.sat.python import cp_model

    part = _part(goals.prepared, draft, free)
    latest = {job.id: _latest(goals.prepared, draft, free, job.id) for job in part.jobs}
    model, variables = cp_model.CpModel(), Variables()
    for job in part.jobs:
        constraints.add_job(model, variables, job)
        constraints.add_windows(model, variables, job, part, latest[job.id])
        if latest[job.id] < part.line.length:
            model.add(variables.placed[job.id] == 1)
    constraints.add_dependencies(model, variables, part)
    constraints.add_no_overlap(model, variables, part)
    _add_goal(model, variables, goals, part, draft, level, latest)
    for job in part.jobs:
        _hint(model, variables, part, job.id, draft.get(job.id))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    # Counted in operations, so that a busy machine searches as well, only longer.
    solver.parameters.max_deterministic_time = _STEP
    solver.parameters.random_seed = chance.randrange(1 << 30)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Anew(draft, False)
    found = {id: spot for id, spot in draft.items() if id not in variables.who}
    for job in part.jobs:
        for worker, does in variables.who[job.id].items():
            if solver.boolean_value(does):
                found[job.id] = _spot(part, worker, solver.value(variables.own[job.id][worker]), job.minutes)
    return Anew(found, status == cp_model.OPTIMAL)


def _spot(prepared: Prepared, worker: str, own: int, minutes: int) -> Spot:
    calendar = prepared.calendars[worker]
    return Spot(worker, calendar.first(own), calendar.first(own + minutes - 1) + 1)


def _part(prepared: Prepared, draft: Draft, free: Collection[int]) -> Prepared:
    """Returns the problem of the `free` jobs alone; what the others take is taken, and where they end is released."""
    taken = {id: list(spans) for id, spans in prepared.taken.items()}
    for id, spot in draft.items():
        if id not in free:
            taken[spot.worker].append((spot.start, spot.finish))
    jobs: list[Job] = []
    for job in prepared.jobs:
        waits = [one for one in job.after if one not in free]
        if job.id in free and all(one in draft for one in waits):
            release = max([job.release, *(draft[one].finish for one in waits)])
            jobs.append(replace(job, release=release, after=tuple(one for one in job.after if one in free)))
    known = {job.id for job in jobs}
    # One whose predecessor can't be placed now stays out, and those behind it.
    while len(kept := [job for job in jobs if set(job.after) <= known]) < len(jobs):
        jobs, known = kept, {job.id for job in kept}
    return replace(prepared, jobs=tuple(jobs), taken={id: merged(spans) for id, spans in taken.items()})


def _latest(prepared: Prepared, draft: Draft, free: Collection[int], id: int) -> int:
    """Returns by when a free job must be finished, since one that stays where it is waits for it."""
    starts = (draft[job.id].start for job in prepared.jobs if id in job.after and job.id in draft.keys() - set(free))
    return min(starts, default=prepared.line.length)


def _add_goal(
    model: cp_model.CpModel,
    variables: Variables,
    goals: Goals,
    part: Prepared,
    draft: Draft,
    level: Level,
    latest: Mapping[int, int],
) -> None:
    """Asks for the least at `level`, and of the levels above it no more than the draft has."""
    from ortools.sat.python import cp_model

    length = part.line.length
    out = cp_model.LinearExpr.sum([~placed for placed in variables.placed.values()])
    lates = [(job, constraints.add_lateness(model, variables, job, part, latest[job.id])) for job in part.jobs]
    late = cp_model.LinearExpr.sum([job.weight * one for job, one in lates if one is not None])
    if level is Level.LATE:
        model.minimize(out * (16 * length * len(part.jobs) + 1) + late)
    else:
        spots = [(job, draft[job.id]) for job in part.jobs if job.id in draft]
        model.add(out <= len(part.jobs) - len(spots))
        model.add(late <= sum(job.weight * lateness(job, spot) for job, spot in spots))
    stays = _kept(model, variables, goals, part)
    before = [id for id in stays if id in draft]
    others = sum(1 for id, one in goals.before.items() if id in draft and id not in stays and not one.keeps(draft[id]))
    if level is Level.MOVED:
        model.maximize(sum(stays.values()))
    elif stays:
        least = len(before) - (goals.most_moved - others)
        if level is Level.UNEVEN:
            least = sum(goals.before[id].keeps(draft[id]) for id in before)
        model.add(sum(stays.values()) >= least)
    if level is Level.UNEVEN:
        _add_evenness(model, variables, goals, part, draft)


def _kept(model: cp_model.CpModel, variables: Variables, goals: Goals, part: Prepared) -> dict[int, cp_model.IntVar]:
    """Returns for each job that was planned before a variable that is true only when it stays as it was."""
    found = {}
    for job in part.jobs:
        one = goals.before.get(job.id)
        if one is not None and one.worker in variables.who[job.id]:
            own = part.calendars[one.worker].own
            found[job.id] = constraints.add_kept(model, variables, job, one.worker, own(one.first), own(one.last))
    return found


def _add_evenness(model: cp_model.CpModel, variables: Variables, goals: Goals, part: Prepared, draft: Draft) -> None:
    """Asks for the least load, in per mille of their time, of whoever is loaded most among those concerned."""
    loads = goals.loads({id: spot for id, spot in draft.items() if id not in variables.who})
    most = model.new_int_var(0, 1000, "")
    for worker in {id for who in variables.who.values() for id in who}:
        minutes = sum(job.minutes * variables.who[job.id][worker] for job in part.jobs if worker in job.workers)
        model.add(1000 * (minutes + loads[worker]) <= goals.room(worker) * most)
    model.minimize(most)


def _hint(model: cp_model.CpModel, variables: Variables, part: Prepared, id: int, spot: Spot | None) -> None:
    model.add_hint(variables.placed[id], spot is not None)
    for worker, does in variables.who[id].items():
        model.add_hint(does, spot is not None and spot.worker == worker)
    if spot is not None:
        model.add_hint(variables.own[id][spot.worker], part.calendars[spot.worker].own(spot.start))
