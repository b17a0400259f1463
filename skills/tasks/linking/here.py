"""A task's side of a link: what it shows of the shared fields, since when, and how an issue's values are set in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.reply import Json
from skills.tasks.linking.tracker import Tracker
from skills.tasks.linking.values import Values
from skills.tasks.store.fields import due_of
from skills.tasks.store.tables import ChangeRow, TaskRow
from skills.tasks.store.task import TITLE, Due

COLUMNS: Mapping[str, str] = {
    "title": "title",
    "description": "notes",
    "state": "state",
    "due": "due",
    "labels": "labels",
    "assignee": "assignee",
}
"""The task's field of each shared one."""


@dataclass(frozen=True, slots=True)
class Here:
    """A task's values, and when each was last changed (epoch seconds)."""

    values: Values
    at: Mapping[str, float]


async def read_here(session: AsyncSession, team: str, task: int) -> Here | None:
    """Returns what a task shows; None where there is none."""
    row = await session.scalar(select(TaskRow).where(TaskRow.team == team, TaskRow.id == task))
    if row is None:
        return None
    latest = select(ChangeRow.field, func.max(ChangeRow.at)).where(
        ChangeRow.team == team, ChangeRow.task == task, ChangeRow.field.in_(list(COLUMNS.values()))
    )
    at = {field: float(moment) for field, moment in (await session.execute(latest.group_by(ChangeRow.field))).all()}
    return Here(values_of(row), {field: at.get(column, row.made_at) for field, column in COLUMNS.items()})


def values_of(row: TaskRow) -> dict[str, Json]:
    """Returns the shared fields of a task's row."""
    due = due_of(row)
    return {
        "title": row.title,
        "description": row.notes,
        "state": row.state,
        "due": None if due is None else due.day.isoformat(),
        "labels": list(row.labels),
        "assignee": row.assignee,
    }


def task_fields(row: TaskRow, pulled: Values, tracker: Tracker) -> dict[str, Any]:
    """Returns what `Tasks.change_row` sets for an issue's values."""
    fields: dict[str, Any] = {COLUMNS[field]: value for field, value in pulled.items()}
    if "title" in fields:
        fields["title"] = str(fields["title"])[:TITLE] or row.title
    if "due" in fields:
        fields["due"] = _due(row, fields["due"])
    if "labels" in fields:
        fields["labels"] = _labels(row, fields["labels"], tracker)
    return fields


def _due(row: TaskRow, day: str | None) -> Due | None:
    """Returns a due day; the hour stays where the task had one."""
    if day is None:
        return None
    before = due_of(row)
    hour = before.wall.time() if before is not None and not before.whole_day else None
    at = datetime.combine(date.fromisoformat(day), hour or datetime.min.time())
    return Due(at, hour is None, row.zone)


def _labels(row: TaskRow, theirs: Sequence[str], tracker: Tracker) -> list[str]:
    """Returns the issue's labels, spelled as the task spells them, and those that the tracker can't show."""
    values = values_of(row)
    shown = {one: tracker.shown({**values, "labels": [one]})["labels"] for one in row.labels}
    spelled = {str(words[0]).casefold(): one for one, words in shown.items() if isinstance(words, list) and words}
    kept = [one for one, words in shown.items() if not words]
    return [*dict.fromkeys([spelled.get(label.casefold(), label) for label in theirs] + kept)]
