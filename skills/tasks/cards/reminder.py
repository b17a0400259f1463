"""A reminder in words: one message for all that somebody is to be reminded of."""

from __future__ import annotations

from skills.catalogs import Say
from skills.reply import Button, Buttons, Paragraph, Part, Reply
from skills.tasks import actions
from skills.tasks.cards.lines import line, open_menu
from skills.tasks.reminding.sending import Message
from skills.text import Span, spans_of

SHOWN = 20


def reminder(message: Message, say: Say, now: float) -> Reply:
    """Returns what somebody is reminded of; `now` is epoch seconds."""
    tasks = message.tasks[:SHOWN]
    names = {message.person.id: message.person.name}
    if message.about is not None:
        names[message.about.id] = message.about.name
        title = say("tasks.remind.unreached", name=message.about.name)
    else:
        several = "tasks.remind.late" if message.late else "tasks.remind.title"
        single = len(message.tasks) == 1 and not message.late
        title = say("tasks.remind.one") if single else say(several, count=len(message.tasks))
    lines: list[Span] = []
    for task, kind in tasks:
        lines += ["\n"] if lines else []
        if message.about is None and kind != "overdue":
            lines += [say.label(f"tasks.remind.{kind}"), " · "]
        lines += spans_of(line(task, names, say, now))
    parts: list[Part] = [Paragraph(title), Paragraph(tuple(lines))]
    if len(tasks) == 1:
        id = str(tasks[0][0].id)
        steps = (("done", actions.DONE), ("snooze", actions.SNOOZE), ("card", actions.OPEN))
        parts.append(Buttons(tuple(Button(say.label(f"tasks.button.{name}"), action, id) for name, action in steps)))
        return Reply(tuple(parts), memory={"task": tasks[0][0].id})
    parts.append(Buttons((open_menu([task for task, _ in tasks], say),)))
    return Reply(tuple(parts))
