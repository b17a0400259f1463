"""`/task plan`: the backlog planned by the solver, shown with its reasons, and applied when somebody says so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from skills.base import Request
from skills.reply import Paragraph, Reply, to_asker
from skills.tasks.cards.lines import line
from skills.tasks.planning.explaining import Missed, missed
from skills.tasks.planning.plan import Plan
from skills.tasks.planning.plan import plan as solve
from skills.tasks.planning.problem import Circular
from skills.tasks.plans.backlog import Backlog, backlog
from skills.tasks.plans.showing import shown
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Span, spans_of

SECONDS = 8.0
"""Of the solver; small backlogs are proven optimal in far less."""
EXPLAINING = 4.0


async def plan(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Returns a plan of the open tasks that the asker may see, of those with a label where `rest` names one."""
    say = request.say
    label = rest.lstrip("#＃") if rest.startswith(("#", "＃")) else ""
    found = await backlog(request, teamwork, label)
    if not found.tasks:
        return to_asker(say("tasks.list.all_none"))
    if not found.workers:
        return to_asker(say("tasks.plan.nobody"))
    try:
        made, reasons = await asyncio.to_thread(_solved, found, teamwork.now)
    except Circular as circle:
        numbers = [_number(found, id) for id in (*circle.ids, circle.ids[0])]
        return to_asker(say("tasks.wrong.circular", circle=" → ".join(numbers)))
    return (await shown(request, teamwork, found, made, reasons),)


async def apply(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Gives the tasks of a plan to those whom it names, with its times, as one step that can be undone."""
    say, team, me = request.say, request.team, request.person.id
    memory = request.answer.memory if request.answer is not None else {}
    rows = cast(Sequence[Sequence[Any]], memory.get("plan") or ())
    if not rows:
        return to_asker(say("tasks.again"))
    given: dict[str, list[Task]] = {}
    kept: list[Task] = []
    not_yours = 0
    for id, worker, start, finish in rows:
        task = await teamwork.queries.get(team, int(id))
        if task is None or not task.is_open or task.assignee not in (None, worker):
            continue
        if not teamwork.may_change(request, task):
            not_yours += 1
            continue
        pending = {key: value for key, value in (task.pending or {}).items() if key != "proposed"}
        fields: Mapping[str, Any] = {
            "assignee": worker,
            "planned": (float(start), float(finish)),
            "pending": pending or None,
        }
        kept += await teamwork.tasks.change(team, [task.id], fields, me, teamwork.now, request.id)
        if task.assignee is None and worker != me:
            given.setdefault(str(worker), []).append(kept[-1])
    await teamwork.refresh(kept)
    for person, tasks in given.items():
        await _tell(request, teamwork, person, tasks)
    text = say("tasks.plan.applied", count=len(kept))
    parts = [Paragraph(text)] + ([Paragraph(say("tasks.plan.not_yours", count=not_yours))] if not_yours else [])
    return (Reply(tuple(parts), to="asker", replaces=request.answer.id if request.answer else None),)


async def _tell(request: Request, teamwork: Teamwork, person: str, tasks: Sequence[Task]) -> None:
    """Tells somebody all that a plan gave them, in one message."""
    services, team = teamwork.services, request.team
    place = await services.direct(team, person)
    if place is None:
        return
    say = services.speaking_to(await services.person(team, person))
    names = await teamwork.names_of(team, [person])
    lines: list[Span] = []
    for task in tasks:
        lines += [*(["\n"] if lines else []), *spans_of(line(task, names, say, teamwork.now))]
    title = Paragraph(say("tasks.plan.told", name=request.person.name, count=len(tasks)))
    reply = Reply((title, Paragraph(tuple(lines))))
    await services.post(reply, team, place, f"plan:{request.id}:{person}", skill="tasks", say=say)


def _solved(found: Backlog, now: float) -> tuple[Plan, tuple[Missed, ...]]:
    made = solve(found.works, found.workers, now, seconds=SECONDS, previous=found.previous)
    return made, missed(made, found.works, found.workers, now, seconds=EXPLAINING)


def _number(found: Backlog, id: int) -> str:
    task = found.tasks.get(id) or found.busy.get(id)
    return f"#{task.number}" if task is not None else "#?"
