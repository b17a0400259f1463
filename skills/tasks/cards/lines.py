"""A task as one line of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skills.catalogs import Say
from skills.reply import Buttons, Menu, Note, Paragraph, Part
from skills.tasks import actions
from skills.tasks.cards.wording import due_words, priority_words, title_words
from skills.tasks.store.task import HIGH, Task
from skills.text import Span, Text, spans_of

_STATES = {"doing": "▶️ ", "blocked": "⛔ ", "done": "✅ ", "dropped": "✖️ "}


def line(task: Task, names: Mapping[str, str], say: Say, now: float) -> Text:
    """Returns a task in one line: state, number, title, who, until when, and what is unusual about it."""
    name = names.get(task.assignee or "")
    spans: list[Span] = [_STATES.get(task.state, ""), *title_words(task), " · ", name or say.label("tasks.nobody")]
    if task.due is not None:
        due = due_words(say, task.due, now)
        spans.append(" · ")
        spans += spans_of(say("tasks.line.late", due=due) if task.is_late(now) else say("tasks.line.due", due=due))
    if task.priority <= HIGH:
        spans += [" · ", priority_words(say, task.priority)]
    if task.labels:
        spans += [" · ", " ".join(f"#{label}" for label in task.labels)]
    return tuple(span for span in spans if span)


def listed(
    tasks: Sequence[Task], count: int, names: Mapping[str, str], say: Say, now: float, title: Text
) -> list[Part]:
    """Returns a list of tasks under a title; `count` is how many there are in all."""
    lines: list[Span] = []
    for task in tasks:
        lines += ["\n" if lines else "", *spans_of(line(task, names, say, now))]
    parts: list[Part] = [Paragraph(title), Paragraph(tuple(span for span in lines if span))]
    if count > len(tasks):
        parts.append(Note(say("tasks.list.more", count=count - len(tasks))))
    parts.append(Buttons((open_menu(tasks, say),)))
    return parts


def open_menu(tasks: Sequence[Task], say: Say) -> Menu:
    """Returns the menu that opens one of some tasks."""
    options = tuple((str(task.id), f"#{task.number} {task.title}") for task in tasks)
    return Menu(say.label("tasks.button.open"), actions.OPEN, options)
