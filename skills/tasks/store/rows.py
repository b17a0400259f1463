"""Tasks made and changed: each step in one transaction, with its history, and undone by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.reply import Json
from skills.tasks.store.dependencies import after_numbers, set_after
from skills.tasks.store.fields import FIELDS, read_field, set_due, set_field, task_of, written
from skills.tasks.store.tables import ChangeRow, CounterRow, LabelRow, TaskRow
from skills.tasks.store.task import Change, NewTask, Task

MADE = "made"
"""The field of a history row that tells of the task's beginning."""
COMMENT = "comment"

Follower = Callable[[AsyncSession, TaskRow, frozenset[str], float], Awaitable[None]]
"""Does, in the transaction of a change, what follows from it: (session, the changed row, its changed fields, now)."""


class Conflict(Exception):
    """What is to be undone was changed again since; `number` is the task's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"task {number} was changed since")
        self.number = number


class Tasks:
    """All tasks of all teams. `batch` is the id of the request behind a step: the same one is taken once."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], followers: Sequence[Follower] = ()) -> None:
        self.sessions = sessions
        self._followers = list(followers)

    def follow(self, follower: Follower) -> None:
        """Has `follower` called in the transaction of each change from now on."""
        self._followers.append(follower)

    async def add(self, team: str, new: Sequence[NewTask], by: str, now: float, batch: str) -> list[Task]:
        """Keeps new tasks and returns them, in order. Raises `Circular`, and keeps none then."""
        async with self.sessions.begin() as session:
            first = await _take_numbers(session, team, len(new))
            known = await _made_by(session, team, batch)
            if known:
                return await tasks_of(session, known)
            rows = [await self._add(session, team, number, one, now) for number, one in enumerate(new, first)]
            for row, one in zip(rows, new, strict=True):
                await self._begin(session, row, one, by, now, batch)
            return await tasks_of(session, rows)

    async def add_row(self, session: AsyncSession, team: str, new: NewTask, by: str, now: float, batch: str) -> TaskRow:
        """Keeps a new task within a transaction that has written before, and returns its row."""
        row = await self._add(session, team, await _take_numbers(session, team, 1), new, now)
        await self._begin(session, row, new, by, now, batch)
        return row

    async def change(
        self, team: str, ids: Sequence[int], fields: Mapping[str, Any], by: str, now: float, batch: str
    ) -> list[Task]:
        """Sets `fields` (of `FIELDS`) of some tasks and returns them, in the order of `ids`. Raises `Circular`."""
        async with self.sessions.begin() as session:
            rows = await locked(session, team, ids)
            if not await _is_taken(session, team, batch, ids):
                for row in rows:
                    await self.change_row(session, row, fields, by, now, batch)
            return await tasks_of(session, rows)

    async def change_row(
        self, session: AsyncSession, row: TaskRow, fields: Mapping[str, Any], by: str, now: float, batch: str
    ) -> frozenset[str]:
        """Sets fields of a task whose row is `locked`, and returns which of them were something else before."""
        changed = set()
        for field, value in fields.items():
            if field not in FIELDS:
                raise ValueError(f"{field} is no field of a task")
            after = written(field, value)
            before = await _read(session, row, field)
            if before == after:
                continue
            await _set(session, row, field, after, now)
            session.add(change_row(row, batch, now, by, field, before, after))
            changed.add(field)
        if changed:
            row.changed_at = now
            await self._follow(session, row, frozenset(changed), now)
        return frozenset(changed)

    async def comment(self, team: str, id: int, text: str, by: str, now: float, batch: str) -> Task | None:
        """Adds a remark to a task's history and returns the task; None when there is none."""
        async with self.sessions.begin() as session:
            rows = await locked(session, team, [id])
            if rows and not await _is_taken(session, team, batch, [id]):
                session.add(change_row(rows[0], batch, now, by, COMMENT, None, text))
                await self._follow(session, rows[0], frozenset({COMMENT}), now)
            return (await tasks_of(session, rows))[0] if rows else None

    async def undo(self, team: str, batch: str, by: str, now: float, into: str) -> list[Task]:
        """Takes back what was done under `batch`, as the step `into`, and returns the tasks; empty when there is none.

        A task that was made by it is dropped. Raises `Conflict` where a field was changed again since.
        """
        async with self.sessions.begin() as session:
            first = select(ChangeRow).where(ChangeRow.team == team, ChangeRow.batch == batch, ~ChangeRow.undone)
            changes = list(await session.scalars(first.where(ChangeRow.field != COMMENT).order_by(ChangeRow.id.desc())))
            ids = sorted({change.task for change in changes})
            rows = {row.id: row for row in await locked(session, team, ids)}
            for change in changes:
                row = rows[change.task]
                field, value = ("state", "dropped") if change.field == MADE else (change.field, change.before)
                now_is = await _read(session, row, field)
                if change.field != MADE and now_is != change.after:
                    raise Conflict(row.number)
                await _set(session, row, field, value, now)
                session.add(change_row(row, into, now, by, field, now_is, value))
                change.undone = True
                row.changed_at = now
                await self._follow(session, row, frozenset({field}), now)
            return await tasks_of(session, [rows[id] for id in ids])

    async def last_batch(self, team: str, by: str, since: float) -> str | None:
        """Returns the last step that somebody took since `since` and can take back; None when there is none."""
        query = select(ChangeRow.batch).where(
            ChangeRow.team == team,
            ChangeRow.by == by,
            ChangeRow.at >= since,
            ~ChangeRow.undone,
            ChangeRow.field != COMMENT,
            ChangeRow.batch.not_like("undo:%"),
        )
        async with self.sessions() as session:
            return (await session.scalars(query.order_by(ChangeRow.id.desc()).limit(1))).first()

    async def is_by(self, team: str, batch: str, person: str) -> bool:
        """Returns whether a step was somebody's."""
        query = select(ChangeRow.by).where(ChangeRow.team == team, ChangeRow.batch == batch).limit(1)
        async with self.sessions() as session:
            return (await session.scalars(query)).first() == person

    async def history(self, team: str, id: int, limit: int = 50) -> list[Change]:
        """Returns the last changes of a task, the newest first."""
        query = select(ChangeRow).where(ChangeRow.team == team, ChangeRow.task == id)
        async with self.sessions() as session:
            rows = await session.scalars(query.order_by(ChangeRow.id.desc()).limit(limit))
            return [
                Change(row.task, row.batch, row.at, row.by, row.field, row.before, row.after, row.undone)
                for row in rows
            ]

    async def _add(self, session: AsyncSession, team: str, number: int, new: NewTask, now: float) -> TaskRow:
        row = TaskRow(
            team=team,
            number=number,
            title=new.title,
            notes=new.notes,
            state="open",
            open=1,
            asker=new.asker,
            assignee=new.assignee,
            channel=new.place.channel,
            place_kind=new.place.kind,
            thread=new.place.thread,
            message=new.place.message,
            link=new.link,
            due_at=None,
            due_wall=None,
            due_whole_day=False,
            zone=new.zone,
            priority=new.priority,
            labels=list(new.labels),
            effort=new.effort,
            estimate=list(new.estimate) if new.estimate else None,
            parent=new.parent,
            series=new.series,
            occurrence=new.occurrence,
            rule=dict(new.rule) if new.rule else None,
            pending=dict(new.pending) if new.pending else None,
            blocked="",
            reminded=0,
            made_at=now,
            changed_at=now,
            version=1,
        )
        set_due(row, new.due)
        session.add(row)
        await session.flush()
        await _set_labels(session, row)
        return row

    async def _begin(self, session: AsyncSession, row: TaskRow, new: NewTask, by: str, now: float, batch: str) -> None:
        session.add(change_row(row, batch, now, by, MADE, None, None))
        await set_after(session, row.team, row, new.after)
        await self._follow(session, row, frozenset({MADE}), now)

    async def _follow(self, session: AsyncSession, row: TaskRow, fields: frozenset[str], now: float) -> None:
        for follower in self._followers:
            await follower(session, row, fields, now)


