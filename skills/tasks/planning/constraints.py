"""The constraints of a plan in CP-SAT's terms, a function each.

Each worker has a line of their own minutes, on which a job is one piece without pauses; the team's line, on which
nobody's nights lie, is where jobs wait for each other and are late. What data alone settle is applied where they are
read: skills and what people fixed in `problem.who_can`, capacity in `team_time.given_minutes`, works in progress in
`preparing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skills.tasks.planning.preparing import Job, Prepared
from skills.tasks.planning.team_time import Calendar

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Variables:
    """For each job: whether it is placed, who does it, from which of that worker's minutes on.

    `begins` and `ends` are places on the team's line, of jobs only that others wait for, or that wait for others.
    """

    placed: dict[int, cp_model.IntVar] = field(default_factory=dict)
    who: dict[int, dict[str, cp_model.IntVar]] = field(default_factory=dict)
    own: dict[int, dict[str, cp_model.IntVar]] = field(default_factory=dict)
    begins: dict[int, cp_model.IntVar] = field(default_factory=dict)
    ends: dict[int, cp_model.IntVar] = field(default_factory=dict)


def add_job(model: cp_model.CpModel, variables: Variables, job: Job) -> None:
    """A job is placed when one of those who can do it does it."""
    placed = model.new_bool_var("")
    who = {id: model.new_bool_var("") for id in job.workers}
    model.add_exactly_one(~placed, *who.values())
    variables.placed[job.id], variables.who[job.id] = placed, who


def add_windows(model: cp_model.CpModel, variables: Variables, job: Job, prepared: Prepared, latest: int) -> None:
    """A job is done in working times of who does it: none before its release, none behind `latest`."""
    own = variables.own[job.id] = {}
    for id, does in variables.who[job.id].items():
        calendar = prepared.calendars[id]
        first, last = calendar.own(job.release), calendar.own(latest) - job.minutes
        own[id] = model.new_int_var(first, max(first, last), "")
        if last < first:
            model.add(does == 0)


def add_no_overlap(model: cp_model.CpModel, variables: Variables, prepared: Prepared) -> None:
    """Nobody does two things at once, nor anything beside what takes their time already."""
    intervals: dict[str, list[cp_model.IntervalVar]] = {}
    for job in prepared.jobs:
        for id, does in variables.who[job.id].items():
            own = variables.own[job.id][id]
            one = model.new_optional_fixed_size_interval_var(own, job.minutes, does, "")
            intervals.setdefault(id, []).append(one)
    for id, jobs in intervals.items():
        own_line = prepared.calendars[id].own
        taken = ((own_line(first), own_line(last)) for first, last in prepared.taken[id])
        model.add_no_overlap(
            [*jobs, *(model.new_fixed_size_interval_var(first, last - first, "") for first, last in taken)]
        )


def add_dependencies(model: cp_model.CpModel, variables: Variables, prepared: Prepared) -> None:
    """A job starts when those it waits for are finished, whoever does them."""
    length = prepared.line.length
    jobs = {job.id: job for job in prepared.jobs}
    for job in prepared.jobs:
        for before in job.after:
            if before not in variables.ends:
                ends = variables.ends[before] = model.new_int_var(0, length, "")
                _at_least_the_end(model, variables, jobs[before], prepared, ends, 0)
            if job.id not in variables.begins:
                begins = variables.begins[job.id] = model.new_int_var(0, length, "")
                _at_most_the_begin(model, variables, job, prepared, begins)
            placed = variables.placed[job.id]
            model.add_implication(placed, variables.placed[before])
            model.add(variables.ends[before] <= variables.begins[job.id]).only_enforce_if(placed)
            for id in variables.who[job.id].keys() & variables.who[before].keys():
                both = (variables.who[job.id][id], variables.who[before][id])
                own = variables.own[before][id] + jobs[before].minutes <= variables.own[job.id][id]
                model.add(own).only_enforce_if(*both)


def add_lateness(
    model: cp_model.CpModel, variables: Variables, job: Job, prepared: Prepared, latest: int
) -> cp_model.IntVar | None:
    """Returns how many of the team's minutes a job is late, or more; None for one that can't be."""
    if job.due is None or job.due >= latest:
        return None
    late = model.new_int_var(0, latest - job.due, "")
    _at_least_the_end(model, variables, job, prepared, late + job.due, job.due)
    return late


def add_kept(
    model: cp_model.CpModel, variables: Variables, job: Job, worker: str, first: int, last: int
) -> cp_model.IntVar:
    """Returns a variable that is true only when a job stays with `worker`, from the own minute `first` to `last`."""
    stays = model.new_bool_var("")
    model.add_implication(stays, variables.who[job.id][worker])
    own = variables.own[job.id][worker]
    model.add(own >= first).only_enforce_if(stays)
    model.add(own <= last).only_enforce_if(stays)
    return stays


def _at_least_the_end(
    model: cp_model.CpModel,
    variables: Variables,
    job: Job,
    prepared: Prepared,
    ends: cp_model.LinearExprT,
    above: int,
) -> None:
    """Makes `ends`, a place on the team's line, no less than where a job ends; ends up to `above` don't matter."""
    for id, does in variables.who[job.id].items():
        own = variables.own[job.id][id]
        for begin, end, offset in _pieces(prepared.calendars[id]):
            if end + offset <= above:
                continue
            # The last minute of the job lies in this span of its worker's, or behind it.
            reached = [does]
            if begin > 0:
                reached.append(model.new_bool_var(""))
                model.add(own + job.minutes <= begin).only_enforce_if(~reached[-1])
            model.add(ends >= own + job.minutes + offset).only_enforce_if(*reached)


def _at_most_the_begin(
    model: cp_model.CpModel, variables: Variables, job: Job, prepared: Prepared, begins: cp_model.IntVar
) -> None:
    """Makes `begins`, a place on the team's line, no more than where a job begins."""
    for id, does in variables.who[job.id].items():
        own, calendar = variables.own[job.id][id], prepared.calendars[id]
        for _, end, offset in _pieces(calendar):
            # The first minute of the job lies in this span of its worker's, or before it.
            within = [does]
            if end < calendar.length:
                within.append(model.new_bool_var(""))
                model.add(own >= end).only_enforce_if(~within[-1])
            model.add(begins <= own + offset).only_enforce_if(*within)


def _pieces(calendar: Calendar) -> list[tuple[int, int, int]]:
    """Returns the spans of a worker on their own line, each with what is to be added for the team's."""
    found, own = [], 0
    for begin, end in calendar.spans:
        found.append((own, own + end - begin, begin - own))
        own += end - begin
    return found
