"""Tasks as they are when a message of them goes, and whether what it says still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.tasks.reminding.following import recipient
from skills.tasks.store.fields import task_of
from skills.tasks.store.tables import DependencyRow, TaskRow
from skills.tasks.store.task import Task


@dataclass(frozen=True, slots=True)
class Standing:
    """A task as it is now. `due_at` is as stored: what zones' rules make of its wall time may change meanwhile."""

    task: Task
    due_at: float | None


async def tasks_by_id(session: AsyncSession, team: str, ids: Collection[int]) -> dict[int, Standing]:
    """Returns the tasks of a team with these ids, by two queries."""
    after: dict[int, list[int]] = defaultdict(list)
    links = select(DependencyRow.task, TaskRow.number).join(TaskRow, TaskRow.id == DependencyRow.after)
    for task, number in await session.execute(links.where(DependencyRow.task.in_(ids)).order_by(TaskRow.number)):
        after[task].append(number)
    rows = await session.scalars(select(TaskRow).where(TaskRow.team == team, TaskRow.id.in_(ids)))
    return {row.id: Standing(task_of(row, after[row.id]), row.due_at) for row in rows}


def standing(row: Any, tasks: Mapping[int, Standing], now: float) -> list[tuple[Task, str]]:
    """Returns those tasks of a reminder's row, with their kinds, of which it still holds.

    They are open, not snoozed, due when they were, and still that person's.
    """
    found = []
    for id, kind, due_at in row.tasks:
        kept = tasks.get(id)
        if kept is None or not kept.task.is_open or kept.due_at != due_at or (kept.task.snoozed_until or 0.0) > now:
            continue
        if recipient(kept.task) == (row.about or row.person):
            found.append((kept.task, kind))
    return found
