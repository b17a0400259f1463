"""Which tasks wait for which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.tasks.store.tables import DependencyRow, TaskRow


class Circular(Exception):
    """A task would wait for itself; `numbers` are the tasks of the circle, in order, the first one again at the end."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(" → ".join(f"#{number}" for number in numbers))
        self.numbers = tuple(numbers)


class UnknownTasks(Exception):
    """There are no tasks with these `numbers` to wait for."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = tuple(sorted(numbers))
        super().__init__(", ".join(f"#{number}" for number in self.numbers))


async def after_numbers(session: AsyncSession, task: int) -> list[int]:
    """Returns the numbers of the tasks that a task waits for, done ones too, in order."""
    query = select(TaskRow.number).join(DependencyRow, DependencyRow.after == TaskRow.id)
    return list(await session.scalars(query.where(DependencyRow.task == task).order_by(TaskRow.number)))


async def set_after(session: AsyncSession, team: str, row: TaskRow, numbers: Iterable[int]) -> None:
    """Sets what a task waits for, by number. Raises `Circular` and `UnknownTasks`."""
    wanted = set(numbers)
    query = select(TaskRow.number, TaskRow.id).where(TaskRow.team == team, TaskRow.number.in_(wanted))
    found = {row.number: row.id for row in await session.execute(query)} if wanted else {}
    if missing := wanted - found.keys():
        raise UnknownTasks(missing)
    for number, id in found.items():
        await _check_no_circle(session, row, number, id)
    await session.execute(delete(DependencyRow).where(DependencyRow.task == row.id))
    session.add_all(DependencyRow(task=row.id, after=id) for id in found.values())
    await session.flush()


async def _check_no_circle(session: AsyncSession, row: TaskRow, number: int, id: int) -> None:
    """Raises `Circular` when the task `id` waits for `row`, directly or not."""
    came_from: dict[int, int] = {}
    wave = [id]
    seen = {id}
    while wave and row.id not in seen:
        query = select(DependencyRow.task, DependencyRow.after).where(DependencyRow.task.in_(wave))
        wave = []
        for task, after in (await session.execute(query)).all():
            if after not in seen:
                seen.add(after)
                came_from[after] = task
                wave.append(after)
    if row.id not in seen:
        return
    path = [row.id]
    while path[-1] != id:
        path.append(came_from[path[-1]])
    path.append(row.id)
    names = select(TaskRow.id, TaskRow.number).where(TaskRow.id.in_(path))
    number_of = {row.id: row.number for row in await session.execute(names)}
    raise Circular([number_of[one] for one in reversed(path)])
