"""Recurring tasks: the next one is made when one is done or, by schedule, when it was due; once, either way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Place
from skills.reply import Json
from skills.tasks.recurring.days import first_day
from skills.tasks.recurring.occurrences import next_after
from skills.tasks.recurring.parts import Parts
from skills.tasks.recurring.rule import By, Rule
from skills.tasks.store.fields import due_of, task_of
from skills.tasks.store.rows import MADE, Tasks, locked
from skills.tasks.store.tables import CardRow, ChangeRow, LabelRow, TaskRow
from skills.tasks.store.task import Due, NewTask, Task

BY = "deskhand"
"""Who makes the next one of a series, in its history."""

AT_ONCE = 100


def first_due(parts: Parts, by: By, at: time | None, now: datetime, zone: ZoneInfo) -> tuple[Rule, Due]:
    """Returns a rule that begins at `now` (wall time in `zone`), and when its first task is due."""
    # What is to be done at nine every other Friday begins next time when it is ten by now.
    today = now.date() + timedelta(days=1) if at is not None and at <= now.time() else now.date()
    rule = Rule(rrule=parts.text, zone=zone.key, anchor=first_day(parts, today), at=at, by=by)
    moment = next_after(replace_by(rule), now.replace(tzinfo=zone).timestamp() - 1)
    day = rule.anchor if moment is None else datetime.fromtimestamp(moment, zone).date()
    if at is None:
        day = rule.anchor
    return rule, due_on(rule, day)


def replace_by(rule: Rule) -> Rule:
    """Returns a rule that fires by schedule, as each does the first time."""
    return rule.model_copy(update={"by": "schedule"})


def due_on(rule: Rule, day: date) -> Due:
    """Returns when a rule's task of a day is due."""
    return Due(datetime.combine(day, rule.at or time()), rule.at is None, rule.zone)


class Series:
    """Follows the changes of recurring tasks, and looks after those that nobody has done in time."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        tasks.follow(self._follow)

    async def advance(self, now: float) -> list[Task]:
        """Makes the next task of each series whose last one is over by schedule, and returns them."""
        due = select(TaskRow.team, TaskRow.id).where(TaskRow.advances_at <= now).limit(AT_ONCE)
        async with self._tasks.sessions() as session:
            found = (await session.execute(due)).all()
        made: list[Task] = []
        for team, id in found:
            async with self._tasks.sessions.begin() as session:
                (row,) = await locked(session, team, [id])
                if row.advances_at is not None and row.advances_at <= now:
                    following = await self._advance(session, row, now)
                    if following is not None:
                        made.append(task_of(following, ()))
        return made

    async def following(self, task: Task) -> Task | None:
        """Returns the task that comes after one in its series, if it is made yet."""
        if task.series is None or task.occurrence is None:
            return None
        query = select(TaskRow).where(TaskRow.series == task.series, TaskRow.occurrence == task.occurrence + 1)
        async with self._tasks.sessions() as session:
            row = (await session.scalars(query)).first()
            return None if row is None else task_of(row, ())

    async def _follow(self, session: AsyncSession, row: TaskRow, fields: frozenset[str], now: float) -> None:
        if row.rule is None or row.series is None:
            return
        if fields & {MADE, "due", "rule"} and not await self._is_followed(session, row):
            by_schedule = Rule.model_validate(row.rule).by == "schedule"
            row.advances_at = row.due_at if by_schedule else None
        if "state" in fields and row.state == "done":
            await self._advance(session, row, now)
        if "state" in fields and row.state == "dropped":
            row.advances_at = None
        if "state" in fields and row.open:
            await self._take_back(session, row)

    async def _advance(self, session: AsyncSession, row: TaskRow, now: float) -> TaskRow | None:
        """Makes what follows a task, unless it is there or the series has ended."""
        row.advances_at = None
        if row.rule is None or row.occurrence is None or await self._is_followed(session, row):
            return None
        rule = Rule.model_validate(row.rule)
        due = _next_due(rule, row, now)
        if due is None:
            return None
        new = NewTask(
            title=row.title,
            asker=row.asker,
            place=Place(row.channel, row.place_kind, row.thread, row.message),  # type: ignore[arg-type]
            zone=row.zone,
            notes=row.notes,
            assignee=row.assignee,
            link=row.link,
            due=due,
            priority=row.priority,
            labels=tuple(row.labels),
            effort=row.effort,
            series=row.series,
            occurrence=row.occurrence + 1,
            rule=row.rule,
        )
        return await self._tasks.add_row(session, row.team, new, BY, now, f"series:{row.series}:{row.occurrence + 1}")

    async def _take_back(self, session: AsyncSession, row: TaskRow) -> None:
        """Removes what followed a task that is not done after all, unless somebody has touched it."""
        untouched = TaskRow.series == row.series, TaskRow.occurrence == (row.occurrence or 0) + 1, TaskRow.version == 1
        for following in list(await session.scalars(select(TaskRow).where(*untouched))):
            for table in (ChangeRow, LabelRow, CardRow):
                await session.execute(delete(table).where(table.task == following.id))
            await session.delete(following)
            row.advances_at = row.due_at if Rule.model_validate(row.rule).by == "schedule" else None

    async def _is_followed(self, session: AsyncSession, row: TaskRow) -> bool:
        later = select(func.count()).select_from(TaskRow)
        mine = TaskRow.series == row.series, TaskRow.occurrence > (row.occurrence or 0)
        return bool((await session.execute(later.where(*mine))).scalar_one())


def _next_due(rule: Rule, row: TaskRow, now: float) -> Due | None:
    """Returns when the task after one is due: what was missed meanwhile is left out, by schedule or not."""
    met = due_of(row)
    # A whole day's task is over with the day, which is when the rule fires for the next one.
    met_at = None if met is None else _fires(rule, met)
    if rule.by == "schedule":
        since = max(now, met_at) if met_at is not None else now
        at = next_after(rule, since)
    else:
        at = next_after(rule, now, due=met_at, done=row.occurrence or 0)
    return None if at is None else due_on(rule, datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(rule.zone)).date())


def _fires(rule: Rule, due: Due) -> float:
    return replace(due, wall=datetime.combine(due.day, rule.at or time()), whole_day=False).at


def stored(rule: Rule) -> dict[str, Json]:
    """Returns a rule as a task keeps it."""
    return rule.model_dump(mode="json")
