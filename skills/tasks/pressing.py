"""The buttons below a task, and the forms that they open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from skills.base import Request
from skills.reply import Form, Json, Note, Paragraph, Part, Reply, to_asker
from skills.tasks import actions
from skills.tasks.amending.changing import Refused, changed, done, not_yours, refused, shown
from skills.tasks.amending.undoing import undo
from skills.tasks.capture.draft import Part as Refusable
from skills.tasks.capture.parsing import read_draft
from skills.tasks.cards.card import NO_DATE
from skills.tasks.cards.history import history_lines
from skills.tasks.editing import small_forms, task_form
from skills.tasks.making.steps import add_steps
from skills.tasks.plans import planning
from skills.tasks.proposing.proposing import proposed_steps, suggested
from skills.tasks.store.fields import due_read
from skills.tasks.store.task import NORMAL, Task
from skills.tasks.teamwork import Teamwork, is_day_first


async def press(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Returns the answer to a pressed button; one whose form did not open says why."""
    match request.name:
        case actions.UNDO:
            return await undo(request, teamwork, request.value)
        case actions.PLAN_APPLY:
            return await planning.apply(request, teamwork)
        case actions.PLAN_DISCARD:
            text = Paragraph(request.say("tasks.plan.discarded"))
            return (Reply((text,), to="asker", replaces=request.answer.id if request.answer is not None else None),)
    task = await _task(request, teamwork)
    if task is None:
        return to_asker(request.say("tasks.gone"))
    try:
        return await _pressed(request, teamwork, task)
    except Refused as error:
        return refused(error)


