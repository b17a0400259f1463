"""A message or command that asks for something becomes tasks, and they are shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from skills.base import Person, Place, Request
from skills.reply import Button, Buttons, Json, Paragraph, Part, Reply, to_asker
from skills.tasks import actions
from skills.tasks.capture.draft import Draft
from skills.tasks.cards.lines import line, open_menu
from skills.tasks.making.availability import away_remark
from skills.tasks.making.checking import fault_of, people_of
from skills.tasks.making.dating import Dated, dated
from skills.tasks.proposing.proposing import checklist, estimated, proposal
from skills.tasks.series import stored
from skills.tasks.store.dependencies import Circular, UnknownTasks
from skills.tasks.store.task import NewTask, Task
from skills.tasks.teamwork import Teamwork, wall_clock
from skills.text import Text


async def make(request: Request, teamwork: Teamwork, drafts: Sequence[Draft]) -> Sequence[Reply]:
    """Keeps the tasks that a request asks for and returns what shows them, or what is wrong, to the asker alone.

    What a message asked for before it was edited becomes what it asks for now.
    """
    services, team = teamwork.services, request.team
    people = await people_of(drafts, team, services)
    fault = await fault_of(drafts, people, request)
    if fault is not None:
        return to_asker(fault)
    zone = await teamwork.zone_of(team, request.person)
    now = wall_clock(request, zone)
    # Whoever is told elsewhere finds back to what was said.
    link = await services.link(request.place) if request.place.message and request.place.kind != "dm" else None
    when = [dated(draft, now, zone) for draft in drafts]
    new = [await _new(request, teamwork, draft, one, link, zone) for draft, one in zip(drafts, when, strict=True)]
    try:
        tasks = await _kept(request, teamwork, new)
    except Circular as circle:
        return to_asker(request.say("tasks.wrong.circular", circle=" → ".join(f"#{one}" for one in circle.numbers)))
    except UnknownTasks as unknown:
        return to_asker(request.say("tasks.wrong.unknown", numbers=str(unknown)))
    tasks = await _proposed(request, teamwork, tasks)
    unreached = [task for task in tasks if not await told(request, teamwork, task)]
    shown = await _shown(request, teamwork, tasks, drafts, people)
    names = ", ".join(dict.fromkeys([await teamwork.name_of(team, task.assignee) for task in unreached]))
    if not names:
        return (shown,)
    # Nothing is dropped silently: who asked hears that somebody could not be told.
    return (shown, Reply((Paragraph(request.say("tasks.not_reached", name=names)),), to="asker"))


async def told(request: Request, teamwork: Teamwork, task: Task) -> bool:
    """Shows a task to who is to do it, unless they have asked for it themselves; once a request.

    Returns False where they can't be reached.
    """
    if task.assignee is None or task.assignee == request.person.id:
        return True
    name = request.person.name
    return await teamwork.tell(
        task, task.assignee, "tasks.told.assigned", f"assigned:{task.id}:{request.id}", name=name
    )


async def _new(
    request: Request,
    teamwork: Teamwork,
    draft: Draft,
    when: Dated,
    link: str | None,
    zone: ZoneInfo,
) -> NewTask:
    pending: dict[str, Json] = {} if when.asked is None else {"due": when.asked}
    series = None if when.rule is None else secrets.token_hex(8)
    assignee = request.person.id if draft.who == "asker" else draft.person
    return NewTask(
        title=draft.title,
        notes=draft.notes,
        asker=request.person.id,
        assignee=assignee,
        place=request.place,
        zone=zone.key,
        link=link,
        due=when.due,
        priority=draft.priority,
        labels=draft.labels,
        effort=draft.effort,
        estimate=await estimated(teamwork, request.team, draft.title, assignee) if draft.effort is None else None,
        after=draft.after,
        series=series,
        occurrence=None if series is None else 1,
        rule=None if when.rule is None else stored(when.rule),
        pending=pending or None,
    )


async def _kept(request: Request, teamwork: Teamwork, new: Sequence[NewTask]) -> list[Task]:
    """Returns the tasks, new or, of a message that was edited, as they are now."""
    tasks, now, by = teamwork.tasks, teamwork.now, request.person.id
    await teamwork.learn_zones(request.team, [one.assignee or one.asker for one in new])
    message = request.place.message
    before = await teamwork.queries.of_message(request.team, request.place.channel, message) if message else []
    before = [task for task in before if task.is_open and task.asker == by and task.parent is None]
    if not before:
        return await tasks.add(request.team, new, by, now, request.id)
    kept: list[Task] = []
    for old, one in zip(before, new, strict=False):
        said = {
            "title": one.title,
            "notes": one.notes,
            "assignee": one.assignee or old.assignee,
            "due": one.due,
            "priority": one.priority,
            "labels": one.labels,
            "effort": one.effort,
            "after": one.after,
            "rule": one.rule,
            "pending": one.pending,
        }
        kept += await tasks.change(request.team, [old.id], said, by, now, f"{request.id}:{old.id}")
    for old in before[len(new) :]:
        await tasks.change(request.team, [old.id], {"state": "dropped"}, by, now, f"{request.id}:{old.id}")
    if more := new[len(before) :]:
        kept += await tasks.add(request.team, more, by, now, request.id)
    await teamwork.refresh(kept)
    return kept


async def _proposed(request: Request, teamwork: Teamwork, tasks: Sequence[Task]) -> list[Task]:
    """Returns the tasks with who might do those that nobody has, and with the steps that a single one may have."""
    found: list[Task] = []
    for task in tasks:
        pending = dict(task.pending or {})
        if task.assignee is None and "proposed" not in pending:
            pending["proposed"] = await proposal(teamwork, task)
        if len(tasks) == 1 and "checklist" not in pending and (steps := await checklist(teamwork, task)) is not None:
            pending["checklist"] = steps
        if pending == dict(task.pending or {}):
            found.append(task)
            continue
        by, step = request.person.id, f"{request.id}:p{task.id}"
        found += await teamwork.tasks.change(request.team, [task.id], {"pending": pending}, by, teamwork.now, step)
    return found


async def _shown(
    request: Request,
    teamwork: Teamwork,
    tasks: Sequence[Task],
    drafts: Sequence[Draft],
    people: Mapping[str, Person],
) -> Reply:
    """Returns the reply that shows the tasks: one as its card, several as lines."""
    private = request.kind == "command" and request.place.kind != "dm" and _are_own(request, tasks)
    if len(tasks) == 1:
        remarks = await _remarks(request, teamwork, tasks[0], people)
        refusable: dict[str, str] = {part: words for part, words in drafts[0].words.items() if words}
        reply = await teamwork.card(tasks[0], request.say, remarks, refusable)
        if not private:
            answer = teamwork.services.id_of(request, 0)
            await teamwork.cards.keep(tasks[0], answer, _answered_at(request.place), request.say)
    else:
        reply = await _lines(request, teamwork, tasks)
    return replace(reply, to="asker") if private else reply


async def _lines(request: Request, teamwork: Teamwork, tasks: Sequence[Task]) -> Reply:
    say = request.say
    names = await teamwork.names_of(request.team, [task.assignee for task in tasks])
    parts: list[Part] = [Paragraph(say("tasks.made", count=len(tasks)))]
    for task in tasks:
        parts.append(Paragraph(line(task, names, say, teamwork.now)))
    asking = [task for task in tasks if task.pending]
    if asking:
        parts.append(Paragraph(say("tasks.made.asking", numbers=", ".join(f"#{task.number}" for task in asking))))
    undo = Button(say.label("tasks.button.undo"), actions.UNDO, request.id)
    return Reply((*parts, Buttons((open_menu(tasks, say), undo))), memory={"tasks": [task.id for task in tasks]})


async def _remarks(request: Request, teamwork: Teamwork, task: Task, people: Mapping[str, Person]) -> list[Text]:
    """Returns what the asker should know about who was asked: that they are away, or can't see it here."""
    say = request.say
    remarks: list[Text] = []
    if not request.person.zone_known and task.due is not None and not task.due.whole_day:
        remarks.append(say("tasks.zone_unknown", zone=task.zone))
    if task.assignee is None:
        return remarks
    remark = await away_remark(request, teamwork, task)
    if remark is not None:
        remarks.append(remark)
    if task.assignee in people and task.place.kind != "dm":
        members = await teamwork.services.members(request.team, task.place)
        if members is not None and all(member.id != task.assignee for member in members):
            remarks.append(say("tasks.not_here", name=people[task.assignee].name))
    return remarks


def _are_own(request: Request, tasks: Sequence[Task]) -> bool:
    return all(task.assignee == request.person.id for task in tasks)


def _answered_at(place: Place) -> Place:
    """Returns where an answer to a request made at `place` stands."""
    return Place(place.channel, place.kind, place.thread or place.message)
