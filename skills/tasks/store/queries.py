"""Tasks looked up: one, somebody's, a channel's, by label or words; each by an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.tasks.store.fields import task_of
from skills.tasks.store.tables import DependencyRow, LabelRow, TaskRow
from skills.tasks.store.task import Task


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks: their id, and the principals that they hold, of which channels are those whose tasks they see."""

    person: str
    audience: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """The first of the tasks asked for, in order, and how many there are in all."""

    tasks: tuple[Task, ...]
    count: int


class Queries:
    """Reads tasks. Lists are in order of due time, those without one last, then by priority and number."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def numbered(self, team: str, numbers: Collection[int]) -> dict[int, Task]:
        """Returns the tasks that have these numbers, by number."""
        query = select(TaskRow).where(TaskRow.team == team, TaskRow.number.in_(list(numbers)))
        return {task.number: task for task in await self._read(query)}

    async def get(self, team: str, id: int) -> Task | None:
        """Returns the task with an id; None where there is none."""
        found = await self._read(select(TaskRow).where(TaskRow.team == team, TaskRow.id == id))
        return found[0] if found else None

    async def of_message(self, team: str, channel: str, message: str) -> list[Task]:
        """Returns the tasks that were made from a message, in order."""
        here = TaskRow.team == team, TaskRow.channel == channel, TaskRow.message == message
        return await self._read(select(TaskRow).where(*here).order_by(TaskRow.number))

    async def of_thread(self, team: str, channel: str, thread: str, limit: int = 20) -> list[Task]:
        """Returns the tasks that were asked for in a thread or by its first message, the newest first."""
        here = TaskRow.team == team, TaskRow.channel == channel
        either = or_(TaskRow.message == thread, TaskRow.thread == thread)
        return await self._read(select(TaskRow).where(*here, either).order_by(TaskRow.number.desc()).limit(limit))

    async def latest_of(self, team: str, channel: str, asker: str, since: float) -> Task | None:
        """Returns the last task that somebody asked for in a channel since `since` (epoch seconds)."""
        mine = TaskRow.team == team, TaskRow.channel == channel, TaskRow.asker == asker, TaskRow.made_at >= since
        found = await self._read(select(TaskRow).where(*mine).order_by(TaskRow.number.desc()).limit(1))
        return found[0] if found else None

    async def steps(self, task: Task) -> list[Task]:
        """Returns the steps of a task, in order."""
        return await self._read(select(TaskRow).where(TaskRow.parent == task.id).order_by(TaskRow.number))

    async def assigned(self, seen: Seen, team: str, person: str, limit: int) -> Page:
        """Returns the open tasks that somebody has, of those that `seen` sees."""
        return await self._page(seen, [TaskRow.team == team, TaskRow.assignee == person, TaskRow.open == 1], limit)

    async def asked_for(self, seen: Seen, team: str, person: str, limit: int) -> Page:
        """Returns the open tasks that somebody waits for from others, of those that `seen` sees."""
        mine = [TaskRow.team == team, TaskRow.asker == person, TaskRow.open == 1]
        mine.append(or_(TaskRow.assignee.is_(None), TaskRow.assignee != person))
        return await self._page(seen, mine, limit)

    async def overdue(self, seen: Seen, team: str, now: float, limit: int) -> Page:
        """Returns what should have been done by `now`, of what `seen` sees."""
        late = [TaskRow.team == team, TaskRow.open == 1, TaskRow.due_at < now]
        return await self._page(seen, late, limit)

    async def labelled(self, seen: Seen, team: str, label: str, limit: int) -> Page:
        """Returns the open tasks with a label, whatever its case, of those that `seen` sees."""
        labelled = select(LabelRow.task).where(LabelRow.team == team, LabelRow.label == label.casefold())
        return await self._page(seen, [TaskRow.team == team, TaskRow.open == 1, TaskRow.id.in_(labelled)], limit)

    async def unassigned(self, seen: Seen, team: str, limit: int) -> Page:
        """Returns the open tasks that nobody has, of those that `seen` sees."""
        return await self._page(seen, [TaskRow.team == team, TaskRow.assignee.is_(None), TaskRow.open == 1], limit)

    async def all_open(self, seen: Seen, team: str, limit: int) -> Page:
        """Returns all open tasks that `seen` sees."""
        return await self._page(seen, [TaskRow.team == team, TaskRow.open == 1], limit)

    async def of_channel(self, seen: Seen, team: str, channel: str, limit: int) -> Page:
        """Returns the open tasks of one channel, of those that `seen` sees."""
        return await self._page(seen, [TaskRow.team == team, TaskRow.channel == channel, TaskRow.open == 1], limit)

    async def search(self, seen: Seen, team: str, words: Sequence[str], limit: int) -> Page:
        """Returns the tasks, open ones and others, whose title or notes hold all of some words."""
        holding: list[ColumnElement[bool]] = [TaskRow.team == team]
        for word in words:
            holding.append(
                or_(TaskRow.title.icontains(word, autoescape=True), TaskRow.notes.icontains(word, autoescape=True))
            )
        return await self._page(seen, holding, limit)

    async def done_since(self, team: str, since: float, limit: int = 5000) -> list[Task]:
        """Returns the tasks that were done since `since` (epoch seconds), the newest first."""
        done = TaskRow.team == team, TaskRow.done_at >= since
        return await self._read(select(TaskRow).where(*done).order_by(TaskRow.done_at.desc()).limit(limit))

    async def finished(self, team: str, limit: int) -> list[Task]:
        """Returns the tasks that somebody has done, the newest first."""
        done = TaskRow.team == team, TaskRow.done_at.is_not(None), TaskRow.assignee.is_not(None)
        return await self._read(select(TaskRow).where(*done).order_by(TaskRow.done_at.desc()).limit(limit))

    async def split(self, team: str, limit: int) -> list[tuple[Task, list[Task]]]:
        """Returns the tasks that have steps, with them, the newest first."""
        parents = select(TaskRow.parent).where(TaskRow.team == team, TaskRow.parent.is_not(None)).distinct()
        query = select(TaskRow).where(TaskRow.id.in_(parents)).order_by(TaskRow.id.desc()).limit(limit)
        return [(task, await self.steps(task)) for task in await self._read(query)]

    async def loads(self, team: str, people: Collection[str], until: float) -> dict[str, float]:
        """Returns how many minutes of open work some people have that is due by `until`, or begun; by id."""
        minutes = func.coalesce(TaskRow.effort, 60)
        open_ones = TaskRow.team == team, TaskRow.assignee.in_(list(people)), TaskRow.open == 1
        pressing = or_(TaskRow.due_at <= until, TaskRow.state == "doing")
        query = select(TaskRow.assignee, func.sum(minutes)).where(*open_ones, pressing).group_by(TaskRow.assignee)
        async with self._sessions() as session:
            return {str(person): float(total) for person, total in (await session.execute(query)).all()}

    async def given(self, team: str, people: Collection[str], since: float) -> dict[str, int]:
        """Returns how many tasks that were made since `since` some people have; by id."""
        query = select(TaskRow.assignee, func.count()).where(
            TaskRow.team == team, TaskRow.assignee.in_(list(people)), TaskRow.made_at >= since
        )
        async with self._sessions() as session:
            return {
                str(person): int(count)
                for person, count in (await session.execute(query.group_by(TaskRow.assignee))).all()
            }

    async def waiting(self, task: Task) -> list[Task]:
        """Returns the open tasks that wait for one."""
        query = select(TaskRow).join(DependencyRow, DependencyRow.task == TaskRow.id)
        return await self._read(query.where(DependencyRow.after == task.id, TaskRow.open == 1).order_by(TaskRow.number))

    async def _page(self, seen: Seen, where: Sequence[Any], limit: int) -> Page:
        may = or_(
            TaskRow.channel.in_(sorted(seen.audience)), TaskRow.assignee == seen.person, TaskRow.asker == seen.person
        )
        query = select(TaskRow).where(*where, may)
        ordered = query.order_by(TaskRow.due_at.is_(None), TaskRow.due_at, TaskRow.priority, TaskRow.number)
        count = select(func.count()).select_from(TaskRow).where(*where, may)
        async with self._sessions() as session:
            rows = list(await session.scalars(ordered.limit(limit)))
            number = len(rows) if len(rows) < limit else int((await session.execute(count)).scalar_one())
            return Page(tuple(await _tasks(session, rows)), number)

    async def _read(self, query: Select[Any]) -> list[Task]:
        async with self._sessions() as session:
            return await _tasks(session, list(await session.scalars(query)))


async def _tasks(session: AsyncSession, rows: Sequence[TaskRow]) -> list[Task]:
    """Returns the tasks of some rows, with what each waits for, by one query."""
    if not rows:
        return []
    query = select(DependencyRow.task, TaskRow.number).join(TaskRow, DependencyRow.after == TaskRow.id)
    after: dict[int, list[int]] = {}
    for task, number in (await session.execute(query.where(DependencyRow.task.in_([row.id for row in rows])))).all():
        after.setdefault(task, []).append(number)
    return [task_of(row, sorted(after.get(row.id, ()))) for row in rows]