async def _pressed(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    say = request.say
    match _step(request):
        case actions.DONE:
            return await done(request, teamwork, task)
        case actions.START:
            return await _set(request, teamwork, task, state="doing", blocked="")
        case actions.REOPEN:
            return await _set(request, teamwork, task, state="open")
        case actions.CANCEL:
            after = await changed(request, teamwork, task, {"state": "dropped"})
            return await shown(request, teamwork, after, remark=say("tasks.dropped", number=f"#{task.number}"))
        case actions.OPEN:
            reply = await teamwork.card(task, say)
            if request.place.kind == "dm":
                await teamwork.cards.keep(
                    task, teamwork.services.id_of(request, 0), request.place, say, request.person.id
                )
            return (replace(reply, to="asker"),)
        case actions.DATE:
            return await _date(request, teamwork, task)
        case actions.REFUSE:
            return await _refuse(request, teamwork, task)
        case actions.ACCEPT:
            return await _accept(request, teamwork, task)
        case actions.NEXT:
            return await _next(request, teamwork, task)
        case actions.CHECKLIST:
            lines = "\n".join(await proposed_steps(teamwork, task))
            return await add_steps(request, teamwork, await _without(request, teamwork, task, "checklist"), lines)
        case actions.NO_CHECKLIST:
            return await shown(request, teamwork, await _without(request, teamwork, task, "checklist"))
        case actions.UNBLOCK:
            return await _set(request, teamwork, task, state="open", blocked="")
    # The form has not opened: the asker may not change this task, or the moment for it has passed.
    if _step(request) != actions.HISTORY and not teamwork.may_change(request, task):
        return to_asker(await not_yours(request, teamwork, task))
    return to_asker(say("tasks.again"))


async def form(request: Request, teamwork: Teamwork) -> Form | None:
    """Returns the form that a button opens; None where it opens none, and the press is answered instead."""
    task = await _task(request, teamwork)
    if task is None or not await teamwork.may_see(request, [task]):
        return None
    step = _step(request)
    if step == actions.COMMENT:
        return small_forms.comment_form(request, task)
    if step == actions.HISTORY:
        return await _history(request, teamwork, task)
    if not teamwork.may_change(request, task) or not task.is_open:
        return None
    match step:
        case actions.EDIT:
            return await task_form.edit_form(request, teamwork, task)
        case actions.SNOOZE:
            return small_forms.snooze_form(request, task, await teamwork.zone_of(request.team, request.person))
        case actions.REASSIGN | actions.CHOOSE:
            return small_forms.reassign_form(request, task, await suggested(teamwork, task))
        case actions.BLOCK:
            return small_forms.block_form(request, task)
        case actions.SPLIT | actions.EDIT_CHECKLIST:
            return small_forms.split_form(request, task, await proposed_steps(teamwork, task))
    return None


def _step(request: Request) -> str:
    """Returns what was pressed, or chosen in the menu of rarer steps."""
    if request.name != actions.MORE:
        return request.name
    return f"tasks.{request.value.partition(':')[2]}"


async def _set(request: Request, teamwork: Teamwork, task: Task, **fields: Any) -> Sequence[Reply]:
    return await shown(request, teamwork, await changed(request, teamwork, task, fields))


async def _without(request: Request, teamwork: Teamwork, task: Task, asked: str) -> Task:
    """Returns the task without one of the things that are still asked about it."""
    pending = {key: value for key, value in (task.pending or {}).items() if key != asked}
    return await changed(request, teamwork, task, {"pending": pending or None}, step=f":{asked}")


async def _date(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    """Takes the reading that was pressed, or none."""
    asked = cast(dict[str, Any], (task.pending or {}).get("due") or {})
    choice = request.value.partition(":")[2]
    readings = asked.get("readings", [])
    due = None
    if choice != NO_DATE:
        if not choice.isdigit() or int(choice) >= len(readings):
            return to_asker(request.say("tasks.again"))
        due = due_read(readings[int(choice)])
    pending = {key: value for key, value in (task.pending or {}).items() if key != "due"}
    fields: dict[str, Any] = {"due": due, "pending": pending or None}
    if due is None and asked.get("why") == "doubt":
        # The words were no date after all: they are part of the title.
        fields["title"] = await _title_with(request, teamwork, task, "due") or task.title
    after = await changed(request, teamwork, task, fields)
    return await shown(request, teamwork, after, before=task)


async def _refuse(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    """Takes back a part that was read wrongly; its words stand in the title again."""
    part = cast(Refusable, request.value.partition(":")[2])
    nothing: dict[str, Any] = {
        "due": None, "repeats": None, "priority": NORMAL, "effort": None, "labels": (), "after": (),
    }  # fmt: skip
    if part not in nothing:
        return to_asker(request.say("tasks.again"))
    fields: dict[str, Any] = {"rule" if part == "repeats" else part: nothing[part]}
    if part == "due":
        fields["pending"] = {key: value for key, value in (task.pending or {}).items() if key != "due"} or None
    if part == "repeats":
        fields["due"] = None
    title = await _title_with(request, teamwork, task, part)
    if title:
        fields["title"] = title
    after = await changed(request, teamwork, task, fields)
    return await shown(request, teamwork, after)


async def _title_with(request: Request, teamwork: Teamwork, task: Task, part: Refusable) -> str:
    """Returns the title as it is when a part's words belong to it; empty where what was written isn't known."""
    written = request.answer.question if request.answer is not None else ""
    if not written:
        return ""
    zone = await teamwork.zone_of(request.team, request.person)
    names = await teamwork.names(request)
    now = datetime.fromtimestamp(task.made_at, UTC).astimezone(zone).replace(tzinfo=None)
    draft = read_draft(written, names, now, zone, day_first=is_day_first(request.person), refused=(part,))
    return draft.title


async def _accept(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    ranked, at = _ranked(task)
    if not ranked:
        return to_asker(request.say("tasks.again"))
    pending = {key: value for key, value in (task.pending or {}).items() if key != "proposed"}
    fields = {"assignee": str(ranked[at % len(ranked)]["id"]), "pending": pending or None}
    after = await changed(request, teamwork, task, fields)
    return await shown(request, teamwork, after, before=task)


async def _next(request: Request, teamwork: Teamwork, task: Task) -> Sequence[Reply]:
    ranked, at = _ranked(task)
    if not ranked:
        return to_asker(request.say("tasks.again"))
    proposed: Json = {"ranked": cast(Json, ranked), "at": (at + 1) % len(ranked)}
    pending = {**(task.pending or {}), "proposed": proposed}
    return await shown(request, teamwork, await changed(request, teamwork, task, {"pending": pending}))


def _ranked(task: Task) -> tuple[list[dict[str, Any]], int]:
    proposed = cast(dict[str, Any], (task.pending or {}).get("proposed") or {})
    return list(proposed.get("ranked", ())), int(proposed.get("at", 0))


async def _history(request: Request, teamwork: Teamwork, task: Task) -> Form:
    say = request.say
    changes = await teamwork.tasks.history(request.team, task.id)
    people = [change.by for change in changes]
    people += [
        str(one) for change in changes if change.field == "assignee" for one in (change.before, change.after) if one
    ]
    names = await teamwork.names_of(request.team, people)
    lines = history_lines(changes, names, say)
    parts: tuple[Part, ...] = tuple(Paragraph(line) for line in lines) or (Note(say("tasks.history.none")),)
    return Form("tasks.history_form", say.label("tasks.form.history", number=f"#{task.number}"), parts)


async def _task(request: Request, teamwork: Teamwork) -> Task | None:
    id = request.value.partition(":")[0]
    task = await teamwork.queries.get(request.team, int(id)) if id.isdigit() else None
    return task if task is not None and await teamwork.may_see(request, [task]) else None
