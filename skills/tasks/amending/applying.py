"""What was said about a task, done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from skills.base import Request
from skills.reply import Json, Paragraph, Quote, Reply, to_asker
from skills.tasks.amending.changing import Refused, changed, done, person_fault, refused, shown
from skills.tasks.amending.saying import Amendment
from skills.tasks.capture.draft import Draft
from skills.tasks.making.dating import dated
from skills.tasks.store.task import TITLE, Task
from skills.tasks.teamwork import Teamwork, wall_clock
from skills.text import Text

_STATES = {"done": "done", "drop": "dropped", "start": "doing", "reopen": "open", "block": "blocked"}


async def amend(request: Request, teamwork: Teamwork, task: Task, wish: Amendment) -> Sequence[Reply]:
    """Does what somebody said about a task, and returns the answer."""
    if wish.numbers:
        found = await teamwork.queries.numbered(request.team, wish.numbers)
        visible = await teamwork.may_see(request, list(found.values()))
        if not visible:
            return to_asker(request.say("tasks.wrong.unknown", numbers=f"#{wish.numbers[0]}"))
        task = visible[0]
    try:
        if wish.doing == "done":
            return await done(request, teamwork, task)
        if wish.comment:
            return await comment(request, teamwork, task, wish.comment)
        fields = await _fields(request, teamwork, task, wish)
        after = await changed(request, teamwork, task, fields)
    except Refused as error:
        return refused(error)
    return await shown(request, teamwork, after, before=task, remark=_remark(request, task, after, wish))


async def comment(request: Request, teamwork: Teamwork, task: Task, text: str) -> Sequence[Reply]:
    """Adds a remark to a task, and shows it where the task is talked about and to who has it."""
    team, me = request.team, request.person
    if not await teamwork.may_see(request, [task]):
        return to_asker(request.say("tasks.wrong.unknown", numbers=f"#{task.number}"))
    await teamwork.tasks.comment(team, task.id, text[:3000], me.id, teamwork.now, request.id)
    for id in dict.fromkeys((task.assignee, task.asker)):
        if id is not None and id != me.id and (place := await teamwork.services.direct(team, id)) is not None:
            say = teamwork.services.speaking_to(await teamwork.services.person(team, id))
            said = Paragraph(say("tasks.commented", name=me.name, number=f"#{task.number}", title=task.title))
            key = f"comment:{task.id}:{id}:{request.id}"
            await teamwork.services.post(Reply((said, Quote(text))), team, place, key, skill="tasks", say=say)
    said = Paragraph(request.say("tasks.commented", name=me.name, number=f"#{task.number}", title=task.title))
    return (Reply((said, Quote(text[:3000])), memory={"task": task.id}),)


async def _fields(request: Request, teamwork: Teamwork, task: Task, wish: Amendment) -> dict[str, Any]:
    """Returns what changes. Raises `Refused` for somebody who can't be given it."""
    fields: dict[str, Any] = {}
    pending: dict[str, Json] = dict(task.pending or {})
    if wish.doing is not None:
        fields["state"] = _STATES[wish.doing]
        fields["blocked"] = wish.why[:500] if wish.doing == "block" else ""
    if wish.assignee is not None:
        if (fault := await person_fault(request, teamwork, wish.assignee)) is not None:
            raise Refused(fault)
        fields["assignee"] = wish.assignee
        pending.pop("proposed", None)
    if wish.no_due:
        fields["due"] = None
        pending.pop("due", None)
    if wish.due is not None:
        zone = await teamwork.zone_of(request.team, request.person)
        # Who says but a day means it for a date, where in a title it might be a name.
        said = replace(wish.due, asks=wish.due.asks and len(wish.due.readings) > 1, sure=True)
        when = dated(Draft("", due=said), wall_clock(request, zone), zone)
        fields["due"] = when.due if when.due is not None or when.asked is None else task.due
        pending.pop("due", None)
        if when.asked is not None:
            pending["due"] = when.asked
    for name in ("priority", "effort"):
        if (value := getattr(wish, name)) is not None:
            fields[name] = value
    if wish.labels:
        fields["labels"] = tuple(dict.fromkeys((*task.labels, *wish.labels)))
    if wish.after:
        fields["after"] = tuple(sorted({*task.after, *wish.after}))
    if wish.title:
        fields["title"] = wish.title[:TITLE]
    if pending != dict(task.pending or {}):
        fields["pending"] = pending or None
    return fields


def _remark(request: Request, before: Task, after: Task, wish: Amendment) -> Text | None:
    say = request.say
    if wish.doing == "drop":
        return say("tasks.dropped", number=f"#{after.number}")
    if wish.doing == "start":
        return say("tasks.started")
    return say("tasks.changed") if after.version != before.version else None
