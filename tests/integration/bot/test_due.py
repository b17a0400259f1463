"""What is due: done once, in order, also when the local workspace's clock jumps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from starting import StartBot

from bot.workspace.testing import RunningWorkspace


async def test_what_the_moved_clock_makes_due_is_done_within_two_seconds(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        assert bot.runtime is not None
        payload = {"channel": workspace.channel("general")}
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        for _ in range(2):
            await bot.runtime.due.schedule("tasks", "reminder", "water the plants", tomorrow, "T0LOCAL", payload)
        assert await bot.runtime.due.count("T0LOCAL") == 1
        moved = time.monotonic()
        await workspace.lever("clock", {"advance_seconds": 86_500})
        await ana.wait_for_message("general", lambda message: message["text"] == "due: water the plants")
        assert time.monotonic() - moved < 2.0
        assert await bot.runtime.due.count("T0LOCAL") == 0


async def test_what_fell_due_while_the_bot_was_down_is_done_in_due_order_at_the_start(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    channel = workspace.channel("general")
    async with start_bot() as bot:
        assert bot.runtime is not None
        soon = datetime.now(UTC) + timedelta(hours=1)
        for number in (3, 1, 2):
            at = soon + timedelta(minutes=number)
            await bot.runtime.due.schedule("tasks", "reminder", f"n{number}", at, "T0LOCAL", {"channel": channel})
    await workspace.lever("clock", {"advance_seconds": 7200})
    async with start_bot():
        await ana.wait_for_message("general", lambda message: message["text"] == "due: n3")
    texts = [message["text"] for message in reversed(await ana.history("general"))]
    assert texts == ["due: n1", "due: n2", "due: n3"]


async def test_a_row_that_fails_is_tried_again(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        assert bot.runtime is not None
        payload = {"channel": workspace.channel("general"), "fails": True}
        await bot.runtime.due.schedule("tasks", "reminder", "again", datetime.now(UTC), "T0LOCAL", payload)
        await ana.wait_for_message("general", lambda message: message["text"] == "due: again", timeout=12)
