"""The form with everything about a task, each part to be changed or emptied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from skills.base import Request
from skills.reply import Choice, DateInput, Form, PersonInput, Reply, TextInput, TimeInput, to_asker
from skills.tasks import actions
from skills.tasks.amending.changing import Refused, changed, person_fault, refused, shown
from skills.tasks.capture.draft import Draft
from skills.tasks.capture.measures import take_effort
from skills.tasks.capture.spans import Remainder
from skills.tasks.cards.wording import priority_words, rule_words, span_words
from skills.tasks.recurring.phrases import find_recurrence
from skills.tasks.series import first_due, stored
from skills.tasks.store.task import TITLE, Due, Task
from skills.tasks.teamwork import Teamwork, wall_clock
from skills.text import Text

NOTES = 3000
_NUMBER = re.compile(r"#?(\d{1,9})")


async def edit_form(request: Request, teamwork: Teamwork, task: Task) -> Form:
    """Returns the form for a task that is there."""
    say = request.say
    values: dict[str, str] = {
        "title": task.title,
        "notes": task.notes,
        "assignee": task.assignee or "",
        "day": task.due.day.isoformat() if task.due else "",
        "time": "" if task.due is None or task.due.whole_day else f"{task.due.wall:%H:%M}",
        "priority": str(task.priority),
        "repeats": rule_words(say, task.rule) if task.rule is not None else "",
        "effort": span_words(say, task.effort) if task.effort else "",
        "labels": " ".join(f"#{label}" for label in task.labels),
        "after": ", ".join(f"#{number}" for number in task.after),
    }
    title = say.label("tasks.form.edit", number=f"#{task.number}")
    return Form(actions.EDIT_FORM, title, _inputs(request, values), say.label("tasks.form.save"), str(task.id))


def new_form(request: Request, draft: Draft, due: Due | None, repeats: str, state: str) -> Form:
    """Returns the form of a task that is to be made from a message, filled in by what was read in it."""
    say = request.say
    values: dict[str, str] = {
        "title": draft.title[:TITLE],
        "notes": draft.notes[:NOTES],
        "assignee": draft.person or "",
        "day": due.day.isoformat() if due else "",
        "time": "" if due is None or due.whole_day else f"{due.wall:%H:%M}",
        "priority": str(draft.priority),
        "repeats": repeats,
        "effort": span_words(say, draft.effort) if draft.effort else "",
        "labels": " ".join(f"#{label}" for label in draft.labels),
        "after": ", ".join(f"#{number}" for number in draft.after),
    }
    return Form(
        actions.NEW_FORM, say.label("tasks.form.new"), _inputs(request, values), say.label("tasks.form.make"), state
    )


def _inputs(request: Request, values: Mapping[str, str]) -> tuple[Any, ...]:
    say = request.say
    priorities = tuple((str(number), priority_words(say, number)) for number in (1, 2, 3, 4))

    def text(key: str, **more: Any) -> TextInput:
        hint = {"repeats", "effort", "labels", "after"}
        shown = say.label(f"tasks.form.{key}_hint") if key in hint else ""
        return TextInput(key, say.label(f"tasks.form.{key}"), values[key], hint=shown, **more)

    return (
        text("title", max_length=TITLE),
        PersonInput("assignee", say.label("tasks.form.assignee"), values["assignee"]),
        DateInput("day", say.label("tasks.form.day"), values["day"]),
        TimeInput("time", say.label("tasks.form.time"), values["time"]),
        Choice("priority", say.label("tasks.form.priority"), priorities, values["priority"]),
        text("repeats", required=False, max_length=120),
        text("effort", required=False, max_length=30),
        text("labels", required=False, max_length=300),
        text("after", required=False, max_length=200),
        text("notes", required=False, multiline=True, max_length=NOTES),
    )


async def check(request: Request, teamwork: Teamwork) -> Mapping[str, Text]:
    """Returns what is wrong with the form, by input key."""
    say, values = request.say, request.values
    wrong: dict[str, Text] = {}
    if not entered(values, "title").strip():
        wrong["title"] = say("tasks.form.wrong.title")
    if entered(values, "time") and not entered(values, "day"):
        wrong["time"] = say("tasks.form.wrong.time")
    effort = entered(values, "effort")
    if effort and minutes_of(effort) is None:
        wrong["effort"] = say("tasks.form.wrong.effort")
    zone = await teamwork.zone_of(request.team, request.person)
    repeats = entered(values, "repeats")
    is_new = repeats and not await _is_same_rule(request, teamwork, repeats)
    if is_new and find_recurrence(repeats, wall_clock(request, zone).date()) is None:
        wrong["repeats"] = say("tasks.form.wrong.repeats")
    after = entered(values, "after")
    numbers = [int(number) for number in _NUMBER.findall(after)]
    if after.strip() and not numbers:
        wrong["after"] = say("tasks.form.wrong.after")
    known = await teamwork.queries.numbered(request.team, numbers)
    if missing := [number for number in numbers if number not in known]:
        wrong["after"] = say("tasks.wrong.unknown", numbers=", ".join(f"#{number}" for number in missing))
    if person := entered(values, "assignee"):
        fault = await person_fault(request, teamwork, person)
        if fault is not None:
            wrong["assignee"] = fault
    return wrong


async def submit(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Keeps what the form holds."""
    task = await teamwork.queries.get(request.team, int(request.value))
    if task is None:
        return to_asker(request.say("tasks.gone"))
    fields = await fields_of(request, teamwork, task)
    try:
        after = await changed(request, teamwork, task, fields)
    except Refused as error:
        return refused(error)
    return await shown(request, teamwork, after, before=task)


