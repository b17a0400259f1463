"""When the weekly report is posted, what asks for it, and what its buttons show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from skills.base import Request, Services
from skills.catalogs import Say
from skills.classifiers.feedback.reviewing import may_review
from skills.learning.planning import zone_of
from skills.learning.weekly import week as weeks
from skills.learning.weekly.cards import questions_parts, weekly_parts
from skills.learning.weekly.report import gather
from skills.learning.workshop import Workshop
from skills.reply import Paragraph, Part, Reply, to_asker
from skills.support.learning.unanswered import by_id

DUE = "learning.weekly"
"""The kind of the due row that brings the report."""


async def plan(skill: str, team: str, services: Services) -> None:
    """Keeps the row of the coming Monday's report, where it is wanted."""
    if not services.learning.weekly:
        return
    monday, due = weeks.next_due(services.clock.now(), await zone_of(team, services))
    await services.schedule(skill, DUE, f"learning weekly {monday.isoformat()}", due, team, {})


async def last_week(team: str, services: Services, say: Say) -> tuple[str, Sequence[Part]] | None:
    """Returns the report of the last week that is over, after a key that names it; None where nothing happened."""
    shop = Workshop.of(services)
    week = weeks.over(services.clock.now(), await zone_of(team, services))
    weekly = await gather(shop, team, week)
    if weekly.is_empty:
        return None
    return f"learning weekly report {week.first.isoformat()}", await weekly_parts(weekly, say)


async def lately(team: str, shop: Workshop, now: datetime, say: Say) -> tuple[Part, ...]:
    """Returns the report of today and the six days before."""
    weekly = await gather(shop, team, weeks.running(now, say.zone))
    return (Paragraph(say("learning.weekly.nothing")),) if weekly.is_empty else await weekly_parts(weekly, say)


async def questions(request: Request, services: Services) -> Sequence[Reply]:
    """Returns the questions of a topic, for admins and reviewers alone."""
    if not may_review(request.person, services):
        return to_asker(request.say("learning.weekly.reviewers_only"))
    found = await by_id(services.sessions, request.team, request.value.split())
    return [Reply(questions_parts(found, request.say), to="asker")]
