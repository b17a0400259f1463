"""Forms with one question: until when to snooze, who should do it, what to say, what it waits for, which steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.base import Request
from skills.local_time import moment
from skills.reply import Choice, DateInput, Form, Paragraph, PersonInput, Quote, Reply, TextInput, TimeInput, to_asker
from skills.tasks import actions
from skills.tasks.amending.applying import comment
from skills.tasks.amending.changing import Refused, changed, person_fault, refused, shown
from skills.tasks.cards.wording import day_words
from skills.tasks.editing.task_form import entered
from skills.tasks.making.steps import add_steps
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork, wall_clock
from skills.text import Text

MORNING, AFTERNOON = time(9), time(14)
MOST_STEPS = 30


def snooze_form(request: Request, task: Task, zone: ZoneInfo) -> Form:
    """Returns the question until when nothing is to be heard of a task."""
    say, now = request.say, wall_clock(request, zone)
    today = now.date()
    options = [("hour", say.label("tasks.snooze.hour"))]
    if now.time() < time(13):
        options.append(
            ("afternoon", say.label("tasks.snooze.afternoon", time=say.time(_aware(today, AFTERNOON, zone))))
        )
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    for key, day in (("tomorrow", tomorrow), ("monday", monday)):
        options.append((key, say.label(f"tasks.snooze.{key}", day=day_words(say, day, today))))
    return Form(
        actions.SNOOZE_FORM,
        say.label("tasks.form.snooze", number=f"#{task.number}"),
        (
            Choice("until", say.label("tasks.form.until"), tuple(options), "tomorrow", required=False),
            DateInput("day", say.label("tasks.form.snooze_day")),
            TimeInput("time", say.label("tasks.form.snooze_time")),
        ),
        say.label("tasks.form.save"),
        str(task.id),
    )


def reassign_form(request: Request, task: Task, suggested: Sequence[str]) -> Form:
    """Returns the question who should do a task; `suggested` are the names of those who fit best."""
    say = request.say
    hint = (Paragraph(say("tasks.form.suggested", names=", ".join(suggested))),) if suggested else ()
    person = PersonInput("assignee", say.label("tasks.form.assignee"), "", required=True)
    title = say.label("tasks.form.reassign", number=f"#{task.number}")
    return Form(actions.REASSIGN_FORM, title, (*hint, person), say.label("tasks.form.save"), str(task.id))


def comment_form(request: Request, task: Task) -> Form:
    """Returns the field for a remark."""
    say = request.say
    text = TextInput("text", say.label("tasks.form.comment_text"), multiline=True)
    title = say.label("tasks.form.comment", number=f"#{task.number}")
    return Form(
        actions.COMMENT_FORM, title, (Quote(task.title), text), say.label("tasks.form.comment_send"), str(task.id)
    )


def block_form(request: Request, task: Task) -> Form:
    """Returns the question what a task is held up by."""
    say = request.say
    why = TextInput("text", say.label("tasks.form.block_why"), multiline=True, max_length=500)
    title = say.label("tasks.form.block", number=f"#{task.number}")
    return Form(actions.BLOCK_FORM, title, (Quote(task.title), why), say.label("tasks.form.save"), str(task.id))


def split_form(request: Request, task: Task, proposed: Sequence[str]) -> Form:
    """Returns the field for the steps of a task, one a line, filled in with those that are proposed."""
    say = request.say
    steps = TextInput(
        "text",
        say.label("tasks.form.steps"),
        "\n".join(proposed),
        hint=say.label("tasks.form.steps_hint"),
        multiline=True,
    )
    title = say.label("tasks.form.split", number=f"#{task.number}")
    return Form(actions.SPLIT_FORM, title, (Quote(task.title), steps), say.label("tasks.form.save"), str(task.id))


async def check(request: Request, teamwork: Teamwork) -> Mapping[str, Text]:
    """Returns what is wrong with one of these forms, by input key."""
    say, values = request.say, request.values
    match request.name:
        case actions.SNOOZE_FORM:
            zone = await teamwork.zone_of(request.team, request.person)
            until = _until(request, zone)
            if until is None:
                return {"until": say("tasks.form.wrong.until")}
            if until <= teamwork.now:
                return {"day": say("tasks.form.wrong.snooze_past")}
        case actions.REASSIGN_FORM:
            fault = await person_fault(request, teamwork, entered(values, "assignee"))
            return {} if fault is None else {"assignee": fault}
        case actions.SPLIT_FORM:
            lines = [line for line in entered(values, "text").splitlines() if line.strip()]
            if len(lines) > MOST_STEPS:
                return {"text": say("tasks.form.wrong.steps", most=MOST_STEPS)}
    return {}


async def submit(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Does what one of these forms says."""
    say, values = request.say, request.values
    task = await teamwork.queries.get(request.team, int(request.value))
    if task is None:
        return to_asker(say("tasks.gone"))
    try:
        match request.name:
            case actions.SNOOZE_FORM:
                until = _until(request, await teamwork.zone_of(request.team, request.person))
                after = await changed(request, teamwork, task, {"snoozed_until": until})
                return await shown(request, teamwork, after)
            case actions.REASSIGN_FORM:
                pending = {key: value for key, value in (task.pending or {}).items() if key != "proposed"}
                fields = {"assignee": entered(values, "assignee"), "pending": pending or None}
                after = await changed(request, teamwork, task, fields)
                return await shown(request, teamwork, after, before=task)
            case actions.BLOCK_FORM:
                fields = {"state": "blocked", "blocked": entered(values, "text")[:500]}
                return await shown(request, teamwork, await changed(request, teamwork, task, fields))
            case actions.COMMENT_FORM:
                return await comment(request, teamwork, task, entered(values, "text"))
        return await add_steps(request, teamwork, task, entered(values, "text"))
    except Refused as error:
        return refused(error)


def _until(request: Request, zone: ZoneInfo) -> float | None:
    """Returns until when the form says to be quiet, in epoch seconds; None where it says nothing."""
    values, now = request.values, wall_clock(request, zone)
    today = now.date()
    if day := entered(values, "day"):
        at = entered(values, "time")
        return moment(date.fromisoformat(day), time.fromisoformat(at) if at else MORNING, zone)
    match entered(values, "until"):
        case "hour":
            return request.now.timestamp() + 3600
        case "afternoon":
            return moment(today, AFTERNOON, zone)
        case "tomorrow":
            return moment(today + timedelta(days=1), MORNING, zone)
        case "monday":
            return moment(today + timedelta(days=7 - today.weekday()), MORNING, zone)
    return None


def _aware(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)
