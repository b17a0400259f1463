"""The fields of a task that can be changed: how each is set in its row, and written in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from skills.base import Place
from skills.reply import Json
from skills.tasks.store.tables import TaskRow
from skills.tasks.store.task import OPEN_STATES, Due, State, Task

PLAIN = frozenset({"title", "notes", "assignee", "priority", "effort", "blocked", "snoozed_until", "parent", "link"})
FIELDS = PLAIN | {"state", "due", "labels", "estimate", "planned", "rule", "pending", "after"}
"""What `Tasks.change` takes. `after` is a matter of another table, and is set there."""


def due_of(row: TaskRow) -> Due | None:
    """Returns when the task of a row is due."""
    return Due.read(row.due_wall, row.due_whole_day, row.zone) if row.due_wall is not None else None


def due_json(due: Due | None) -> Json:
    """Returns a due time as the history writes it."""
    return None if due is None else [due.written, due.whole_day, due.zone]


def due_read(written: Json) -> Due | None:
    """Returns the due time that `due_json` wrote."""
    if not isinstance(written, list):
        return None
    wall, whole_day, zone = written
    return Due.read(str(wall), bool(whole_day), str(zone))


def read_field(row: TaskRow, field: str) -> Json:
    """Returns a field of a row as the history writes it."""
    match field:
        case "due":
            return due_json(due_of(row))
        case "planned":
            return None if row.planned_start is None else [row.planned_start, row.planned_finish]
    return cast(Json, getattr(row, field))


def written(field: str, value: Any) -> Json:
    """Returns a new value as the history writes it."""
    if isinstance(value, Due):
        return due_json(value)
    if field in ("labels", "estimate", "planned", "after") and value is not None:
        return list(value)
    return cast(Json, dict(value)) if isinstance(value, Mapping) else cast(Json, value)


def set_field(row: TaskRow, field: str, value: Json, now: float) -> None:
    """Sets a field of a row to what the history wrote; `now` is epoch seconds."""
    match field:
        case "due":
            set_due(row, due_read(value))
        case "planned":
            start, finish = cast(Sequence[float], value) if value else (None, None)
            row.planned_start, row.planned_finish = start, finish
        case "state":
            set_state(row, str(value), now)
        case _:
            setattr(row, field, value)


def set_due(row: TaskRow, due: Due | None) -> None:
    """Sets when a task is due."""
    if due is None:
        row.due_at = row.due_wall = None
        row.due_whole_day = False
    else:
        row.due_at, row.due_wall, row.due_whole_day, row.zone = due.at, due.written, due.whole_day, due.zone


def set_state(row: TaskRow, state: str, now: float) -> None:
    """Sets a task's state, and since when it is in it."""
    row.state = state
    row.open = 1 if state in OPEN_STATES else None
    row.done_at = now if state == "done" else None
    if state == "open":
        row.begun_at = None
    elif state in ("doing", "done") and row.begun_at is None:
        row.begun_at = now


def task_of(row: TaskRow, after: Sequence[int]) -> Task:
    """Returns the task of a row; `after` are the numbers of those that it waits for."""
    planned = (row.planned_start, row.planned_finish)
    return Task(
        id=row.id,
        team=row.team,
        number=row.number,
        title=row.title,
        notes=row.notes,
        state=cast(State, row.state),
        asker=row.asker,
        assignee=row.assignee,
        place=Place(row.channel, cast(Any, row.place_kind), row.thread, row.message),
        link=row.link,
        due=due_of(row),
        zone=row.zone,
        priority=row.priority,
        labels=tuple(row.labels),
        effort=row.effort,
        estimate=cast("tuple[int, int, int]", tuple(row.estimate)) if row.estimate else None,
        after=tuple(after),
        parent=row.parent,
        series=row.series,
        occurrence=row.occurrence,
        rule=row.rule,
        planned=(planned[0], planned[1]) if planned[0] is not None and planned[1] is not None else None,
        blocked=row.blocked,
        snoozed_until=row.snoozed_until,
        made_at=row.made_at,
        begun_at=row.begun_at,
        done_at=row.done_at,
        changed_at=row.changed_at,
        version=row.version,
        pending=row.pending,
    )
