"""The card of a task: everything about it, what is still asked, and the next steps as buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

from skills.catalogs import Say
from skills.reply import Button, Buttons, Fields, Menu, Note, Paragraph, Part, Quote, Reply
from skills.tasks import actions
from skills.tasks.cards.wording import (
    due_words,
    priority_words,
    rule_words,
    span_words,
    state_words,
    title_words,
    today_of,
    wall_label,
)
from skills.tasks.store.fields import due_read
from skills.tasks.store.task import NORMAL, Task
from skills.text import Text

NOTES = 600
"""Characters of a task's notes that its card shows."""

_TELLING = 0.05
"""What a term must be worth at least to be told as a reason."""

_MUCH = 0.15
"""The share of a kind of work from which it is told."""

_GOES_WITH = 0.15
"""How well a stated skill must go with a task to be told: what others state can be worth something too."""

_BOOKED = 0.01

NO_DATE = "none"
"""What the button says for "no due date"."""


@dataclass(frozen=True, slots=True)
class View:
    """What a card shows beside its task: `names` by id, the steps that it has, and what is to be said with it.

    `refusable`: each part that was read from words, by the words; shown once, so that a wrong guess costs one press.
    """

    names: Mapping[str, str]
    steps: Sequence[Task] = ()
    remarks: Sequence[Text] = ()
    refusable: Mapping[str, str] = field(default_factory=dict)


def card(task: Task, view: View, say: Say, now: float) -> Reply:
    """Returns the card of a task; `now` is epoch seconds."""
    parts: list[Part] = [Paragraph(_headline(task, view, say))]
    if task.notes:
        parts.append(Quote(task.notes[:NOTES]))
    parts.append(Fields(tuple(_fields(task, view, say, now))))
    if task.is_open:
        parts += _proposed(task, view, say)
        parts += asked_due(task, say, now)
        parts += _checklist(task, say)
    parts += [Paragraph(remark) for remark in view.remarks]
    if view.steps:
        parts.append(Paragraph(_steps(view.steps, view, say)))
    parts.append(Note(say("tasks.card.asked_by", name=view.names.get(task.asker, task.asker))))
    parts += _buttons(task, view, say)
    return Reply(tuple(parts), memory={"task": task.id})


def _headline(task: Task, view: View, say: Say) -> Text:
    match task.state:
        case "done":
            return say("tasks.card.done", title=title_words(task))
        case "dropped":
            return say("tasks.card.dropped", title=title_words(task))
    return title_words(task)


def _fields(task: Task, view: View, say: Say, now: float) -> list[tuple[Text, Text]]:
    name = view.names.get(task.assignee or "", "")
    pairs: list[tuple[Text, Text]] = [(say("tasks.field.assignee"), name or say("tasks.nobody"))]
    if task.due is not None:
        due = due_words(say, task.due, now)
        pairs.append((say("tasks.field.due"), say("tasks.late", due=due) if task.is_late(now) else due))
    else:
        pairs.append((say("tasks.field.due"), say("tasks.no_due")))
    if task.rule is not None:
        pairs.append((say("tasks.field.repeats"), rule_words(say, task.rule)))
    if task.priority != NORMAL:
        pairs.append((say("tasks.field.priority"), priority_words(say, task.priority)))
    if task.effort is not None:
        pairs.append((say("tasks.field.effort"), span_words(say, task.effort)))
    elif task.estimate is not None and task.is_open:
        low, likely, high = (span_words(say, minutes) for minutes in task.estimate)
        pairs.append((say("tasks.field.effort"), say("tasks.estimate", likely=likely, low=low, high=high)))
    if task.labels:
        pairs.append((say("tasks.field.labels"), " ".join(f"#{label}" for label in task.labels)))
    if task.after:
        pairs.append((say("tasks.field.after"), ", ".join(f"#{number}" for number in task.after)))
    state = state_words(say, task, name, now)
    if state is not None and task.is_open:
        pairs.append((say("tasks.field.state"), state))
    return pairs


def _proposed(task: Task, view: View, say: Say) -> list[Part]:
    """Who might do a task that nobody has, why, and what to say to that."""
    if task.assignee is not None or not task.pending or "proposed" not in task.pending:
        return []
    proposed = cast(Mapping[str, Any], task.pending["proposed"])
    ranked, at = proposed["ranked"], int(proposed["at"])
    if not ranked:
        return [
            Paragraph(say("tasks.proposal.nobody")),
            Buttons((Button(say.label("tasks.button.choose"), actions.CHOOSE, str(task.id), "primary"),)),
        ]
    first = ranked[at % len(ranked)]
    name = view.names.get(first["id"], first["id"])
    buttons = [Button(say.label("tasks.button.accept", name=name), actions.ACCEPT, str(task.id), "primary")]
    if len(ranked) > 1:
        buttons.append(Button(say.label("tasks.button.next"), actions.NEXT, str(task.id)))
    buttons.append(Button(say.label("tasks.button.choose"), actions.CHOOSE, str(task.id)))
    parts: list[Part] = [Paragraph(say("tasks.proposal", name=name, why=_reasons(first["terms"], say)))]
    if (added := _sum(first["terms"], say)) != "":
        parts.append(Note(say("tasks.proposal.score", sum=added, score=round(float(first["score"]), 2))))
    return [*parts, Buttons(tuple(buttons))]


