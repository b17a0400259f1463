"""Several bots on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from killing import SMALL_BOT, BotProcess
from slack_bolt.request.async_request import AsyncBoltRequest
from small_bot import SmallBot
from starting import StartBot

from bot.clock import Clock
from bot.delivery import Outgoing
from bot.due import Due, DueItem
from bot.outbox import Outbox
from bot.replica import Replica
from bot.sending import Courier
from bot.slack import open_session, web_client
from bot.store.errors import DatabaseUnreachable
from bot.store.upgrade import open_database
from bot.workspace.testing import RunningWorkspace

pytestmark = pytest.mark.postgres


async def test_a_bot_on_postgres_answers_and_drops_twins(
    workspace: RunningWorkspace, start_bot: StartBot, postgres: str
) -> None:
    ana = workspace.person("ana")
    async with start_bot(database={"url": postgres}) as bot:
        ts = await ana.mention("general", "one")
        await ana.wait_for_reply("general", ts)
        await workspace.wait_until_idle()
        assert len(bot.seen) == 1


async def test_an_event_given_to_two_replicas_is_answered_by_one(
    workspace: RunningWorkspace, start_bot: StartBot, postgres: str
) -> None:
    ana = workspace.person("ana")
    async with (
        start_bot(database={"url": postgres}) as first,
        start_bot(database={"url": postgres}) as second,
    ):
        assert first.runtime is not None
        assert second.runtime is not None
        runtimes = (first.runtime, second.runtime)
        for number in range(5):
            kinds = ("message", "app_mention")
            bodies = [_event(workspace, f"Ev{number}{kind}", kind, f"17000000{number}.000100") for kind in kinds]
            await asyncio.gather(
                *(
                    runtime.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
                    for body in bodies * 2
                    for runtime in runtimes
                )
            )
        for runtime in runtimes:
            await runtime.inbox.finish(5)
            await runtime.outbox.drained()
        assert len(first.seen) + len(second.seen) == 5
        answers = [message for message in await ana.history("general") if message["user"] == workspace.bot_user]
        assert len(answers) == 5


def _event(workspace: RunningWorkspace, id: str, kind: str, ts: str) -> dict[str, object]:
    return {
        "type": "event_callback",
        "team_id": "T0LOCAL",
        "event_id": id,
        "event": {
            "type": kind,
            "channel": workspace.channel("general"),
            "user": workspace.user_id("ana"),
            "text": f"<@{workspace.bot_user}> flat",
            "ts": ts,
        },
    }


async def test_what_a_killed_replica_had_accepted_is_answered_by_the_other_within_twenty_seconds(
    workspace: RunningWorkspace, start_bot: StartBot, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = workspace.person("ana")
    monkeypatch.setenv("DATABASE_URL", postgres)
    doomed = BotProcess(workspace, SMALL_BOT, tmp_path / "doomed", tmp_path / "doomed.log")
    await doomed.start()
    asked = [await ana.dm(f"slow {number}") for number in range(3)]
    await workspace.wait_until_idle()
    await doomed.kill()
    killed = time.monotonic()
    heir = SmallBot()
    heir.release.set()
    async with start_bot(heir, database={"url": postgres}):
        for ts in asked:
            await ana.wait_for_reply("deskhand", ts, timeout=20)
        assert time.monotonic() - killed < 20
        assert len(heir.seen) == 3
        assert all(recovered for _, recovered in heir.seen)


async def test_due_rows_are_claimed_by_one_replica_each(postgres: str, tmp_path: Path) -> None:
    done: list[str] = []

    async def handle(item: DueItem) -> Sequence[Outgoing]:
        done.append(item.key)
        await asyncio.sleep(0)
        return ()

    async with open_session() as session:
        databases = [await open_database(tmp_path, postgres) for _ in range(2)]
        replicas = [Replica(database) for database in databases]
        dues = []
        for database, replica in zip(databases, replicas, strict=True):
            courier = Courier(web_client("xoxb-x", "http://127.0.0.1:9/api/", session), session)
            due = Due(database, Outbox(database, courier, replica.id), replica.id, Clock())
            due.handler = handle
            dues.append(due)
            await replica.beat()
        now = datetime.now(UTC)
        schedule = partial(dues[0].schedule, "tasks", "reminder", team="T0LOCAL", payload={})
        for number in range(250):
            await schedule(f"key{number}", now - timedelta(seconds=250 - number))
        await schedule("key7", now)
        await asyncio.gather(*(due.tick(replica.alive) for due, replica in zip(dues, replicas, strict=True)))
        for due in dues:
            await due.finish(10)
        for database in databases:
            await database.close()
    assert sorted(done) == sorted(f"key{number}" for number in range(250))


async def test_a_database_that_does_not_exist_is_named(postgres_server: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="no such database"):
        await open_database(tmp_path, postgres_server.rpartition("/")[0] + "/missing")


async def test_a_refused_password_is_named(postgres: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(postgres)
    await connection.execute("DROP ROLE IF EXISTS guarded")
    await connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    await connection.close()
    with pytest.raises(DatabaseUnreachable, match="refuses user or password") as refused:
        await open_database(tmp_path, postgres.replace("deskhand@", "guarded:wrong@"))
    assert "wrong" not in str(refused.value)
