"""The last step taken back."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request
from skills.reply import Reply, to_asker
from skills.tasks.amending.changing import shown
from skills.tasks.store.rows import Conflict
from skills.tasks.teamwork import Teamwork

WITHIN = 24 * 3600.0
"""Seconds in which a step can be taken back by word; its button works for longer."""


async def undo(request: Request, teamwork: Teamwork, batch: str = "") -> Sequence[Reply]:
    """Takes back a step of the asker's, their last one unless `batch` names it."""
    say, team, me = request.say, request.team, request.person.id
    batch = batch or await teamwork.tasks.last_batch(team, me, teamwork.now - WITHIN) or ""
    if not batch:
        return to_asker(say("tasks.undo.nothing"))
    if not await teamwork.tasks.is_by(team, batch, me):
        return to_asker(say("tasks.undo.not_yours"))
    try:
        tasks = await teamwork.tasks.undo(team, batch, me, teamwork.now, f"undo:{request.id}")
    except Conflict as conflict:
        return to_asker(say("tasks.undo.conflict", number=f"#{conflict.number}"))
    if not tasks:
        return to_asker(say("tasks.undo.nothing"))
    if len(tasks) == 1:
        return await shown(request, teamwork, tasks[0], remark=say("tasks.undone"))
    await teamwork.refresh(tasks)
    numbers = ", ".join(f"#{task.number}" for task in tasks)
    return to_asker(say("tasks.undone.several", numbers=numbers))