def _reasons(terms: Sequence[Mapping[str, Any]], say: Say) -> str:
    """Returns the terms that speak for somebody in words, those that count most first."""
    told = []
    for term in sorted(terms, key=lambda one: -float(one["value"])):
        facts = term["facts"]
        match term["key"]:
            case "similar_work" if facts["similar"]:
                told.append(say.label("tasks.reason.similar_work", count=int(facts["similar"])))
            case "similar_work" if float(facts["share"]) >= _MUCH:
                told.append(say.label("tasks.reason.similar_some", share=say.percent(float(facts["share"]))))
            case "skill_stated" if float(facts["match"]) >= _GOES_WITH and float(term["value"]) > _TELLING:
                told.append(say.label("tasks.reason.skill_stated", skill=str(facts["skill"])))
            case "load":
                share = float(facts["share"])
                booked = say.label("tasks.reason.load", share=say.percent(share))
                told.append(booked if share >= _BOOKED else say.label("tasks.reason.free"))
    return say.label("tasks.reason.and").join(told[:3]) or say.label("tasks.reason.none")


def _sum(terms: Sequence[Mapping[str, Any]], say: Say) -> str:
    """Returns the terms of a score that count, as a sum."""
    counting = [(term["key"], round(float(term["value"]), 2)) for term in terms if round(float(term["value"]), 2)]
    return " + ".join(
        say.label("tasks.term", name=say.label(f"tasks.term.{key}"), value=value) for key, value in counting
    )


def asked_due(task: Task, say: Say, now: float) -> list[Part]:
    """Returns what is still asked about a task's date, with the readings as buttons; nothing where nothing is."""
    if not task.pending or "due" not in task.pending:
        return []
    asked = cast(Mapping[str, Any], task.pending["due"])
    today = today_of(now, ZoneInfo(task.zone))
    buttons = []
    for number, written in enumerate(asked["readings"]):
        due = due_read(written)
        if due is None:
            continue
        label = wall_label(say, due.wall, due.whole_day, today)
        buttons.append(Button(label, actions.DATE, f"{task.id}:{number}", "primary" if due == task.due else None))
    buttons.append(Button(say.label("tasks.button.no_date"), actions.DATE, f"{task.id}:{NO_DATE}"))
    question = say(f"tasks.ask_due.{asked['why']}", words=str(asked["words"]))
    return [Paragraph(question), Buttons(tuple(buttons))]


def _checklist(task: Task, say: Say) -> list[Part]:
    """The steps that a task may have, and what to say to that."""
    if not task.pending or "checklist" not in task.pending:
        return []
    found = cast(Mapping[str, Any], task.pending["checklist"])
    lines = "\n".join(f"☐ {one['title']}" + (f" · {one['name']}" if one["name"] else "") for one in found["items"])
    key = f"tasks.checklist.{found['basis']}"
    steps = (
        Button(say.label("tasks.button.checklist"), actions.CHECKLIST, str(task.id), "primary"),
        Button(say.label("tasks.button.edit_checklist"), actions.EDIT_CHECKLIST, str(task.id)),
        Button(say.label("tasks.button.no_checklist"), actions.NO_CHECKLIST, str(task.id)),
    )
    return [Paragraph(say(key, name=str(found["name"]))), Paragraph(lines), Buttons(steps)]


def _steps(steps: Sequence[Task], view: View, say: Say) -> Text:
    lines = []
    for step in steps:
        mark = "☑" if step.state == "done" else "☐"
        name = view.names.get(step.assignee or "", "")
        lines.append(f"{mark} #{step.number} {step.title}" + (f" · {name}" if name else ""))
    return "\n".join(lines)


def _buttons(task: Task, view: View, say: Say) -> list[Part]:
    id = str(task.id)

    def button(name: str, action: str, style: Any = None) -> Button:
        return Button(say.label(f"tasks.button.{name}"), action, id, style)

    if not task.is_open:
        return [Buttons((button("reopen", actions.REOPEN), button("history", actions.HISTORY)))]
    parts: list[Part] = []
    chips = {part: words for part, words in view.refusable.items() if part not in (task.pending or {})}
    if chips:
        options = tuple(
            (f"{id}:{part}", say.label(f"tasks.refuse.{part}", words=words[:40])) for part, words in chips.items()
        )
        parts.append(Buttons((Menu(say.label("tasks.button.refuse"), actions.REFUSE, options),)))
    first: list[Button | Menu] = [button("done", actions.DONE, None if task.pending else "primary")]
    if task.state == "open":
        first.append(button("start", actions.START))
    first += [
        button("snooze", actions.SNOOZE),
        button("reassign", actions.REASSIGN),
        button("edit", actions.EDIT),
        button("comment", actions.COMMENT),
    ]
    more = ("unblock" if task.state == "blocked" else "block", "split", "history", "cancel")
    options = tuple((f"{id}:{name}", say.label(f"tasks.button.{name}")) for name in more)
    first.append(Menu(say.label("tasks.button.more"), actions.MORE, options))
    parts.append(Buttons(tuple(first)))
    return parts
