"""The open tasks and the people who can do them, as a problem for the planner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skills.base import Person, Request
from skills.tasks.hours.working import intervals
from skills.tasks.people.profile import Colleague
from skills.tasks.planning.plan import Placed, Plan
from skills.tasks.planning.problem import Work, Worker
from skills.tasks.store.queries import Seen
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork

MOST = 300
"""Tasks that are planned at once."""
_WEEK = 7 * 86_400.0
_SUNDAY_NOON = 3 * 86_400.0 + 43_200.0
"""When the planner's weeks begin, which no time zone's working week is cut by: 4 January 1970, 12:00 UTC."""
AHEAD = 90 * 86_400.0
"""Seconds ahead in which work finds its place."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """`tasks` are those that are planned, by id; `busy` are others of the same people, which take their time.

    `waiting` are blocked, and left out of the plan; `more` were too many.
    """

    tasks: dict[int, Task]
    busy: dict[int, Task]
    waiting: tuple[Task, ...]
    more: int
    works: tuple[Work, ...]
    workers: tuple[Worker, ...]
    people: dict[str, str]
    previous: Plan | None


async def backlog(request: Request, teamwork: Teamwork, label: str) -> Backlog:
    """Returns what is to be planned: the open tasks that the asker may see, of one label or of all."""
    team = request.team
    seen = Seen(request.person.id, frozenset(await teamwork.services.audience(request)))
    queries = teamwork.queries
    page = await (queries.labelled(seen, team, label, MOST) if label else queries.all_open(seen, team, MOST))
    chosen = [task for task in page.tasks if task.state != "blocked"]
    # A task with steps is done with them.
    parents = {task.parent for task in chosen}
    chosen = [task for task in chosen if task.id not in parents]
    colleagues = await _colleagues(request, teamwork, chosen)
    everything = Seen(request.person.id, frozenset(task.place.channel for task in chosen))
    busy: dict[int, Task] = {}
    for one in colleagues:
        theirs = await queries.assigned(Seen(one.id, everything.audience), team, one.id, MOST)
        busy |= {task.id: task for task in theirs.tasks if task.state != "blocked"}
    tasks = {task.id: task for task in chosen}
    busy = {id: task for id, task in busy.items() if id not in tasks and id not in parents}
    skilled = {skill.casefold() for one in colleagues for skill in one.profile.skills}
    ids = {task.number: task.id for task in [*tasks.values(), *busy.values()]}
    works = [_work(task, skilled, ids) for task in [*tasks.values(), *busy.values()]]
    return Backlog(
        tasks,
        busy,
        tuple(task for task in page.tasks if task.state == "blocked"),
        page.count - len(page.tasks),
        tuple(works),
        tuple(_worker(one, teamwork.now) for one in colleagues),
        {one.id: one.name for one in colleagues},
        _previous([*tasks.values(), *busy.values()]),
    )


async def _colleagues(request: Request, teamwork: Teamwork, tasks: Sequence[Task]) -> list[Colleague]:
    """Returns who can be given the tasks: those who have some, and who can read the channel in which it is planned."""
    services, team = teamwork.services, request.team
    people: dict[str, Person] = {}
    for member in await services.members(team, request.place) or ():
        people[member.id] = member
    for task in tasks:
        if task.assignee is not None and task.assignee not in people:
            people[task.assignee] = await services.person(team, task.assignee)
    usable = [one for one in people.values() if not (one.is_bot or one.is_gone or one.is_guest or one.is_foreign)]
    return await teamwork.colleagues(team, usable[:60])


def _work(task: Task, skilled: set[str], ids: dict[int, int]) -> Work:
    begun = task.state == "doing" and task.assignee is not None
    return Work(
        id=task.id,
        minutes=max(15, task.minutes),
        priority=task.priority,
        skills=frozenset(label.casefold() for label in task.labels if label.casefold() in skilled),
        due=task.due.at if task.due is not None else None,
        after=frozenset(ids[number] for number in task.after if number in ids),
        assignee=task.assignee,
        begun=begun,
        start=(task.begun_at if begun else None) or task.snoozed_until,
    )


def _worker(one: Colleague, now: float) -> Worker:
    # What somebody can give a week is counted from the week's begin, which lies behind us.
    begins = now - (now - _SUNDAY_NOON) % _WEEK
    return Worker(
        one.id,
        frozenset(skill.casefold() for skill in one.profile.skills),
        intervals(one.profile.week, one.zone, one.absences, begins, now + AHEAD),
        one.profile.capacity,
    )


def _previous(tasks: Sequence[Task]) -> Plan | None:
    placed = tuple(
        Placed(task.id, task.assignee, *task.planned)
        for task in tasks
        if task.planned is not None and task.assignee is not None
    )
    return Plan(placed, (), (), 0.0, 0.0, frozenset()) if placed else None
