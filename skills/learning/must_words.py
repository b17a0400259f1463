"""`/deskhand models must …`: the examples that must never break, as admins list, add and remove them in Slack."""

from __future__ import annotations

import re

from skills.base import Request
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.registry.models import MustRow
from skills.classifiers.retraining.learners import INTENT
from skills.learning import must
from skills.learning.labels import labels_of, near
from skills.learning.workshop import Workshop
from skills.reply import Note, Paragraph, Part, Table
from skills.text import Code

_LABELLED = re.compile(r"\s*([^:：]+)[:：](.*)", re.DOTALL)
"""A label, a colon of either width, and the text."""


async def must_parts(words: str, request: Request, shop: Workshop) -> tuple[Part, ...]:
    """Returns the answer to `/deskhand models must [list | add LABEL: text | remove N]`. For admins."""
    word, _, rest = words.strip().partition(" ")
    match word.casefold() or "list":
        case "list" if not rest.strip():
            return await _list(request, shop)
        case "add":
            return await _add(rest, request, shop)
        case "remove":
            return await _remove(rest.strip(), request, shop)
    return (Paragraph(request.say("learning.must.usage")),)


async def _list(request: Request, shop: Workshop) -> tuple[Part, ...]:
    say = request.say
    rows = await must.listed(shop.sessions, request.team)
    if not rows:
        return (Paragraph(say("learning.must.empty")), Note(say("learning.must.usage")))
    columns = tuple(say.label(f"learning.must.column.{name}") for name in ("number", "task", "label", "text"))
    cells = tuple(
        (f"{number}", say.label(f"learning.task.{row.task}"), _name(row.label, request), row.text)
        for number, row in enumerate(rows, start=1)
    )
    labels = {task: await labels_of(shop.sessions, request.team, task) for task in {row.task for row in rows}}
    lost = [f"{number}" for number, row in enumerate(rows, start=1) if row.label not in labels[row.task]]
    lost_note = [Note(say("learning.must.lost", numbers=", ".join(lost)))] if lost else []
    return (Table(columns, cells, say.label("learning.must.title")), *lost_note, Note(say("learning.must.usage")))


async def _add(words: str, request: Request, shop: Workshop) -> tuple[Part, ...]:
    say, team = request.say, request.team
    found = _LABELLED.fullmatch(words)
    if found is None:
        return (Paragraph(say("learning.must.usage")),)
    given, text = (part.strip() for part in found.groups())
    known = await labels_of(shop.sessions, team, INTENT)
    label = next((one for one in known if one.casefold() == given.casefold()), None)
    if label is None:
        like = ", ".join(near(given, known))
        hint = [Note(say("learning.must.labels", labels=like))] if like else []
        return (Paragraph(say("learning.must.no_label", label=given)), *hint)
    example = must.Must(INTENT, label, text)
    row = await must.add(shop.sessions, team, example, request.person.id, request.now.timestamp())
    if row is None:
        return (Paragraph(say("learning.must.usage")),)
    added = Paragraph(say("learning.must.added", text=row.text, label=Code(_name(label, request))))
    return (added, *await _note(row, request, shop))


async def _note(row: MustRow, request: Request, shop: Workshop) -> tuple[Part, ...]:
    taken = await must.broken_by_what_serves(shop, row)
    if taken is None:
        return ()
    return (Note(request.say("learning.must.broken_now", label=Code(_name(taken, request)))),)


async def _remove(number: str, request: Request, shop: Workshop) -> tuple[Part, ...]:
    say = request.say
    digits = number.removeprefix("#")
    place = int(digits) if digits.isdecimal() and len(digits) < 9 else 0
    row = await must.remove(shop.sessions, request.team, place)
    if row is None:
        return (Paragraph(say("learning.must.no_number", number=number or "-")),)
    return (Paragraph(say("learning.must.removed", text=row.text, label=Code(_name(row.label, request)))),)


def _name(label: str, request: Request) -> str:
    return request.say.label("learning.none") if label == NONE else label
