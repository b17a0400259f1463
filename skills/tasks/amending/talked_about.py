"""Which task a message is about, when it names none: that of its thread, or the one just asked for."""

from __future__ import annotations

from skills.base import Request
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork

JUST_NOW = 15 * 60.0
"""Seconds in which a new message in a direct message still speaks of the task before it."""


async def talked_about(request: Request, teamwork: Teamwork) -> Task | None:
    """Returns the task that a message without a number is about; None where it is about none."""
    place, queries = request.place, teamwork.queries
    if place.thread is not None:
        found = await queries.of_thread(request.team, place.channel, place.thread)
        visible = await teamwork.may_see(request, found)
        open_ones = [task for task in visible if task.is_open and task.parent is None]
        if visible:
            return (open_ones or visible)[0]
        answer = await teamwork.services.standing_at(request.team, place)
        shown = answer.memory.get("task") if answer is not None and answer.skill == "tasks" else None
        task = await queries.get(request.team, int(str(shown))) if shown is not None else None
        return task if task is not None and await teamwork.may_see(request, [task]) else None
    if place.kind == "dm":
        return await queries.latest_of(request.team, place.channel, request.person.id, teamwork.now - JUST_NOW)
    return None