async def locked(session: AsyncSession, team: str, ids: Sequence[int]) -> list[TaskRow]:
    """Returns the rows of tasks, in the order of `ids`, that nobody else changes before the transaction ends.

    To be the first statement of a transaction that writes: SQLite refuses one that begins to write after others did.
    """
    mine = TaskRow.team == team, TaskRow.id.in_(list(ids))
    await session.execute(update(TaskRow).where(*mine).values(version=TaskRow.version + 1))
    rows = {row.id: row for row in await session.scalars(select(TaskRow).where(*mine))}
    return [rows[id] for id in ids if id in rows]


async def tasks_of(session: AsyncSession, rows: Sequence[TaskRow]) -> list[Task]:
    """Returns the tasks of some rows, in order."""
    await session.flush()
    return [task_of(row, await after_numbers(session, row.id)) for row in rows]


def change_row(row: TaskRow, batch: str, now: float, by: str, field: str, before: Json, after: Json) -> ChangeRow:
    """Returns the history's row of one changed field."""
    return ChangeRow(
        team=row.team, task=row.id, batch=batch, at=now, by=by, field=field, before=before, after=after, undone=False
    )


async def _read(session: AsyncSession, row: TaskRow, field: str) -> Json:
    return [*await after_numbers(session, row.id)] if field == "after" else read_field(row, field)


async def _set(session: AsyncSession, row: TaskRow, field: str, value: Json, now: float) -> None:
    if field == "after":
        await set_after(session, row.team, row, [int(str(one)) for one in value] if isinstance(value, list) else ())
        return
    set_field(row, field, value, now)
    if field == "labels":
        await _set_labels(session, row)


async def _set_labels(session: AsyncSession, row: TaskRow) -> None:
    await session.execute(delete(LabelRow).where(LabelRow.task == row.id))
    for label in dict.fromkeys(label.casefold() for label in row.labels):
        session.add(LabelRow(task=row.id, label=label, team=row.team))


async def _take_numbers(session: AsyncSession, team: str, count: int) -> int:
    """Returns the first of `count` numbers that nobody else gets; writes first, as `locked` says."""
    dialect = session.get_bind().dialect.name
    insert = INSERT[dialect](CounterRow).values(team=team, next=1 + count)
    taken = insert.on_conflict_do_update(index_elements=["team"], set_={"next": CounterRow.next + count})
    return int((await session.execute(taken.returning(CounterRow.next))).scalar_one()) - count


async def _made_by(session: AsyncSession, team: str, batch: str) -> list[TaskRow]:
    made = select(ChangeRow.task).where(ChangeRow.team == team, ChangeRow.batch == batch, ChangeRow.field == MADE)
    rows = await session.scalars(select(TaskRow).where(TaskRow.id.in_(made)).order_by(TaskRow.id))
    return list(rows)


async def _is_taken(session: AsyncSession, team: str, batch: str, ids: Sequence[int]) -> bool:
    seen = select(func.count()).select_from(ChangeRow)
    here = ChangeRow.team == team, ChangeRow.batch == batch, ChangeRow.task.in_(list(ids))
    return bool((await session.execute(seen.where(*here))).scalar_one())
