"""Whether somebody can do a task before it is due, and who else could."""

from __future__ import annotations

from datetime import date, timedelta

from skills.base import Request
from skills.tasks.cards.wording import today_of
from skills.tasks.hours.working import Absence, local_day, working_days
from skills.tasks.people.profile import Colleague
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Text

LOOKED = timedelta(days=14)
"""How far a task without a date is looked ahead for."""
NAMED = 3
"""So many others are named."""


async def away_remark(request: Request, teamwork: Teamwork, task: Task) -> Text | None:
    """Returns that the assignee is away when a task is due, with who isn't; None when they are there."""
    if task.assignee is None:
        return None
    person = await teamwork.services.person(request.team, task.assignee)
    (colleague,) = await teamwork.colleagues(request.team, [person])
    absence = absent_when_due(colleague, task, teamwork.now)
    if absence is None:
        return None
    say = request.say
    today = today_of(teamwork.now, colleague.zone)
    first, last = say.weekday(absence.first, today), say.weekday(absence.last, today)
    others = await _others(request, teamwork, task)
    key = "tasks.away" if absence.first != absence.last else "tasks.away_day"
    if others:
        return say(f"{key}.others", name=person.name, first=first, last=last, names=", ".join(others))
    return say(key, name=person.name, first=first, last=last)


def absent_when_due(colleague: Colleague, task: Task, now: float) -> Absence | None:
    """Returns the absence because of which somebody can't finish a task in time: on the day, or all the time before."""
    today = local_day(now, colleague.zone)
    due = local_day(task.due.at, colleague.zone) if task.due is not None else None
    for absence in colleague.absences:
        if due is not None and absence.first <= due <= absence.last:
            return absence
    until = due or today + LOOKED
    if until >= today and not any(True for _ in _days_between(colleague, today, until)):
        return next((one for one in colleague.absences if one.last >= today), None)
    return None


def _days_between(colleague: Colleague, first: date, last: date) -> list[date]:
    found = working_days(colleague.profile.week, colleague.absences, first, within=(last - first).days + 1)
    return list(found)


async def _others(request: Request, teamwork: Teamwork, task: Task) -> list[str]:
    members = await teamwork.services.members(request.team, task.place) or ()
    others = [one for one in members if one.id not in (task.assignee, task.asker) and not one.is_guest]
    colleagues = await teamwork.colleagues(request.team, others[:20])
    return [one.name for one in colleagues if absent_when_due(one, task, teamwork.now) is None][:NAMED]
