"""Tasks kept in a database: numbered, changed with a history, undone, waiting for each other."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import inspect

from bot.store.engine import Database
from skills.base import Place
from skills.tasks.store.dependencies import Circular, UnknownTasks
from skills.tasks.store.rows import Conflict, Tasks
from skills.tasks.store.tables import Base
from skills.tasks.store.task import Due, NewTask

TEAM = "T1"
NOW = 1_800_000_000.0
BOTH = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def new(title: str = "Ship the notes", **fields: Any) -> NewTask:
    values = {"asker": "U1", "place": Place("C1", "channel"), "zone": "Europe/Berlin", **fields}
    return NewTask(title, **values)


@BOTH
async def test_the_tables_are_those_of_the_models(database: Database) -> None:
    def columns(connection: Any) -> dict[str, set[str]]:
        names = Base.metadata.tables
        return {name: {column["name"] for column in inspect(connection).get_columns(name)} for name in names}

    kept = await database.run(columns)
    assert kept == {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}


@BOTH
async def test_tasks_are_numbered_a_team_and_nobody_gets_a_number_twice(tasks: Tasks) -> None:
    made = await asyncio.gather(*(tasks.add(TEAM, [new(), new()], "U1", NOW, f"b{n}") for n in range(10)))
    assert sorted(task.number for some in made for task in some) == list(range(1, 21))
    (other,) = await tasks.add("T2", [new()], "U1", NOW, "b0")
    assert other.number == 1


async def test_the_same_request_makes_its_tasks_once(tasks: Tasks) -> None:
    first = await tasks.add(TEAM, [new("a"), new("b")], "U1", NOW, "request")
    again = await tasks.add(TEAM, [new("a"), new("b")], "U1", NOW, "request")
    assert [task.id for task in first] == [task.id for task in again]


async def test_a_change_is_kept_with_who_made_it_and_what_it_was_before(tasks: Tasks) -> None:
    (task,) = await tasks.add(TEAM, [new()], "U1", NOW, "b1")
    due = Due(datetime.fromisoformat("2026-12-04T17:00"), False, "Europe/Berlin")
    (changed,) = await tasks.change(
        TEAM, [task.id], {"assignee": "U2", "due": due, "title": task.title}, "U1", NOW + 1, "b2"
    )
    assert (changed.assignee, changed.due) == ("U2", due)
    kept = [(one.field, one.before, one.after, one.by) for one in await tasks.history(TEAM, task.id)]
    assert kept == [
        ("due", None, ["2026-12-04T17:00:00", False, "Europe/Berlin"], "U1"),
        ("assignee", None, "U2", "U1"),
        ("made", None, None, "U1"),
    ]


async def test_a_change_that_comes_again_after_a_crash_is_made_once(tasks: Tasks) -> None:
    (task,) = await tasks.add(TEAM, [new()], "U1", NOW, "b1")
    await tasks.change(TEAM, [task.id], {"state": "done"}, "U1", NOW, "b2")
    await tasks.change(TEAM, [task.id], {"state": "open"}, "U1", NOW, "b3")
    (again,) = await tasks.change(TEAM, [task.id], {"state": "done"}, "U1", NOW, "b2")
    assert again.state == "open"


async def test_undo_takes_back_one_step_of_several_tasks_at_once(tasks: Tasks) -> None:
    made = await tasks.add(TEAM, [new("a", labels=("X",)), new("b")], "U1", NOW, "b1")
    ids = [task.id for task in made]
    await tasks.change(TEAM, ids, {"state": "done", "labels": ("Y",)}, "U1", NOW + 5, "b2")
    assert await tasks.last_batch(TEAM, "U1", NOW) == "b2"
    back = await tasks.undo(TEAM, "b2", "U1", NOW + 6, "undo:1")
    assert [(task.state, task.labels, task.done_at) for task in back] == [("open", ("X",), None), ("open", (), None)]
    assert await tasks.last_batch(TEAM, "U1", NOW) == "b1"
    gone = await tasks.undo(TEAM, "b1", "U1", NOW + 7, "undo:2")
    assert {task.state for task in gone} == {"dropped"}


async def test_what_somebody_changed_since_is_not_undone_behind_their_back(tasks: Tasks) -> None:
    (task,) = await tasks.add(TEAM, [new()], "U1", NOW, "b1")
    await tasks.change(TEAM, [task.id], {"priority": 1}, "U1", NOW, "b2")
    await tasks.change(TEAM, [task.id], {"priority": 4}, "U2", NOW, "b3")
    with pytest.raises(Conflict):
        await tasks.undo(TEAM, "b2", "U1", NOW, "undo:1")


async def test_tasks_never_wait_for_each_other_in_a_circle(tasks: Tasks) -> None:
    a, b, c = await tasks.add(TEAM, [new("a"), new("b"), new("c")], "U1", NOW, "b1")
    await tasks.change(TEAM, [b.id], {"after": (a.number,)}, "U1", NOW, "b2")
    await tasks.change(TEAM, [c.id], {"after": (b.number,)}, "U1", NOW, "b3")
    with pytest.raises(Circular) as circle:
        await tasks.change(TEAM, [a.id], {"after": (c.number,), "title": "changed"}, "U1", NOW, "b4")
    assert circle.value.numbers[0] == circle.value.numbers[-1]
    assert set(circle.value.numbers) == {1, 2, 3}
    assert {one.field for one in await tasks.history(TEAM, a.id)} == {"made"}
    with pytest.raises(Circular):
        await tasks.change(TEAM, [a.id], {"after": (a.number,)}, "U1", NOW, "b5")


async def test_nothing_is_made_when_what_it_waits_for_is_not_there(tasks: Tasks) -> None:
    with pytest.raises(UnknownTasks):
        await tasks.add(TEAM, [new("a"), new("b", after=(99,))], "U1", NOW, "b1")
    (task,) = await tasks.add(TEAM, [new()], "U1", NOW, "b2")
    assert task.number == 1
