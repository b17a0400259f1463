"""Somebody's day, in the morning of each day they work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from skills.base import Request
from skills.reply import Buttons, Note, Paragraph, Part, Reply
from skills.tasks.actions import DAY
from skills.tasks.cards.lines import line, open_menu
from skills.tasks.hours.working import local_day
from skills.tasks.reminding.rounds import Round, is_still_due, next_day, schedule_day
from skills.tasks.store.queries import Seen
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Bold, Span, spans_of

READ = 100
SHOWN = 10
SOON = timedelta(days=3)


async def told(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Tells somebody of their day, if that is still due, and has the next one come."""
    one = Round.read(request.memory)
    team, services = request.team, teamwork.services
    working = await teamwork.working_of(team, one.whom)
    planned = next_day(working, one.at - 1)
    if is_still_due(one, working.zone, planned, teamwork.now):
        person = await services.person(team, one.whom)
        place = await services.direct(team, one.whom)
        parts = await day_parts(teamwork, team, one.whom, working.zone)
        if parts and place is not None and not person.is_gone:
            say = services.speaking_to(person)
            await services.post(Reply(tuple(parts)), team, place, one.key(DAY), skill="tasks", say=say)
    await schedule_day(services, team, one.whom, working, max(one.at, teamwork.now))
    return ()


async def day_parts(teamwork: Teamwork, team: str, person: str, zone: ZoneInfo) -> list[Part]:
    """Returns what somebody has to do today, first what is late; empty where there is nothing."""
    page = await teamwork.queries.assigned(Seen(person, frozenset()), team, person, READ)
    services, now = teamwork.services, teamwork.now
    say = services.speaking_to(await services.person(team, person))
    groups: dict[str, list[Task]] = {"overdue": [], "due": [], "doing": [], "planned": [], "soon": []}
    for task in page.tasks:
        if (name := _group(task, now, zone)) is not None:
            groups[name].append(task)
    chosen = [task for tasks in groups.values() for task in tasks]
    if not chosen:
        return []
    names = await teamwork.names_of(team, [person])
    parts: list[Part] = [Paragraph(say("tasks.day.title", count=len(chosen)))]
    for name, tasks in groups.items():
        if tasks:
            lines: list[Span] = [Bold(say.label(f"tasks.day.{name}"))]
            for task in tasks[:SHOWN]:
                lines += ["\n", *spans_of(line(task, names, say, now))]
            if len(tasks) > SHOWN:
                lines += ["\n", say.label("tasks.list.more", count=len(tasks) - SHOWN)]
            parts.append(Paragraph(tuple(lines)))
    parts += [Buttons((open_menu(chosen[:50], say),)), Note(say("tasks.day.off"))]
    return parts


def _group(task: Task, now: float, zone: ZoneInfo) -> str | None:
    today = local_day(now, zone)
    if task.snoozed_until is not None and local_day(task.snoozed_until, zone) > today:
        return None
    if task.is_late(now):
        return "overdue"
    due = local_day(task.due.at, zone) if task.due is not None else None
    if due == today:
        return "due"
    if task.state == "doing":
        return "doing"
    if task.planned is not None and local_day(task.planned[0], zone) <= today <= local_day(task.planned[1], zone):
        return "planned"
    return "soon" if due is not None and due - today <= SOON else None
