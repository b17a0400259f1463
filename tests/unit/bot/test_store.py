"""The tables' own rules, on a real file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, update

from bot.delivery import Outgoing
from bot.runtime import KEEP_ANSWERS, KEEP_DELIVERIES, forget_old
from bot.store import engine, inbox_rows, outbox_rows
from bot.store.engine import Database
from bot.store.errors import DatabaseInUse, DatabaseUnreachable
from bot.store.models import Base, InboxRow, OutboxRow
from bot.store.upgrade import BRANCH, known_heads, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path)
    yield opened
    await opened.close()


def outgoing(id: str, **fields: Any) -> Outgoing:
    return Outgoing(**{"id": id, "team": "T1", "kind": "post", "channel": "C1", "payload": {"text": id}, **fields})


async def keep(database: Database, delivery: str, message: str | None = None, owner: str = "me") -> int | None:
    return await database.run(lambda c: inbox_rows.keep(c, "T1", delivery, message, {"words": delivery}, owner))


async def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    def compare(connection: Any) -> None:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
            assert {index["name"] for index in found.get_indexes(table.name)} >= {one.name for one in table.indexes}

    await database.run(compare)


def test_a_branch_has_one_head() -> None:
    heads, revisions = known_heads([BRANCH])
    assert len(heads) == 1
    assert heads <= revisions


async def test_a_delivery_and_its_message_are_kept_once(database: Database) -> None:
    assert await keep(database, "Ev1", "C1:1.0") is not None
    assert await keep(database, "Ev1", "C1:1.0") is None
    assert await keep(database, "Ev2", "C1:1.0") is None
    assert await keep(database, "Ev3", None) is not None
    assert await keep(database, "Ev4", None) is not None


async def test_a_row_is_closed_by_its_owner_alone_and_keeps_its_keys_only(database: Database) -> None:
    row = await keep(database, "Ev1")
    assert row is not None
    assert not await database.run(lambda c: inbox_rows.close(c, row, "another"))
    assert await database.run(lambda c: inbox_rows.close(c, row, "me"))
    assert not await database.run(lambda c: inbox_rows.close(c, row, "me"))
    body = await database.run(lambda c: c.execute(InboxRow.__table__.select()).one())
    assert body.body is None
    assert await keep(database, "Ev1") is None


async def test_open_rows_of_the_dead_are_taken_over_in_the_order_they_came(database: Database) -> None:
    for number in range(5):
        await keep(database, f"Ev{number}", owner="dead" if number % 2 == 0 else "alive")
    taken = await database.run(lambda c: inbox_rows.take_over(c, "me", ["me", "alive"]))
    assert [kept.delivery for kept in taken] == ["Ev0", "Ev2", "Ev4"]
    assert taken[0].body == {"words": "Ev0"}
    assert await database.run(lambda c: inbox_rows.take_over(c, "me", ["me", "alive"])) == []


async def test_what_is_older_than_it_is_kept_is_deleted_and_nothing_else(database: Database) -> None:
    old, new, still_open = [await keep(database, name) for name in ("old", "new", "open")]
    now = time.time()

    def prepare(connection: Any) -> None:
        for row in (old, new):
            assert row is not None
            inbox_rows.close(connection, row, "me")
        for row in (old, still_open):
            connection.execute(
                update(InboxRow).where(InboxRow.id == row).values(received_at=now - KEEP_DELIVERIES - 60)
            )
        for id, state in (("sent", "sent"), ("queued", "queued"), ("young", "sent")):
            item = outbox_rows.add(connection, outgoing(id), "queued", None)
            assert item is not None
            if state == "sent":
                outbox_rows.finish(connection, item, "sent", "1.0", None)
            if id != "young":
                connection.execute(
                    update(OutboxRow).where(OutboxRow.id == id).values(created_at=now - KEEP_ANSWERS - 60)
                )

    await database.run(prepare)
    await forget_old(database)
    left = await database.run(
        lambda c: (
            set(c.execute(InboxRow.__table__.select()).scalars()),
            {row.id for row in c.execute(OutboxRow.__table__.select())},
        )
    )
    assert left == ({new, still_open}, {"queued", "young"})


@pytest.mark.parametrize("words", ["half a pair \ud83d", "nul \x00 inside", "emoji 🙂 and 中文"])
async def test_any_words_of_a_question_can_be_stored(database: Database, words: str) -> None:
    await database.run(lambda c: outbox_rows.add(c, outgoing("a1", question=words), "queued", None))
    await database.run(lambda c: inbox_rows.keep(c, "T1", "Ev1", None, {"text": words}, "me"))
    [kept] = await database.run(lambda c: inbox_rows.take_over(c, "me", []))
    assert kept.body == {"text": words}


async def test_queries_for_open_rows_use_their_small_indexes(database: Database) -> None:
    def plan(connection: Any, query: str) -> str:
        return " ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))

    for query, index in (
        ("SELECT 1 FROM inbox WHERE done_at IS NULL", "inbox_open"),
        ("SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')", "outbox_open"),
        ("SELECT 1 FROM due WHERE done_at IS NULL AND due_at <= 5", "due_open"),
    ):
        assert index in await database.run(partial(plan, query=query))


async def test_a_database_that_another_process_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(tmp_path / "deskhand.db")
    holder.execute("CREATE TABLE alembic_version (version_num TEXT)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseInUse, match="is locked by another process"):
        await open_database(tmp_path)
    holder.close()


async def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "deskhand.db") as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")
    other.close()
    with pytest.raises(DatabaseUnreachable, match="not Deskhand's"):
        await open_database(tmp_path)


@pytest.mark.parametrize("url", ["nonsense", "mysql://me:hush@host/db"])
async def test_a_url_of_no_known_database_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="DATABASE_URL") as refused:
        await open_database(tmp_path, url)
    assert "hush" not in str(refused.value)