async def fields_of(request: Request, teamwork: Teamwork, task: Task | None) -> dict[str, Any]:
    """Returns the fields of a task as the form has them; `task` is what was there before."""
    values = request.values
    zone = await teamwork.zone_of(request.team, request.person)
    zone_name = task.due.zone if task is not None and task.due is not None else zone.key
    day, at = entered(values, "day"), entered(values, "time")
    due = None
    if day:
        wall = datetime.combine(date.fromisoformat(day), time.fromisoformat(at) if at else time())
        due = Due(wall, not at, zone_name)
    fields: dict[str, Any] = {
        "title": entered(values, "title").strip()[:TITLE],
        "notes": entered(values, "notes"),
        "assignee": entered(values, "assignee") or None,
        "due": due,
        "priority": int(entered(values, "priority") or 3),
        "effort": minutes_of(entered(values, "effort")),
        "labels": tuple(dict.fromkeys(re.findall(r"[#＃]?([^\s,，#＃]+)", entered(values, "labels")))),
        "after": tuple(sorted({int(number) for number in _NUMBER.findall(entered(values, "after"))})),
    }
    repeats = entered(values, "repeats")
    if task is None or not await _is_same_rule(request, teamwork, repeats):
        now = wall_clock(request, zone)
        found = find_recurrence(repeats, now.date()) if repeats else None
        fields["rule"] = None
        if found is not None:
            rule, first = first_due(found.parts, found.by, time.fromisoformat(at) if at else None, now, zone)
            fields["rule"] = stored(rule)
            fields["due"] = fields["due"] or first
    if task is not None:
        pending = {key: value for key, value in (task.pending or {}).items() if key != "due" or due == task.due}
        if fields["assignee"]:
            pending.pop("proposed", None)
        fields["pending"] = pending or None
    return fields


def minutes_of(text: str) -> int | None:
    """Returns the minutes that an effort says (`2h`, `45 min`, `1.5 小时`); None for none that is understood."""
    if not text.strip():
        return None
    found = take_effort(Remainder(f"({text.strip()})"))
    return found[0] if found is not None else None


def entered(values: Mapping[str, Any], key: str) -> str:
    """Returns what was entered in a field, empty for nothing."""
    value = values.get(key)
    return value if isinstance(value, str) else ""


async def _is_same_rule(request: Request, teamwork: Teamwork, repeats: str) -> bool:
    """Returns whether the form says of the repetition what the task has already."""
    if request.name != actions.EDIT_FORM or not request.value.isdigit():
        return False
    task = await teamwork.queries.get(request.team, int(request.value))
    if task is None:
        return False
    return (rule_words(request.say, task.rule) if task.rule is not None else "") == repeats
