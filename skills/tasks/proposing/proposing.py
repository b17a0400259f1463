"""Proposals for a task: who might do it, how long it may take, which steps it may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from skills.base import Person
from skills.reply import Json
from skills.tasks.assigning.candidate import Candidate
from skills.tasks.assigning.checklist import Example, Item, propose
from skills.tasks.assigning.ranking import rank
from skills.tasks.hours.working import working_minutes
from skills.tasks.learning.learned import MOST
from skills.tasks.people.profile import Colleague
from skills.tasks.store.tables import TemplateRow
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork

DAY = 86_400.0
AHEAD = 14 * DAY
"""Seconds until a task without a date should find somebody."""
RECENT = 28 * DAY
PROPOSED = 8
CONSIDERED = 60
LONGEST_EFFORT = 3 * 8 * 60.0
"""Minutes of work from begin to end that are believed; who forgot to say "done" took longer."""
PAST = 50


async def estimated(teamwork: Teamwork, team: str, title: str, assignee: str | None) -> tuple[int, int, int] | None:
    """Returns the minutes that a task may take (low, likely, high); None where too little is known."""
    await look_back(teamwork, team)
    pace = teamwork.learning.of(team).pace
    rows = await teamwork.learning.vectors([title]) if pace is not None else None
    if pace is None or rows is None:
        return None
    told = pace.predict(rows[0], title, assignee)
    return round(told.low), max(1, round(told.likely)), round(told.high)


async def proposal(teamwork: Teamwork, task: Task) -> Json:
    """Returns who might do a task, best first with the reasons, as `Task.pending` keeps it."""
    ranked = await _ranked(teamwork, task, task.title)
    return {"at": 0, "ranked": ranked}


async def suggested(teamwork: Teamwork, task: Task) -> Sequence[str]:
    """Returns the names of those who fit a task best."""
    ranked = await _ranked(teamwork, task, task.title)
    ids = [str(one["id"]) for one in ranked if isinstance(one, Mapping) and one["id"] != task.assignee]
    return [await teamwork.name_of(task.team, id) for id in ids[:3]]


async def checklist(teamwork: Teamwork, task: Task) -> Json:
    """Returns the steps that a task may have, with who might do each; None where it is one piece of work."""
    team, learning = task.team, teamwork.learning
    templates = await _templates(teamwork, team)
    past = [(parent, steps) for parent, steps in await teamwork.queries.split(team, PAST) if len(steps) > 1]
    past = [(parent, steps) for parent, steps in past if parent.id != task.id]
    named = next((one for one in templates if one[0].casefold() in task.title.casefold()), None)
    if named is not None:
        return await _with_owners(teamwork, task, named[0], "template", [Item(title) for title in named[1]])
    names = [name for name, _ in templates] + [parent.title for parent, _ in past]
    rows = await learning.vectors([task.title, *names]) if names else None
    if rows is None:
        return None
    items = [tuple(Item(title) for title in titles) for _, titles in templates]
    items += [tuple(Item(step.title) for step in steps) for _, steps in past]
    examples = [Example(name, row, item) for name, row, item in zip(names, rows[1:], items, strict=True)]
    count = len(templates)
    found = propose(rows[0], task.title, learning.of(team).ordinary, examples[:count], examples[count:])
    if found is None:
        return None
    return await _with_owners(teamwork, task, found.name, found.basis, found.items)


async def proposed_steps(teamwork: Teamwork, task: Task) -> Sequence[str]:
    """Returns the lines with which the form for splitting a task is filled in."""
    pending = task.pending.get("checklist") if task.pending else None
    found = pending if isinstance(pending, Mapping) else await checklist(teamwork, task)
    if not isinstance(found, Mapping) or not isinstance(found["items"], list):
        return ()
    return [step_line(item) for item in found["items"] if isinstance(item, Mapping)]


def step_line(item: Mapping[str, Json]) -> str:
    """Returns a proposed step as it is written into a form: its title, and who might do it."""
    return f"{item['title']} @{item['name']}" if item.get("name") else str(item["title"])


async def look_back(teamwork: Teamwork, team: str) -> None:
    """Has what a team finished learned from, where that was not done lately; it goes on beside the rest."""
    if not teamwork.learning.is_due(team):
        return
    finished = await teamwork.queries.finished(team, MOST)
    people = [await teamwork.services.person(team, id) for id in {str(task.assignee) for task in finished}]
    colleagues = {one.id: one for one in await teamwork.colleagues(team, people)}
    minutes = [_took(task, colleagues[str(task.assignee)]) for task in finished]
    teamwork.learning.learn(team, finished, minutes, teamwork.now)


async def _ranked(teamwork: Teamwork, task: Task, title: str) -> list[Json]:
    await look_back(teamwork, task.team)
    people = await _people(teamwork, task)
    colleagues = await teamwork.colleagues(task.team, people)
    candidates = await _candidates(teamwork, task, colleagues)
    kinds = teamwork.learning.of(task.team).kinds
    skills = sorted({skill for one in candidates for skill in one.stated})
    rows = await teamwork.learning.vectors([title, *skills]) if kinds is not None or skills else None
    if rows is None:
        rows = await teamwork.learning.vectors([title])
    if rows is None:
        return []
    stated = dict(zip(skills, rows[1:], strict=False))
    ranked = rank(rows[0], kinds, stated, candidates, task.minutes)
    return [
        {
            "id": one.id,
            "score": one.score,
            "terms": [{"key": term.key, "value": term.value, "facts": dict(term.facts)} for term in one.terms],
        }
        for one in ranked[:PROPOSED]
    ]


async def _people(teamwork: Teamwork, task: Task) -> list[Person]:
    """Returns whom a task may be proposed to: who can read its channel, and not who asks while there are others."""
    members = await teamwork.services.members(task.team, task.place) or ()
    usable = [one for one in members if not (one.is_guest or one.is_foreign or one.is_bot or one.is_gone)]
    others = [one for one in usable if one.id != task.asker]
    return (others or usable)[:CONSIDERED]


async def _candidates(teamwork: Teamwork, task: Task, colleagues: Sequence[Colleague]) -> list[Candidate]:
    now = teamwork.now
    until = task.due.at if task.due is not None and task.due.at > now else now + AHEAD
    ids = [one.id for one in colleagues]
    loads = await teamwork.queries.loads(task.team, ids, until)
    recent = await teamwork.queries.given(task.team, ids, now - RECENT)
    found = []
    for one in colleagues:
        week = one.profile.week
        available = working_minutes(week, one.zone, one.absences, now, until)
        without = working_minutes(week, one.zone, (), now, until)
        weeks = max(1.0, (until - now) / (7 * DAY))
        found.append(
            Candidate(
                one.id,
                one.profile.skills,
                available,
                loads.get(one.id, 0.0),
                one.profile.weekly * weeks,
                recent.get(one.id, 0),
                absent=available == 0 and without > 0,
            )
        )
    return found


async def _templates(teamwork: Teamwork, team: str) -> list[tuple[str, list[str]]]:
    async with teamwork.services.sessions() as session:
        rows = await session.scalars(select(TemplateRow).where(TemplateRow.team == team).order_by(TemplateRow.name))
        return [(row.name, row.items) for row in rows]


async def _with_owners(teamwork: Teamwork, task: Task, name: str, basis: str, items: Sequence[Item]) -> Json:
    told: list[Json] = []
    for item in items:
        ranked = await _ranked(teamwork, task, item.title)
        first = ranked[0] if ranked else None
        owner = str(first["id"]) if isinstance(first, Mapping) else ""
        told.append({"title": item.title, "person": owner, "name": await teamwork.name_of(task.team, owner or None)})
    return {"name": name, "basis": basis, "items": told}


def _took(task: Task, who: Colleague) -> float | None:
    """Returns the working minutes that a finished task took, as said, else from its begin to its end."""
    if task.effort is not None:
        return float(task.effort)
    if task.begun_at is None or task.done_at is None:
        return None
    minutes = working_minutes(who.profile.week, who.zone, (), task.begun_at, task.done_at)
    return minutes if 5 <= minutes <= LONGEST_EFFORT else None
