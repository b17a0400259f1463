"""What the outbox does when Slack says wait, fails, or refuses; and what it does after a crash."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from small_bot import SmallBot
from sqlalchemy import Connection, update
from starting import StartBot

from bot.delivery import Outgoing
from bot.store import outbox_rows
from bot.store.models import OutboxRow
from bot.workspace.testing import RunningWorkspace


def post(workspace: RunningWorkspace, id: str, channel: str = "general", **fields: Any) -> Outgoing:
    values: dict[str, Any] = {
        "id": id,
        "team": "T0LOCAL",
        "kind": "post",
        "channel": workspace.channel(channel),
        "payload": {"text": f"text of {id}"},
    }
    return Outgoing(**{**values, **fields})


async def texts(workspace: RunningWorkspace, channel: str) -> list[str]:
    """What the bot has posted in a channel, oldest first."""
    history = await workspace.person("ana").history(channel)
    return [message["text"] for message in reversed(history) if message["user"] == workspace.bot_user]


async def eventually(look: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not await look():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


async def state(bot: SmallBot, id: str) -> str:
    assert bot.runtime is not None
    found = await bot.runtime.database.run(lambda connection: outbox_rows.fate(connection, id))
    assert found is not None
    return found[0]


def outbox(bot: SmallBot) -> Any:
    assert bot.runtime is not None
    return bot.runtime.outbox


async def test_retry_after_silences_its_channel_and_no_other(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        await workspace.lever("fault", {"method": "chat.postMessage", "status": 429, "retry_after": 2})
        began = time.monotonic()
        await outbox(bot).post([post(workspace, "a1"), post(workspace, "a2")])
        await workspace.wait_for(lambda entry: entry.get("status") == 429)
        await outbox(bot).post([post(workspace, "b1", "random")])
        await eventually(lambda: _has(workspace, "random", "text of b1"))
        assert time.monotonic() - began < 2.0
        await outbox(bot).drained()
        assert time.monotonic() - began >= 2.0
        assert await texts(workspace, "general") == ["text of a1", "text of a2"]


async def _has(workspace: RunningWorkspace, channel: str, text: str) -> bool:
    return text in await texts(workspace, channel)


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_error_loses_and_doubles_nothing(
    workspace: RunningWorkspace, start_bot: StartBot, status: int
) -> None:
    async with start_bot() as bot:
        await workspace.lever("fault", {"method": "chat.postMessage", "status": status, "times": 2})
        await outbox(bot).post([post(workspace, "a1"), post(workspace, "a2")])
        await outbox(bot).drained()
        assert await texts(workspace, "general") == ["text of a1", "text of a2"]


@pytest.mark.parametrize("error", ["is_archived", "msg_too_long", "not_in_channel", "invalid_blocks"])
async def test_a_refused_answer_is_told_and_the_queue_goes_on(
    workspace: RunningWorkspace, start_bot: StartBot, error: str
) -> None:
    async with start_bot() as bot:
        await workspace.lever("fault", {"method": "chat.postMessage", "error": error})
        await outbox(bot).post([post(workspace, "a1"), post(workspace, "a2")])
        await outbox(bot).drained()
        assert await state(bot, "a1") == "failed"
        assert bot.notices.calls == [("refused", "a1", error)]
        assert await texts(workspace, "general") == ["text of a2"]


async def test_the_same_answer_is_said_once(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        await outbox(bot).post([post(workspace, "a1")])
        await outbox(bot).post([post(workspace, "a1")])
        await outbox(bot).drained()
        assert await texts(workspace, "general") == ["text of a1"]


async def test_an_ephemeral_that_slack_refuses_in_a_channel_comes_by_the_response_url(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot():
        await workspace.lever("fault", {"method": "chat.postEphemeral", "error": "user_not_in_channel"})
        await ana.command("general", "/ask", "anything")
        found = await ana.wait_for_message("general", lambda message: "private answer" in message["text"])
        assert found["is_ephemeral"]


async def test_an_update_and_a_delete_wait_for_the_message_that_they_concern(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    async with start_bot() as bot:
        await outbox(bot).post(
            [
                post(workspace, "a1"),
                post(workspace, "a2"),
                post(workspace, "u1", kind="update", target="a1", payload={"text": "new text"}),
                post(workspace, "d2", kind="delete", target="a2", payload={}),
            ]
        )
        await outbox(bot).drained()
        assert await texts(workspace, "general") == ["new text"]


async def test_an_update_of_what_was_never_sent_is_dropped(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        await workspace.lever("fault", {"method": "chat.postMessage", "error": "is_archived"})
        await outbox(bot).post([post(workspace, "a1"), post(workspace, "u1", kind="update", target="a1")])
        await outbox(bot).drained()
        assert await state(bot, "u1") == "dropped"


async def test_a_method_that_the_server_lacks_is_called_once(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        await workspace.lever("fault", {"method": "chat.update", "error": "unknown_method", "times": 5})
        await outbox(bot).post([post(workspace, "a1")])
        for number in range(3):
            await outbox(bot).post([post(workspace, f"u{number}", kind="update", target="a1")])
        await outbox(bot).drained()
        assert len([entry for entry in workspace.log("call") if entry["method"] == "chat.update"]) == 1


async def test_posts_in_flight_at_a_crash_are_looked_for_and_ephemerals_are_not_said_again(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        root = await ana.post("general", "root")
        rows = [
            post(workspace, "arrived"),
            post(workspace, "missing"),
            post(workspace, "in_thread", thread=root),
            post(workspace, "ephemeral", kind="ephemeral", person=ana.id),
        ]
        await outbox(bot).post(rows[:1])
        await outbox(bot).post(rows[2:3])
        await outbox(bot).drained()
        # What a process leaves behind that is killed between Slack's answer and its own note of it.
        assert bot.runtime is not None
        await bot.runtime.database.run(lambda connection: _leave_in_flight(connection, rows))
    async with start_bot() as bot:
        await outbox(bot).drained()
        assert sorted(await texts(workspace, "general")) == ["text of arrived", "text of missing"]
        thread = await ana.replies("general", root)
        assert [message["text"] for message in thread[1:]] == ["text of in_thread"]
        assert await state(bot, "ephemeral") == "lost"
        assert [await state(bot, one.id) for one in rows[:3]] == ["sent"] * 3


async def test_what_cannot_be_looked_for_is_not_said_again(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        assert bot.runtime is not None
        await bot.runtime.database.run(lambda connection: _leave_in_flight(connection, [post(workspace, "a1")]))
    await workspace.lever("fault", {"method": "conversations.history", "error": "unknown_method"})
    async with start_bot() as bot:
        await outbox(bot).post([post(workspace, "a2")])
        await outbox(bot).drained()
        assert await state(bot, "a1") == "lost"
        assert await texts(workspace, "general") == ["text of a2"]


def _leave_in_flight(connection: Connection, rows: list[Outgoing]) -> None:
    for row in rows:
        outbox_rows.add(connection, row, "sending", None)
        connection.execute(
            update(OutboxRow).where(OutboxRow.id == row.id).values(state="sending", payload=dict(row.payload))
        )


async def test_thousands_that_wait_are_sent_in_order(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot() as bot:
        await outbox(bot).post([post(workspace, f"n{number:04}") for number in range(300)])
        await outbox(bot).drained()
        assert len([entry for entry in workspace.log("call") if entry["method"] == "chat.postMessage"]) == 300
        newest = await texts(workspace, "general")
        assert newest == sorted(newest)
