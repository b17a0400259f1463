"""Each constraint of the model alone: what it forbids, and what it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from skills.tasks.planning import constraints
from skills.tasks.planning.constraints import Variables
from skills.tasks.planning.preparing import Job, Prepared
from skills.tasks.planning.problem import Work, Worker, who_can
from skills.tasks.planning.team_time import Calendar, Spans, TeamTime


def problem(jobs: Sequence[Job], spans: dict[str, Spans], taken: dict[str, Spans] | None = None) -> Prepared:
    """A line of 100 minutes on which workers have the spans given."""
    line = TeamTime.of([(0, 100)], 0.0)
    calendars = {id: Calendar.of(one) for id, one in spans.items()}
    return Prepared(line, calendars, tuple(jobs), (), {id: (taken or {}).get(id, ()) for id in spans}, {})


def job(id: int, minutes: int, workers: Sequence[str] = ("a",), **more: object) -> Job:
    fields = {"weight": 1, "release": 0, "due": None, "after": (), **more}
    return Job(id=id, minutes=minutes, workers=tuple(workers), **fields)  # type: ignore[arg-type]


class Model:
    """A model of a problem with the constraints asked for; all its jobs have to be placed."""

    def __init__(self, prepared: Prepared, *names: str) -> None:
        self.prepared, self.model, self.variables = prepared, cp_model.CpModel(), Variables()
        for one in prepared.jobs:
            constraints.add_job(self.model, self.variables, one)
            self.model.add(self.variables.placed[one.id] == 1)
            constraints.add_windows(self.model, self.variables, one, prepared, prepared.line.length)
        if "no_overlap" in names:
            constraints.add_no_overlap(self.model, self.variables, prepared)
        if "dependencies" in names:
            constraints.add_dependencies(self.model, self.variables, prepared)

    def minimum(self, value: cp_model.LinearExprT) -> int | None:
        """The least a value can be; None when the constraints can't be met."""
        self.model.minimize(value)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        if solver.solve(self.model) != cp_model.OPTIMAL:
            return None
        return int(solver.objective_value)


def test_only_who_has_all_skills_can_do_a_work() -> None:
    team = [Worker("a", frozenset({"x"}), ()), Worker("b", frozenset({"x", "y"}), ())]
    assert who_can(Work(1, 60, 3, frozenset({"x"})), team) == ("a", "b")
    assert who_can(Work(1, 60, 3, frozenset({"x", "y"})), team) == ("b",)
    assert who_can(Work(1, 60, 3, frozenset({"z"})), team) == ()


def test_who_was_fixed_by_people_does_it_whatever_the_skills() -> None:
    team = [Worker("a", frozenset(), ()), Worker("b", frozenset({"x"}), ())]
    assert who_can(Work(1, 60, 3, frozenset({"x"}), assignee="a"), team) == ("a",)


def test_windows_keep_a_job_behind_its_release_and_in_its_workers_minutes() -> None:
    model = Model(problem([job(1, 10, release=50)], {"a": ((20, 55), (80, 100))}))
    assert model.minimum(model.variables.own[1]["a"]) == 30
    assert Model(problem([job(1, 30, release=50)], {"a": ((20, 55), (80, 100))})).minimum(0) is None


def test_nobody_does_two_things_at_once() -> None:
    jobs = [job(1, 60), job(2, 60)]
    assert Model(problem(jobs, {"a": ((0, 100),)})).minimum(0) == 0
    assert Model(problem(jobs, {"a": ((0, 100),)}), "no_overlap").minimum(0) is None


def test_what_is_taken_stays_taken() -> None:
    model = Model(problem([job(1, 30)], {"a": ((0, 100),)}, {"a": ((10, 40),)}), "no_overlap")
    assert model.minimum(model.variables.own[1]["a"]) == 40


def test_a_job_waits_for_another_of_somebody_with_other_times() -> None:
    jobs = [job(1, 20, ["a"]), job(2, 10, ["b"], after=(1,))]
    spans: dict[str, Spans] = {"a": ((0, 10), (40, 60)), "b": ((0, 5), (30, 70))}
    apart, bound = Model(problem(jobs, spans)), Model(problem(jobs, spans), "dependencies")
    assert apart.minimum(apart.variables.own[2]["b"]) == 0
    # The first ends at place 50, which is minute 25 of the second's worker.
    assert bound.minimum(bound.variables.own[2]["b"]) == 25


def test_lateness_counts_the_pauses_of_who_does_it() -> None:
    prepared = problem([job(1, 20, due=15)], {"a": ((0, 10), (40, 60))})
    model = Model(prepared)
    late = constraints.add_lateness(model.model, model.variables, prepared.jobs[0], prepared, 100)
    assert late is not None
    assert model.minimum(late) == 35


def test_lateness_is_none_without_a_date_and_0_in_time() -> None:
    prepared = problem([job(1, 20), job(2, 20, due=60)], {"a": ((0, 100),)})
    model = Model(prepared)
    assert constraints.add_lateness(model.model, model.variables, prepared.jobs[0], prepared, 100) is None
    late = constraints.add_lateness(model.model, model.variables, prepared.jobs[1], prepared, 100)
    assert late is not None
    assert model.minimum(late) == 0


def test_a_job_is_kept_only_with_the_same_worker_and_about_the_same_time() -> None:
    prepared = problem([job(1, 20, ["a", "b"])], {"a": ((0, 100),), "b": ((0, 100),)})
    model = Model(prepared)
    stays = constraints.add_kept(model.model, model.variables, prepared.jobs[0], "a", 30, 40)
    model.model.add(stays == 1)
    assert model.minimum(model.variables.own[1]["a"]) == 30
    assert model.minimum(model.variables.who[1]["b"]) == 0
    model.model.add(model.variables.own[1]["a"] >= 41)
    assert model.minimum(0) is None
