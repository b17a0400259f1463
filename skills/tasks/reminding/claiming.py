"""Takes what is due, person by person in order of priority, and stores one message for each, all in one transaction."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.tasks.reminding.course import Course, aged, step
from skills.tasks.reminding.following import deadline_of, recipient
from skills.tasks.reminding.leases import lease
from skills.tasks.reminding.tables import ReminderRow, TurnRow
from skills.tasks.reminding.working import Working, WorkingsOf
from skills.tasks.store.tables import TaskRow

AHEAD_SECONDS = 300.0
"""What comes due so soon after is told along."""

LATE_SECONDS = 900.0
"""What was due longer ago than this was missed: nobody was there to send it."""

SCANNED = 5_000
"""Of so many tasks, the most urgent that are due, the next people are those who are told first."""

_T = cast(Table, TaskRow.__table__).c
_RECIPIENT = func.coalesce(_T.assignee, _T.asker)
_ORDER = (_T.priority, func.coalesce(_T.due_at, _T.remind_at), _T.id)
"""Priority, then how late the task is."""
_COLUMNS = (
    _T.id, _T.asker, _T.assignee, _T.priority, _T.due_at, _T.due_whole_day, _T.made_at, _T.remind_at, _T.reminded,
)  # fmt: skip

_MOVE = {
    "sqlite": text(
        "UPDATE tasks_tasks SET remind_at = json_extract(value, '$.at'), reminded = json_extract(value, '$.stage')"
        " FROM json_each(:moved) WHERE tasks_tasks.id = json_extract(value, '$.task')"
    ),
    "postgresql": text(
        "UPDATE tasks_tasks SET remind_at = moved.at, reminded = moved.stage"
        " FROM json_to_recordset(CAST(:moved AS json)) AS moved(task bigint, at double precision, stage integer)"
        " WHERE tasks_tasks.id = moved.task"
    ),
}
"""By dialect: moves all tasks on by one statement; asyncpg would send one for each."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """How many tasks were looked at, and the keys of the messages that came of them, the most urgent first."""

    tasks: int
    keys: tuple[str, ...]


async def teams_due(sessions: async_sessionmaker[AsyncSession], now: float) -> list[str]:
    """Returns the teams of which something is due."""
    async with sessions() as session:
        return list(await session.scalars(select(_T.team).where(_T.remind_at <= now).distinct().order_by(_T.team)))


async def next_people(sessions: async_sessionmaker[AsyncSession], team: str, now: float, limit: int) -> list[str]:
    """Returns up to `limit` people of a team who are to be reminded now, those of the most urgent tasks first."""
    async with sessions() as session:
        return await _next_people(session, team, now, limit)


async def claim(
    sessions: async_sessionmaker[AsyncSession],
    workings_of: WorkingsOf,
    team: str,
    now: float,
    owner: str,
    limit: int,
    quiet: Mapping[str, float],
) -> Claimed:
    """Stores a message for each of the next `limit` people, to be sent by `owner`, and moves their tasks on.

    `quiet` says until when somebody is not to be disturbed; they, and who doesn't work now, are left for later.
    """
    async with sessions.begin() as session:
        await _take_turn(session, team)
        people = await _next_people(session, team, now, limit)
        found = await _due_of(session, team, people, now)
        workings = await workings_of(session, team, people)
        moved, messages = [], []
        for person, rows in found.items():
            steps = _steps(rows, workings[person], now, quiet.get(person))
            moved += steps
            message = _message(team, person, rows, steps, now, owner)
            if message is not None:
                messages.append(message)
        if moved:
            await session.execute(_MOVE[session.get_bind().dialect.name], {"moved": json.dumps(moved)})
        if messages:
            await session.execute(insert(ReminderRow.__table__), messages)  # type: ignore[arg-type]
    return Claimed(len(moved), tuple(one["key"] for one in messages))


def _steps(rows: Sequence[Any], working: Working, now: float, quiet: float | None) -> list[dict[str, Any]]:
    steps = []
    for row in rows:
        # Without the moment itself, so that the steps of many tasks are the same.
        course = Course.read(None, row.reminded)
        taken = step(course, aged(deadline_of(row), working), working, now, max(0.0, row.remind_at - now), quiet)
        steps.append({"task": row.id, "at": taken.course.at, "stage": taken.course.reminded, "told": taken.told})
    return steps


def _message(
    team: str, person: str, rows: Sequence[Any], steps: Sequence[Mapping[str, Any]], now: float, owner: str
) -> dict[str, Any] | None:
    told = [(row, one["told"]) for row, one in zip(rows, steps, strict=True) if one["told"] is not None]
    if not told:
        return None
    return {
        "team": team,
        "person": person,
        "key": f"reminder {secrets.token_hex(12)}",
        "tasks": [[row.id, kind, row.due_at] for row, kind in told],
        "about": None,
        "priority": told[0][0].priority,
        "late": any(row.remind_at < now - LATE_SECONDS for row, _ in told),
        "state": "claimed",
        "at": now,
        "not_before": now,
        "attempts": 0,
        "owner": owner,
        "leased_until": lease(),
    }


async def _take_turn(session: AsyncSession, team: str) -> None:
    """Waits until no other replica claims of this team; writes first, as SQLite wants it."""
    turn = INSERT[session.get_bind().dialect.name](TurnRow).values(team=team, turn=1)
    await session.execute(turn.on_conflict_do_update(index_elements=["team"], set_={"turn": TurnRow.turn + 1}))


async def _next_people(session: AsyncSession, team: str, now: float, limit: int) -> list[str]:
    due = select(_RECIPIENT).where(_T.team == team, _T.remind_at <= now).order_by(*_ORDER).limit(max(SCANNED, limit))
    return list(dict.fromkeys(await session.scalars(due)))[:limit]


async def _due_of(session: AsyncSession, team: str, people: Sequence[str], now: float) -> Mapping[str, Sequence[Any]]:
    """Returns the tasks of each of some people that are due or soon will be; left out are those being changed."""
    awake = or_(_T.snoozed_until.is_(None), _T.snoozed_until <= now)
    due = select(*_COLUMNS).where(_T.team == team, _T.remind_at <= now + AHEAD_SECONDS, awake, _RECIPIENT.in_(people))
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in await session.execute(due.order_by(*_ORDER).with_for_update(skip_locked=True)):
        rows[recipient(row)].append(row)
    return rows
