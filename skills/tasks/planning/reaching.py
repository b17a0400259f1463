"""Whether a work can be done by its due date beside a plan, when some of what hinders it is put aside."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from skills.tasks.planning import constraints
from skills.tasks.planning.drafts import Desk
from skills.tasks.planning.plan import Placed, Plan
from skills.tasks.planning.preparing import Job, Prepared, prepare
from skills.tasks.planning.problem import Work, Worker, who_can
from skills.tasks.planning.team_time import merged

_WEEK = 7 * 24 * 60
_NEAR = 24
_STEP = 0.3
"""The solver's deterministic time for one question, about seconds."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One hindrance put aside: its `key`, and the work or the worker where it is about one."""

    key: str
    work: int = 0
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A plan, and the `work` of which it is asked whether it can be done by its due date, from `now` on.

    No answer is looked for much longer than until `perf_counter()` is `until`.
    """

    work: Work
    plan: Plan
    works: Mapping[int, Work]
    workers: Sequence[Worker]
    now: float
    until: float
    threads: int
    _placed: Mapping[int, Placed] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_placed", {one.work: one for one in self.plan.placed})

    def reachable(self, aside: Collection[Aside]) -> bool | None:
        """Returns whether it can be done in time with these hindrances put aside; None when that isn't settled.

        All others keep their places, or, where that alone doesn't do, those near it move such that none is later
        against its due date than it is.
        """
        prepared = self._prepared(aside, free=())
        if not prepared.jobs:
            return False
        job = prepared.jobs[-1]
        desk = Desk(prepared)
        if desk.put_best(job, job.workers) and desk.draft[job.id].finish <= (job.due or 0):
            return True
        free = self._near(aside)
        return self._solved(self._prepared(aside, free)) if free else False

    def _prepared(self, aside: Collection[Aside], free: Collection[int]) -> Prepared:
        """Returns the problem of this work and the `free` ones; what the others take is taken."""
        dropped = {one.work for one in aside if one.key == "taken"}
        problem = [self._hindered(aside), *(self.works[id] for id in free)]
        ids = {one.id for one in problem}
        team = [self._member(one, aside) for one in self.workers]
        fixed = [one for id, one in self._placed.items() if id not in ids and id not in dropped]
        found = prepare([self._released(one, ids) for one in problem], team, self.now)
        taken = {id: list(spans) for id, spans in found.taken.items()}
        for one in fixed:
            # Of a minute that is begun nothing is left.
            span = (found.line.place_of(one.start), found.line.place(math.ceil(one.finish / 60)))
            taken[one.worker].append(span)
        jobs = sorted(found.jobs, key=lambda job: job.id == self.work.id)
        return replace(found, jobs=tuple(jobs), taken={id: merged(spans) for id, spans in taken.items()})

    def _hindered(self, aside: Collection[Aside]) -> Work:
        """Returns the work with only those hindrances of its own that aren't put aside."""
        keys = {one.key for one in aside}
        return replace(
            self.work,
            skills=frozenset() if "skills" in keys else self.work.skills,
            assignee=None if "pinned" in keys else self.work.assignee,
            minutes=1 if "effort" in keys else self.work.minutes,
            after=self.work.after - {one.work for one in aside if one.key == "after"},
        )

    def _released(self, work: Work, ids: Collection[int]) -> Work:
        """Returns a work that may begin when those it waits for, and which keep their places, are finished."""
        ends = [self._placed[id].finish for id in work.after - set(ids) if id in self._placed]
        never = any(id in self.works and id not in self._placed and id not in ids for id in work.after)
        earliest = max([work.start or self.now, *ends, *([math.inf] if never else [])])
        return replace(work, start=min(earliest, self._horizon()), after=work.after & frozenset(ids))

    def _horizon(self) -> float:
        return max((end for one in self.workers for _, end in one.windows), default=self.now)

    def _member(self, worker: Worker, aside: Collection[Aside]) -> Worker:
        if Aside("capacity", worker=worker.id) in aside:
            worker = replace(worker, capacity=None)
        if any(one.key == "windows" for one in aside):
            worker = replace(worker, windows=usual_windows(worker, self.now, self._horizon()))
        return worker

    def _near(self, aside: Collection[Aside]) -> tuple[int, ...]:
        """Returns works that may move to make room: those on the desks where it could be done, nearest to its due."""
        work = self._hindered(aside)
        able = set(who_can(work, self.workers))
        due = work.due or self.now
        dropped = {one.work for one in aside if one.key == "taken"}
        movable = [
            one
            for id, one in self._placed.items()
            if one.worker in able and id != work.id and id not in dropped and not self.works[id].begun
        ]
        movable.sort(key=lambda one: (abs(one.finish - due) if one.start > due else 0.0, -one.start))
        return tuple(one.work for one in movable[:_NEAR])

    def _solved(self, prepared: Prepared) -> bool | None:
        from ortools.sat.python import cp_model

        model, variables = cp_model.CpModel(), constraints.Variables()
        for job in prepared.jobs:
            constraints.add_job(model, variables, job)
            constraints.add_windows(model, variables, job, prepared, self._latest(prepared, job))
            model.add(variables.placed[job.id] == 1)
        constraints.add_dependencies(model, variables, prepared)
        constraints.add_no_overlap(model, variables, prepared)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.threads
        solver.parameters.max_deterministic_time = _STEP
        solver.parameters.max_time_in_seconds = max(0.0, self.until - perf_counter())
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        return False if status == cp_model.INFEASIBLE else None

    def _latest(self, prepared: Prepared, job: Job) -> int:
        """Returns by when a job must be finished: this by its due date, another no later than matters to anybody."""
        line = prepared.line
        if job.id == self.work.id:
            return job.due or 0
        planned = line.place(math.ceil(self._placed[job.id].finish / 60))
        latest = line.length if job.due is None else max(job.due, planned)
        for other in self.works.values():
            if job.id in other.after and other.id in self._placed and other.id not in {one.id for one in prepared.jobs}:
                latest = min(latest, line.place_of(self._placed[other.id].start))
        return latest


def usual_windows(worker: Worker, begin: float, end: float) -> tuple[tuple[float, float], ...]:
    """Returns a worker's windows as if never absent: every week from `begin` to `end` as all of them together.

    Who has no windows at all could work any time.
    """
    minutes = [(math.ceil(one / 60), math.floor(other / 60)) for one, other in worker.windows]
    if not minutes:
        return ((begin, end),)
    week = merged((first % _WEEK, first % _WEEK + last - first) for first, last in minutes)
    weeks = range(math.floor(begin / 60) // _WEEK, math.floor(end / 60) // _WEEK + 1)
    found: Iterable[tuple[int, int]] = (
        (number * _WEEK + first, number * _WEEK + last) for number in weeks for first, last in week
    )
    return tuple((first * 60.0, last * 60.0) for first, last in merged(found) if last * 60 > begin and first * 60 < end)
