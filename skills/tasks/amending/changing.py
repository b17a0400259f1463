"""A task changed for somebody who may: kept, its cards edited, and those told whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from skills.base import Request
from skills.reply import Button, Buttons, Paragraph, Part, Reply, to_asker
from skills.tasks import actions
from skills.tasks.cards.card import asked_due
from skills.tasks.cards.lines import line
from skills.tasks.cards.wording import due_words, joined
from skills.tasks.making.availability import away_remark
from skills.tasks.store.dependencies import Circular, UnknownTasks
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Text


class Refused(Exception):
    """A change can't be made; `why` is a sentence to who wanted it."""

    def __init__(self, why: Text) -> None:
        super().__init__("a change was refused")
        self.why = why


async def changed(
    request: Request, teamwork: Teamwork, task: Task, fields: Mapping[str, Any], *, step: str = ""
) -> Task:
    """Returns the task as it is after a change by the asker. Raises `Refused`.

    `step` tells apart the changes that one request makes.
    """
    if not teamwork.may_change(request, task):
        raise Refused(await not_yours(request, teamwork, task))
    batch = f"{request.id}{step}"
    await teamwork.learn_zones(request.team, [str(fields.get("assignee") or task.assignee or task.asker)])
    try:
        (after,) = await teamwork.tasks.change(request.team, [task.id], fields, request.person.id, teamwork.now, batch)
    except Circular as circle:
        words = " → ".join(f"#{number}" for number in circle.numbers)
        raise Refused(request.say("tasks.wrong.circular", circle=words)) from None
    except UnknownTasks as unknown:
        raise Refused(request.say("tasks.wrong.unknown", numbers=str(unknown))) from None
    await _tell(request, teamwork, task, after)
    return after


async def not_yours(request: Request, teamwork: Teamwork, task: Task) -> Text:
    """Returns that the asker may not change a task, and who may."""
    ids = dict.fromkeys(id for id in (task.asker, task.assignee) if id)
    names = [await teamwork.name_of(request.team, id) for id in ids]
    return request.say("tasks.wrong.not_yours", number=f"#{task.number}", names=", ".join(names))


async def person_fault(request: Request, teamwork: Teamwork, id: str) -> Text | None:
    """Returns why somebody can't be given a task; None when they can."""
    person = await teamwork.services.person(request.team, id)
    if person.is_gone:
        return request.say("tasks.wrong.gone", name=person.name)
    return request.say("tasks.wrong.bot", name=person.name) if person.is_bot else None


async def shown(
    request: Request, teamwork: Teamwork, task: Task, *, before: Task | None = None, remark: Text | None = None
) -> Sequence[Reply]:
    """Returns the answer to a change: the pressed card in its place; to words a line, with what is asked of them.

    Every message that shows the task is edited.
    """
    remarks = [remark] if remark is not None else []
    if before is not None and (task.assignee != before.assignee or task.due != before.due):
        away = await away_remark(request, teamwork, task)
        remarks += [away] if away is not None else []
    pressed = request.answer
    if request.kind in ("action", "form") and pressed is not None and pressed.memory.get("task") == task.id:
        await teamwork.refresh([task], but=pressed.id)
        kept = await teamwork.cards.kept(pressed.id)
        # What everybody reads stays in the language in which it was asked for.
        say = request.say if kept is None else await teamwork.cards.speaking(task, kept, teamwork.services)
        return (replace(await teamwork.card(task, say, remarks), replaces=pressed.id),)
    await teamwork.refresh([task])
    if request.kind == "command":
        reply = await teamwork.card(task, request.say, remarks)
        return (reply if request.place.kind == "dm" else replace(reply, to="asker"),)
    return (await _short(request, teamwork, task, remarks),)


async def _short(request: Request, teamwork: Teamwork, task: Task, remarks: Sequence[Text]) -> Reply:
    """Returns a task in a line, with what was done, and what is still asked about its date."""
    say, now = request.say, teamwork.now
    names = await teamwork.names_of(task.team, [task.assignee])
    parts: list[Part] = [*(Paragraph(remark) for remark in remarks), Paragraph(line(task, names, say, now))]
    parts += asked_due(task, say, now)
    undo = Button(say.label("tasks.button.undo"), actions.UNDO, request.id)
    opening = Button(say.label("tasks.button.card"), actions.OPEN, str(task.id))
    return Reply((*parts, Buttons((opening, undo))), memory={"task": task.id})


async def done(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    """Marks a task as done, and returns what is said to that: what comes next, who can go on."""
    after = await changed(request, teamwork, task, {"state": "done"})
    return await shown(request, teamwork, after, remark=await _done_remark(request, teamwork, after))


async def _done_remark(request: Request, teamwork: Teamwork, task: Task) -> Text:
    say = request.say
    texts: list[Text] = [say("tasks.done", title=f"#{task.number}")]
    following = await teamwork.series.following(task)
    if following is not None and following.due is not None:
        due = due_words(say, following.due, teamwork.now)
        texts.append(say("tasks.done.next", number=f"#{following.number}", due=due))
    free = await teamwork.queries.waiting(task)
    if free:
        texts.append(say("tasks.done.free", numbers=", ".join(f"#{one.number}" for one in free[:10])))
    return joined(*[text for pair in zip(texts, [" "] * len(texts), strict=True) for text in pair][:-1])


async def _tell(request: Request, teamwork: Teamwork, before: Task, after: Task) -> None:
    """Tells the new assignee what they got, the old one that it is off their hands, the asker that it is done."""
    me, name = request.person.id, request.person.name
    key = f"{after.id}:{request.id}"
    if after.assignee != before.assignee:
        if after.assignee not in (None, me):
            await teamwork.tell(after, str(after.assignee), "tasks.told.assigned", f"assigned:{key}", name=name)
        if before.assignee not in (None, me, after.assignee):
            await teamwork.tell(after, str(before.assignee), "tasks.told.taken", f"taken:{key}", name=name)
    if after.state != before.state and after.asker != me and after.state in ("done", "dropped", "blocked"):
        await teamwork.tell(after, after.asker, f"tasks.told.{after.state}", f"{after.state}:{key}", name=name)
        if after.state == "dropped" and after.assignee not in (None, me, after.asker):
            await teamwork.tell(after, str(after.assignee), "tasks.told.dropped", f"dropped2:{key}", name=name)
    elif after.state == "dropped" and before.state != "dropped" and after.assignee not in (None, me):
        await teamwork.tell(after, str(after.assignee), "tasks.told.dropped", f"dropped:{key}", name=name)
    if after.state == "done" and before.state != "done":
        for waiting in await teamwork.queries.waiting(after):
            if waiting.assignee not in (None, me):
                await teamwork.tell(
                    waiting, str(waiting.assignee), "tasks.told.free", f"free:{waiting.id}:{request.id}",
                    number=f"#{after.number}",
                )  # fmt: skip


def refused(error: Refused) -> Sequence[Reply]:
    """Returns why a change was not made, to the asker alone."""
    return to_asker(error.why)
