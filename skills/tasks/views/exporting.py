"""Tasks taken away: as a table, or as to-dos of a calendar (RFC 5545, VTODO)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from skills.base import Request
from skills.reply import File, Paragraph, Reply
from skills.tasks.listing import seen_by
from skills.tasks.recurring.ical import rrules
from skills.tasks.recurring.rule import Rule
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork

MOST = 5000
COLUMNS = (
    "number", "title", "state", "assignee", "asker", "due", "zone", "priority", "labels", "effort_minutes", "after",
    "repeats", "link", "notes", "made", "done",
)  # fmt: skip
_CALENDAR = frozenset({"ical", "ics", "calendar", "icalendar", "日历"})
_PRIORITIES = {1: 1, 2: 3, 3: 5, 4: 9}
"""Ours as RFC 5545's (3.8.1.9), where 1 is the highest and 9 the lowest."""
_STATES = {
    "open": "NEEDS-ACTION",
    "doing": "IN-PROCESS",
    "blocked": "NEEDS-ACTION",
    "done": "COMPLETED",
    "dropped": "CANCELLED",
}


async def export(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Returns the open tasks that the asker may see, as a file for them alone."""
    page = await teamwork.queries.all_open(await seen_by(request, teamwork), request.team, MOST)
    say = request.say
    if not page.tasks:
        return (Reply((Paragraph(say("tasks.list.all_none")),), to="asker"),)
    people = [id for task in page.tasks for id in (task.assignee, task.asker)]
    names = await teamwork.names_of(request.team, people)
    if rest.casefold() in _CALENDAR:
        file = File("tasks.ics", calendar_of(page.tasks, names))
    else:
        file = File("tasks.csv", table_of(page.tasks, names))
    return (Reply((Paragraph(say("tasks.export", count=len(page.tasks))), file), to="asker"),)


def table_of(tasks: Sequence[Task], names: Mapping[str, str]) -> str:
    """Returns tasks as CSV (RFC 4180) with a heading."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for task in tasks:
        writer.writerow(
            (
                task.number, _inert(task.title), task.state, names.get(task.assignee or "", ""),
                names.get(task.asker, ""),
                task.due.written if task.due else "", task.due.zone if task.due else "", task.priority,
                " ".join(task.labels), task.effort or "", " ".join(map(str, task.after)),
                Rule.model_validate(task.rule).rrule if task.rule else "", task.link or "", _inert(task.notes),
                _stamp(task.made_at), _stamp(task.done_at),
            )
        )  # fmt: skip
    return out.getvalue()


def calendar_of(tasks: Sequence[Task], names: Mapping[str, str]) -> str:
    """Returns tasks as an iCalendar file of to-dos."""
    from icalendar import Calendar, Todo, vDDDTypes, vRecur

    calendar = Calendar()
    calendar.add("prodid", "-//Deskhand//tasks//EN")
    calendar.add("version", "2.0")
    for task in tasks:
        todo = Todo()
        todo.add("uid", f"task-{task.team}-{task.number}@deskhand")
        todo.add("dtstamp", datetime.fromtimestamp(task.changed_at, UTC))
        todo.add("created", datetime.fromtimestamp(task.made_at, UTC))
        todo.add("summary", task.title)
        todo.add("status", _STATES[task.state])
        todo.add("priority", _PRIORITIES[task.priority])
        if task.notes or task.assignee:
            about = [names.get(task.assignee or "", ""), task.notes]
            todo.add("description", "\n".join(one for one in about if one))
        if task.due is not None:
            wall = task.due.day if task.due.whole_day else task.due.wall.replace(tzinfo=ZoneInfo(task.due.zone))
            todo["due"] = vDDDTypes(wall)
            rules = rrules(Rule.model_validate(task.rule)) if task.rule is not None else ()
            if rules:
                # RFC 5545 wants a DTSTART to repeat from.
                todo["dtstart"] = vDDDTypes(wall)
                todo["rrule"] = [vRecur.from_ical(one) for one in rules]
        if task.labels:
            todo.add("categories", list(task.labels))
        if task.link:
            todo.add("url", task.link)
        calendar.add_component(todo)
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def _stamp(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _inert(text: str) -> str:
    """Returns `text` such that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
