"""A task split into steps, each a task of its own below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.base import Request
from skills.reply import Reply, to_asker
from skills.tasks.capture.parsing import read_draft
from skills.tasks.making.checking import fault_of, people_of
from skills.tasks.making.dating import dated
from skills.tasks.store.task import NewTask, Task
from skills.tasks.teamwork import Teamwork, is_day_first, wall_clock


async def add_steps(request: Request, teamwork: Teamwork, task: Task, text: str) -> Sequence[Reply]:
    """Makes a step of each line of a text, and returns the task's card with them, or what is wrong."""
    lines = [line.strip(" -*•☐\t") for line in text.splitlines()]
    zone = await teamwork.zone_of(request.team, request.person)
    names, now = await teamwork.names(request), wall_clock(request, zone)
    drafts = [
        read_draft(line, names, now, zone, day_first=is_day_first(request.person)) for line in lines if line.strip()
    ]
    if not drafts:
        return to_asker(request.say("tasks.wrong.empty"))
    people = await people_of(drafts, request.team, teamwork.services)
    fault = await fault_of(drafts, people, request)
    if fault is not None:
        return to_asker(fault)
    new = []
    for draft in drafts:
        when = dated(draft, now, zone)
        new.append(
            NewTask(
                title=draft.title,
                notes=draft.notes,
                asker=task.asker,
                assignee=request.person.id if draft.who == "asker" else draft.person or task.assignee,
                place=task.place,
                zone=zone.key,
                link=task.link,
                due=when.due or task.due,
                priority=draft.priority if draft.priority != task.priority else task.priority,
                labels=draft.labels,
                effort=draft.effort,
                after=draft.after,
                parent=task.id,
            )
        )
    steps = await teamwork.tasks.add(request.team, new, request.person.id, teamwork.now, request.id)
    for step in steps:
        if step.assignee not in (None, request.person.id):
            key = f"assigned:{step.id}:{request.id}"
            await teamwork.tell(step, str(step.assignee), "tasks.told.assigned", key, name=request.person.name)
    return await _shown(request, teamwork, task)


async def _shown(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    """Returns the card of the task, now with its steps, in place of the one that was pressed."""
    pending = {key: value for key, value in (task.pending or {}).items() if key != "checklist"}
    (touched,) = await teamwork.tasks.change(
        request.team, [task.id], {"pending": pending or None}, request.person.id, teamwork.now, f"{request.id}:steps"
    )
    pressed = request.answer
    reply = await teamwork.card(touched, request.say)
    if pressed is not None and pressed.memory.get("task") == task.id:
        await teamwork.refresh([touched], but=pressed.id)
        return (replace(reply, replaces=pressed.id),)
    await teamwork.refresh([touched])
    return (replace(reply, to="asker"),)
