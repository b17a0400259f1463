"""From a person's message to the bot's answer, over the real socket."""

from __future__ import annotations

import asyncio
import logging

import pytest
from small_bot import SmallBot
from starting import StartBot

from bot.workspace.testing import RunningWorkspace


async def test_a_mention_is_answered_once_in_its_thread(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    async with start_bot():
        ts = await ana.mention("general", "one")
        reply = await ana.wait_for_reply("general", ts)
        await workspace.wait_until_idle()
        assert reply["text"] == "answer to one"
        assert len(await ana.replies("general", ts)) == 2
    assert workspace.violations() == []


async def test_a_redelivered_event_is_acked_and_not_answered_again(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        ts = await ana.mention("general", "one")
        await ana.wait_for_reply("general", ts)
        for envelope in [entry for entry in workspace.log("envelope") if entry.get("event_type") == "message"]:
            again = await workspace.lever("redeliver", {"envelope_id": envelope["envelope_id"]})
            assert again["ok"]
        await workspace.wait_until_idle()
        assert [text for text, _ in bot.seen] == [f"<@{workspace.bot_user}> one"]
        assert len(await ana.replies("general", ts)) == 2


async def test_replies_leave_in_the_order_of_the_questions(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    async with start_bot():
        asked = [await ana.dm(f"question {number}") for number in range(20)]
        await ana.wait_for_reply("deskhand", asked[-1])
        posts = [entry for entry in workspace.log("call") if entry["method"] == "chat.postMessage"]
        assert len([post for post in posts if post["token"] == "bot"]) == 20
        replies = [(await ana.replies("deskhand", ts))[-1] for ts in asked]
        assert [reply["ts"] for reply in replies] == sorted(reply["ts"] for reply in replies)
        assert [reply["text"] for reply in replies] == [f"answer to question {number}" for number in range(20)]


async def test_slow_work_that_yields_its_turn_holds_nobody_up(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        slow = await ana.dm("slow")
        quick = await ana.dm("quick")
        await ana.wait_for_reply("deskhand", quick)
        assert len(await ana.replies("deskhand", slow)) == 1
        bot.release.set()
        await ana.wait_for_reply("deskhand", slow)


async def test_a_fault_is_told_to_the_asker_alone_with_the_reference_that_the_log_has(
    workspace: RunningWorkspace, start_bot: StartBot, caplog: pytest.LogCaptureFixture
) -> None:
    ana, ben = workspace.person("ana"), workspace.person("ben")
    async with start_bot() as bot:
        ts = await ana.mention("general", "boom")
        notice = await ana.wait_for_reply("general", ts)
        assert notice["is_ephemeral"]
        assert len(await ben.replies("general", ts)) == 1
        [(_, reference)] = bot.notices.calls
        assert reference in notice["text"]
        assert reference in {getattr(record, "reference", None) for record in caplog.records}


async def test_a_command_is_acked_and_answered_to_the_asker_alone(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana, ben = workspace.person("ana"), workspace.person("ben")
    async with start_bot():
        await ana.command("general", "/ask", "anything")
        found = await ana.wait_for_message("general", lambda message: "private answer" in message["text"])
        assert found["is_ephemeral"]
        assert not any("private answer" in message["text"] for message in await ben.history("general"))


async def test_bolt_leaves_the_level_of_our_log_alone(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    logging.getLogger("deskhand").setLevel(logging.INFO)
    async with start_bot():
        await ana.wait_for_reply("deskhand", await ana.dm("one"))
    assert logging.getLogger("deskhand.runtime").isEnabledFor(logging.INFO)


async def test_what_nobody_listens_to_is_acked(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    ana = workspace.person("ana")
    async with start_bot():
        ts = await ana.post("general", "not for the bot")
        await ana.client.reactions_add(channel=ana.channel("general"), timestamp=ts, name="eyes")
        await ana.client.chat_update(channel=ana.channel("general"), ts=ts, text="edited")
        await ana.client.chat_delete(channel=ana.channel("general"), ts=ts)
        await ana.open_home()
        await workspace.wait_until_idle()
        kinds = {entry.get("event_type") for entry in workspace.log("envelope")}
        assert {"message", "reaction_added", "app_home_opened"} <= kinds
        assert all(entry["ack_ms"] is not None for entry in workspace.log("envelope"))


async def test_a_lost_connection_is_made_again_and_what_waited_is_answered(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot():
        for how in ("close", "abort"):
            await workspace.disconnect(how)
            ts = await ana.dm(f"after {how}")
            await ana.wait_for_reply("deskhand", ts, timeout=15)


async def test_a_stop_finishes_what_was_accepted_and_a_start_takes_up_the_rest(
    workspace: RunningWorkspace, start_bot: StartBot
) -> None:
    ana = workspace.person("ana")
    async with start_bot() as bot:
        slow = await ana.dm("slow")
        await workspace.until(lambda: bot.seen, "the work to begin")
    second = SmallBot()
    second.release.set()
    async with start_bot(second):
        await ana.wait_for_reply("deskhand", slow)
        assert second.seen == [("slow", True)]
        await asyncio.sleep(0)
    assert len(await ana.replies("deskhand", slow)) == 2
