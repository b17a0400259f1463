"""The board, and who has how much to do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from skills.base import Request
from skills.reply import Chart, Note, Paragraph, Part, Reply, Series
from skills.tasks.cards.lines import line
from skills.tasks.listing import is_public, seen_by
from skills.tasks.store.queries import Page
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Bold, Span, spans_of

COLUMNS = ("open", "doing", "blocked", "done")
A_COLUMN = 8
READ = 500
RECENT = 7 * 86_400.0
PEOPLE = 20
"""So many people stand in the workload's chart."""


async def board(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Returns the tasks that may be seen by state, with those done in the last week; of the label `rest`, if any."""
    say, team = request.say, request.team
    seen = await seen_by(request, teamwork)
    if rest:
        page = await teamwork.queries.labelled(seen, team, rest.lstrip("#＃"), READ)
    else:
        page = await teamwork.queries.all_open(seen, team, READ)
    recent = await teamwork.queries.done_since(team, teamwork.now - RECENT, A_COLUMN * 4)
    finished = [task for task in await teamwork.may_see(request, recent) if not rest or rest[1:] in task.labels]
    tasks = [*page.tasks, *finished]
    if not tasks:
        return (Reply((Paragraph(say("tasks.list.all_none")),), to="asker"),)
    names = await teamwork.names_of(team, [task.assignee for task in tasks])
    parts: list[Part] = []
    for state in COLUMNS:
        column = [task for task in tasks if task.state == state]
        lines: list[Span] = [Bold(say.label(f"tasks.board.{state}", count=len(column)))]
        for task in column[:A_COLUMN]:
            lines += ["\n", *spans_of(line(task, names, say, teamwork.now))]
        if len(column) > A_COLUMN:
            lines += ["\n", say.label("tasks.list.more", count=len(column) - A_COLUMN)]
        parts.append(Paragraph(tuple(lines)))
    if page.count > len(page.tasks):
        parts.append(Note(say("tasks.list.more", count=page.count - len(page.tasks))))
    return (Reply(tuple(parts), to="thread" if is_public(request) or request.place.kind == "dm" else "asker"),)


async def load(request: Request, teamwork: Teamwork, rest: str) -> Sequence[Reply]:
    """Returns how many hours of open work everybody has, beside what their week holds."""
    say, team = request.say, request.team
    page = await teamwork.queries.all_open(await seen_by(request, teamwork), team, 5000)
    hours = _hours(page)
    if not hours:
        return (Reply((Paragraph(say("tasks.list.all_none")),), to="asker"),)
    people = sorted(hours, key=lambda id: -hours[id])[:PEOPLE]
    names = await teamwork.names_of(team, people)
    profiles = await teamwork.profiles.all(team, people)
    weekly = [profiles[id].weekly / 60 for id in people]
    labels = tuple(names[id] for id in people)
    busiest = labels[0]
    chart = Chart(
        "bar",
        say.label("tasks.load.title"),
        (
            Series(say.label("tasks.load.open"), tuple(round(hours[id], 1) for id in people)),
            Series(say.label("tasks.load.week"), tuple(round(one, 1) for one in weekly)),
        ),
        labels,
        say.label("tasks.load.alt", name=busiest, number=round(hours[people[0]], 1), count=len(people)),
    )
    return (Reply((chart,), to="thread" if is_public(request) or request.place.kind == "dm" else "asker"),)


def _hours(page: Page) -> dict[str, float]:
    """Returns the hours of work that each assignee has."""

    def assignee(task: Task) -> str:
        return task.assignee or ""

    tasks = sorted((task for task in page.tasks if task.assignee), key=assignee)
    return {id: sum(task.minutes for task in theirs) / 60 for id, theirs in groupby(tasks, assignee)}
