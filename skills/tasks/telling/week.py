"""A channel's week, every Friday afternoon where the channel has agreed to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from skills.base import Place, Request
from skills.reply import Note, Paragraph, Part, Reply
from skills.tasks.actions import WEEK
from skills.tasks.cards.lines import line
from skills.tasks.reminding.rounds import Round, Weekly, is_still_due, schedule_week
from skills.tasks.store.queries import Seen
from skills.tasks.store.tables import ChannelRow
from skills.tasks.store.task import Task
from skills.tasks.teamwork import Teamwork
from skills.text import Bold, Span, spans_of

FRIDAY, AFTERNOON = 4, time(15)
WEEK_SECONDS = 7 * 86_400.0
READ = 300
SHOWN = 10


async def begin(teamwork: Teamwork, team: str) -> None:
    """Has the channels of a team that agreed told of their week, each next Friday."""
    async with teamwork.services.sessions() as session:
        rows = await session.scalars(select(ChannelRow).where(ChannelRow.team == team, ChannelRow.summary))
        for row in rows:
            await schedule_week(teamwork.services, team, row.channel, _weekly(row.zone), teamwork.now)


async def told(request: Request, teamwork: Teamwork) -> Sequence[Reply]:
    """Tells a channel of its week, if it still agrees, and has the next one come."""
    one = Round.read(request.memory)
    team, services = request.team, teamwork.services
    async with services.sessions() as session:
        row = await session.get(ChannelRow, (team, one.whom))
    if row is None or not row.summary:
        return ()
    weekly = _weekly(row.zone)
    if is_still_due(one, weekly.zone, weekly.after(one.at - 1), teamwork.now):
        say = services.speaking_to(await services.person(team, row.by))
        place = Place(one.whom, "channel")
        reply = await _week(teamwork, team, one.whom, row.by)
        await services.post(reply, team, place, one.key(WEEK), skill="tasks", say=say)
    await schedule_week(services, team, one.whom, weekly, max(one.at, teamwork.now))
    return ()


async def _week(teamwork: Teamwork, team: str, channel: str, reader: str) -> Reply:
    services, now = teamwork.services, teamwork.now
    say = services.speaking_to(await services.person(team, reader))
    seen = Seen("", frozenset({channel}))
    page = await teamwork.queries.of_channel(seen, team, channel, READ)
    finished = await teamwork.queries.done_since(team, now - WEEK_SECONDS, READ)
    done = [task for task in finished if task.place.channel == channel]
    late = [task for task in page.tasks if task.is_late(now)]
    coming = [task for task in page.tasks if task.due is not None and now <= task.due.at <= now + WEEK_SECONDS]
    names = await teamwork.names_of(team, [task.assignee for task in [*done, *late, *coming]])
    parts: list[Part] = [Paragraph(say("tasks.week.title", done=len(done), open=page.count, late=len(late)))]
    groups: tuple[tuple[str, list[Task]], ...] = (("done", done), ("late", late), ("coming", coming))
    for name, tasks in groups:
        if tasks:
            lines: list[Span] = [Bold(say.label(f"tasks.week.{name}"))]
            for task in tasks[:SHOWN]:
                lines += ["\n", *spans_of(line(task, names, say, now))]
            if len(tasks) > SHOWN:
                lines += ["\n", say.label("tasks.list.more", count=len(tasks) - SHOWN)]
            parts.append(Paragraph(tuple(lines)))
    return Reply((*parts, Note(say("tasks.week.off"))))


def _weekly(zone: str) -> Weekly:
    return Weekly(FRIDAY, AFTERNOON, ZoneInfo(zone))
