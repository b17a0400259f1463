"""The message shortcut: a task from a message that is there, its parts read from it, its link kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from skills.base import Place, Request
from skills.reply import Form, Paragraph, Reply, to_asker
from skills.tasks.capture.draft import Draft
from skills.tasks.capture.parsing import read_message
from skills.tasks.cards.card import card
from skills.tasks.cards.wording import rule_words
from skills.tasks.editing.task_form import fields_of, new_form
from skills.tasks.making.dating import dated
from skills.tasks.making.making import told
from skills.tasks.series import stored
from skills.tasks.store.dependencies import Circular, UnknownTasks
from skills.tasks.store.task import NewTask
from skills.tasks.teamwork import Teamwork, is_day_first, wall_clock


async def form(request: Request, teamwork: Teamwork) -> Form | None:
    """Returns the form of a new task, filled in by what the message says."""
    if request.message is None:
        return None
    zone = await teamwork.zone_of(request.team, request.person)
    now = wall_clock(request, zone)
    drafts = read_message(
        request.message.text[:3000], await teamwork.names(request), now, zone, day_first=is_day_first(request.person)
    )
    draft = drafts[0] if drafts else Draft("")
    if draft.who == "asker":
        # "I'll do it" is its writer's word, who need not be the one who makes a task of it.
        draft = replace(draft, person=request.message.author_id or None)
    when = dated(draft, now, zone)
    repeats = rule_words(request.say, stored(when.rule)) if when.rule is not None else ""
    state = json.dumps({"ts": request.message.ts, "thread": request.place.thread})
    return new_form(request, draft, when.due, repeats, state)


async def submit(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Makes the task, and shows it in the message's thread."""
    say, team = request.say, request.team
    about = json.loads(request.value)
    place = Place(request.place.channel, request.place.kind, about["thread"], about["ts"])
    fields = await fields_of(request, teamwork, None)
    zone = await teamwork.zone_of(team, request.person)
    new = NewTask(
        title=fields["title"],
        notes=fields["notes"],
        asker=request.person.id,
        assignee=fields["assignee"],
        place=place,
        zone=zone.key,
        link=await teamwork.services.link(place),
        due=fields["due"],
        priority=fields["priority"],
        labels=fields["labels"],
        effort=fields["effort"],
        after=fields["after"],
        series=teamwork.new_series() if fields["rule"] else None,
        occurrence=1 if fields["rule"] else None,
        rule=fields["rule"],
    )
    try:
        (task,) = await teamwork.tasks.add(team, [new], request.person.id, teamwork.now, request.id)
    except (Circular, UnknownTasks) as error:
        return to_asker(say("tasks.wrong.unknown", numbers=str(error)))
    await told(request, teamwork, task)
    there = Place(place.channel, place.kind, place.thread or place.message)
    key = f"made:{task.id}:{request.id}"
    reply = card(task, await teamwork.view_of(task), say, teamwork.now)
    answer = await teamwork.services.post(reply, team, there, key, skill="tasks", say=say)
    await teamwork.cards.keep(task, answer, there, say)
    offered = request.answer
    if offered is not None and "author" in offered.memory:
        made = Paragraph(say("tasks.offer.made", number=f"#{task.number}"))
        return (Reply((made,), to="asker", replaces=offered.id),)
    return ()
