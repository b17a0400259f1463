"""A plan as people see it: a chart, a table, what comes too late and why, and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from skills.base import Request
from skills.catalogs import Say
from skills.reply import Button, Buttons, Json, Note, Paragraph, Part, Picture, Reply, Table
from skills.tasks import actions
from skills.tasks.cards.wording import priority_words, span_words
from skills.tasks.planning.explaining import Missed, Reason
from skills.tasks.planning.gantt import Words, described, gantt
from skills.tasks.planning.plan import Plan
from skills.tasks.plans.backlog import Backlog
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Text

EXPLAINED = 8
NAMED = 6


async def shown(request: Request, teamwork: Teamwork, found: Backlog, made: Plan, reasons: Sequence[Missed]) -> Reply:
    """Returns the reply that shows a plan to the asker alone."""
    say, now = request.say, teamwork.now
    zone = await teamwork.zone_of(request.team, request.person)
    titles = {id: f"#{task.number} {task.title}" for id, task in found.tasks.items()}
    titles |= {id: say.label("tasks.plan.busy") for id in found.busy}
    ours = [one for one in made.placed if one.work in found.tasks]
    parts: list[Part] = [Paragraph(_summary(say, found, made, len(ours)))]
    if ours:
        words = Words(
            say.label("tasks.plan.title"),
            tuple(priority_words(say, number) for number in (1, 2, 3, 4)),  # type: ignore[arg-type]
            say.label("tasks.plan.late_mark"),
            say.label("tasks.plan.now_mark"),
        )
        png = await asyncio.to_thread(gantt, made, found.works, titles, found.people, zone, words, now)
        parts.append(Picture(png, _alt(say, made, found, titles)))
        parts.append(_table(say, found, made))
    parts += [Paragraph(text) for text in _explained(say, found, reasons)]
    if made.left_out:
        parts.append(Paragraph(_left_out(say, found, made)))
    if found.waiting:
        numbers = ", ".join(f"#{task.number}" for task in found.waiting[:20])
        parts.append(Note(say("tasks.plan.blocked", numbers=numbers)))
    if found.more:
        parts.append(Note(say("tasks.plan.more", count=found.more)))
    parts.append(Note(_proof(say, made)))
    if not ours:
        return Reply(tuple(parts), to="asker")
    buttons = Buttons(
        (
            Button(say.label("tasks.button.apply"), actions.PLAN_APPLY, "", "primary"),
            Button(say.label("tasks.button.discard"), actions.PLAN_DISCARD),
        )
    )
    rows: list[Json] = [[one.work, one.worker, round(one.start), round(one.finish)] for one in ours]
    return Reply((*parts, buttons), to="asker", memory={"plan": rows})


def _summary(say: Say, found: Backlog, made: Plan, count: int) -> Text:
    people = {one.worker for one in made.placed if one.work in found.tasks}
    late = sum(1 for id, _ in made.late if id in found.tasks)
    if not count:
        return say("tasks.plan.none")
    until = datetime.fromtimestamp(max(one.finish for one in made.placed if one.work in found.tasks), UTC)
    text = say("tasks.plan.summary", count=count, people=len(people), until=until)
    moved = sum(1 for id in made.moved if id in found.tasks)
    more = [say.label("tasks.plan.late", count=late)] if late else []
    more += [say.label("tasks.plan.moved", count=moved)] if moved else []
    return (*((text,) if isinstance(text, str) else text), *(f" {one}" for one in more))


def _table(say: Say, found: Backlog, made: Plan) -> Table:
    columns = tuple(say.label(f"tasks.plan.column.{name}") for name in ("task", "who", "start", "finish", "late"))
    late = dict(made.late)
    rows = []
    for one in sorted(made.placed, key=lambda placed: (placed.start, placed.work)):
        task = found.tasks.get(one.work)
        if task is not None:
            behind = span_words(say, late[one.work] / 60) if one.work in late else ""
            start, finish = (say.moment(datetime.fromtimestamp(at, UTC)) for at in (one.start, one.finish))
            rows.append((f"#{task.number} {task.title}", found.people.get(one.worker, ""), start, finish, behind))
    return Table(columns, tuple(rows), say.label("tasks.plan.title"))


def _explained(say: Say, found: Backlog, reasons: Sequence[Missed]) -> list[Text]:
    """Returns a sentence for each deadline that can't be met, with what stands in its way."""
    texts: list[Text] = []
    for one in reasons:
        task = found.tasks.get(one.work)
        if task is None or len(texts) >= EXPLAINED:
            continue
        why = say.label("tasks.plan.why.and").join(_reason(say, found, reason) for reason in one.reasons)
        number = f"#{task.number}"
        if not one.settled:
            texts.append(say("tasks.plan.unsettled", number=number, title=task.title, why=why or "–"))
        elif why:
            texts.append(say("tasks.plan.missed", number=number, title=task.title, why=why))
    return texts


def _reason(say: Say, found: Backlog, reason: Reason) -> str:
    numbers = ", ".join(_name(say, found, id) for id in reason.works[:NAMED]) or "–"
    people = say.label("tasks.and").join(found.people.get(id, id) for id in reason.workers[:NAMED]) or "–"
    span = span_words(say, reason.minutes)
    return say.label(f"tasks.plan.why.{reason.key}", works=numbers, people=people, span=span)


def _left_out(say: Say, found: Backlog, made: Plan) -> Text:
    told = [
        say.label("tasks.plan.left_one", number=_name(say, found, id), why=say.label(f"tasks.plan.left.{key}"))
        for id, key in made.left_out
        if id in found.tasks
    ]
    return say("tasks.plan.left_out", count=len(told), tasks="; ".join(told[:12])) if told else ""


def _proof(say: Say, made: Plan) -> Text:
    if made.gap == 0:
        return say("tasks.plan.proven", number=round(made.seconds, 1))
    return say("tasks.plan.gap", share=say.percent(made.gap), number=round(made.seconds, 1))


def _alt(say: Say, made: Plan, found: Backlog, titles: dict[int, str]) -> str:
    about = described(made, found.works, titles, found.people)
    people = "; ".join(
        say.label(
            "tasks.plan.alt_person",
            name=name,
            count=count,
            start=say.day(datetime.fromtimestamp(start, UTC)),
            finish=say.day(datetime.fromtimestamp(finish, UTC)),
        )
        for name, count, start, finish in about.people
    )
    return say.label("tasks.plan.alt", people=people, count=len(about.late))


def _name(say: Say, found: Backlog, id: int) -> str:
    task: Task | None = found.tasks.get(id)
    return f"#{task.number}" if task is not None else say.label("tasks.plan.busy")
