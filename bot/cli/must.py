"""`deskhand models must`: the examples that must never break."""

from __future__ import annotations

from typing import Any

from bot.cli.models import WHO, Answer, print_answer
from bot.cli.output import Options, Refused
from bot.cli.plain import iso, table
from bot.cli.registry import OpenRegistry
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.registry.models import MustRow
from skills.learning import must
from skills.learning.bringing import unknown_label
from skills.learning.labels import labels_of
from skills.learning.settings import LearningSettings


def list_must(options: Options, team: str | None) -> None:
    """Prints the examples that must never break."""

    async def work(opened: OpenRegistry) -> Answer:
        rows = await must.listed(opened.database.sessions, opened.team)
        labels = {task: await labels_of(opened.database.sessions, opened.team, task) for task in {r.task for r in rows}}
        lost = [number for number, row in enumerate(rows, start=1) if row.label not in labels[row.task]]
        facts = [{"number": number, **_must_facts(row)} for number, row in enumerate(rows, start=1)]
        result = {"team": opened.team, "examples": facts, "label_gone": lost}
        if not rows:
            return result, "No example must never break yet: deskhand models must add TASK LABEL TEXT adds one."
        cells = [(f"{number}", row.task, row.label, row.text) for number, row in enumerate(rows, start=1)]
        text = table(("No.", "Task", "Label", "Text"), cells)
        return result, "\n\n".join([text, *([_lost(lost)] if lost else [])])

    print_answer(options, team, work)


def add_must(options: Options, task: str, label: str, text: str, team: str | None) -> None:
    """Adds an example that must never break, and says where what serves gets it wrong. Raises `Refused`."""

    async def work(opened: OpenRegistry) -> Answer:
        known = await labels_of(opened.database.sessions, opened.team, task)
        if label not in known:
            raise Refused(f"LABEL: {unknown_label(label, task, known)}")
        added = await must.add(opened.database.sessions, opened.team, must.Must(task, label, text), WHO, opened.now())
        if added is None:
            raise Refused("TEXT: it is empty")
        taken = await _broken_now(opened, added)
        result = {"team": opened.team, **_must_facts(added), "taken_for": taken}
        told = f'No version passes from now on that takes "{added.text}" for anything but {_label(label)}.'
        if taken is not None:
            told += f"\nWhat serves now takes it for {_label(taken)}: until a version gets it right, none passes."
        return result, told

    print_answer(options, team, work)


def remove_must(options: Options, number: int, team: str | None) -> None:
    """Takes an example off the list. Raises `Refused` where there is none of that number."""

    async def work(opened: OpenRegistry) -> Answer:
        row = await must.remove(opened.database.sessions, opened.team, number)
        if row is None:
            raise Refused(f"there is no example {number}: deskhand models must list names them")
        return {"team": opened.team, **_must_facts(row)}, f'Off the list: "{row.text}" ({_label(row.label)}).'

    print_answer(options, team, work)


async def _broken_now(opened: OpenRegistry, row: MustRow) -> str | None:
    try:
        shop = await opened.workshop(LearningSettings(**dict(opened.settings.learning)), WHO)
    except Refused:
        # Without an encoder nothing is taken for anything.
        return None
    return await must.broken_by_what_serves(shop, row)


def _must_facts(row: MustRow) -> dict[str, Any]:
    return {"task": row.task, "label": row.label, "text": row.text, "who": row.who, "at": iso(row.at)}


def _lost(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers))
    return f"The label of {named} is gone: no version passes until deskhand models must remove N takes that away."


def _label(label: str) -> str:
    return "none of the labels" if label == NONE else label
