"""Has askers told, once a task and person, of those who can't be reminded."""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.dialects import INSERT
from skills.tasks.reminding.tables import ReminderRow, UnreachedRow
from skills.tasks.store.tables import TaskRow


async def tell_askers(session: AsyncSession, row: Any, now: float) -> None:
    """Stores a message to each asker of the tasks of a reminder whose person can't be reached.

    Nothing is stored for an asker who is that person, nor where it is the asker who can't be reached.
    """
    if row.about is not None:
        return
    due_at = {task: due for task, _, due in row.tasks}
    query = select(TaskRow.id, TaskRow.asker).where(TaskRow.team == row.team, TaskRow.id.in_(due_at))
    by_asker: dict[str, list[int]] = defaultdict(list)
    for task, asker in await session.execute(query.order_by(TaskRow.priority, TaskRow.id)):
        if asker != row.person and await _first_time(session, row.team, task, row.person, now):
            by_asker[asker].append(task)
    messages = [
        {
            "team": row.team,
            "person": asker,
            "key": f"unreached {secrets.token_hex(12)}",
            "tasks": [[task, "unreached", due_at[task]] for task in tasks],
            "about": row.person,
            "priority": row.priority,
            "late": False,
            "state": "claimed",
            "at": now,
            "not_before": now,
            "attempts": 0,
            "owner": "",
            "leased_until": 0.0,
        }
        for asker, tasks in by_asker.items()
    ]
    if messages:
        await session.execute(insert(ReminderRow), messages)


async def _first_time(session: AsyncSession, team: str, task: int, person: str, now: float) -> bool:
    values = {"team": team, "task": task, "person": person, "at": now}
    kept = INSERT[session.get_bind().dialect.name](UnreachedRow).values(**values).on_conflict_do_nothing()
    return (await session.execute(kept.returning(UnreachedRow.task))).first() is not None
