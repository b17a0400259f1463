"""Tasks as they are when a message of them goes, and whether what it says still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.tasks.reminding.following import recipient
from skills.tasks.store.fields import task_of
from skills.tasks.store.tables import DependencyRow, TaskRow
from skills.tasks.store.task import Task


async def tasks_by_id(session: AsyncSession, team: str, ids: Collection[int]) -> dict[int, Task]:
    """Returns the tasks of a team with these ids, by two queries."""
    after: dict[int, list[int]] = defaultdict(list)
    links = select(DependencyRow.task, TaskRow.number).join(TaskRow, TaskRow.id == DependencyRow.after)
    for task, number in await session.execute(links.where(DependencyRow.task.in_(ids)).order_by(TaskRow.number)):
        after[task].append(number)
    rows = await session.scalars(select(TaskRow).where(TaskRow.team == team, TaskRow.id.in_(ids)))
    return {row.id: task_of(row, after[row.id]) for row in rows}


def standing(row: Any, tasks: Mapping[int, Task], now: float) -> list[tuple[Task, str]]:
    """Returns those tasks of a reminder's row, with their kinds, of which it still holds.

    They are open, not snoozed, due when they were, and still that person's.
    """
    found = []
    for id, kind, due_at in row.tasks:
        task = tasks.get(id)
        if task is None or not task.is_open or (task.snoozed_until or 0.0) > now:
            continue
        if recipient(task) == (row.about or row.person) and (task.due.at if task.due else None) == due_at:
            found.append((task, kind))
    return found
