"""Commands, buttons, modals and App Home, through real Bolt."""

import asyncio
from typing import Any

from sqlalchemy import select
from surface_bot import RunningBot, Start

from bot.store.models import FeedbackRow

Json = dict[str, Any]


def action_ids(blocks: list[Json]) -> set[str]:
    return {element["action_id"] for block in blocks for element in block.get("elements", ()) if "action_id" in element}


def words(view_or_message: Json) -> str:
    return str(view_or_message["blocks"])


async def told_in_thread(bot: RunningBot, handle: str, ts: str, words: str) -> Json:
    """Waits for what one person alone is told in a thread of #general."""
    person = bot.workspace.person(handle)

    async def look() -> list[Json]:
        return [one for one in await person.replies("general", ts) if words in one["text"] and one.get("is_ephemeral")]

    for _ in range(200):
        if found := await look():
            return found[0]
        await asyncio.sleep(0.02)
    raise AssertionError(f"nobody said {words!r} to {handle}")


async def stored_feedback(bot: RunningBot) -> list[FeedbackRow]:
    async with bot.runtime.database.sessions() as session:
        return list((await session.scalars(select(FeedbackRow))).all())


async def test_ask_answers_the_asker_alone_and_share_posts_it(bot: RunningBot) -> None:
    ana, ben = bot.workspace.person("ana"), bot.workspace.person("ben")
    await ana.command("general", "/ask", "how long do refunds take?")
    answer = await ana.wait_for_message("general", lambda one: "5 working days" in one["text"])
    assert answer["is_ephemeral"]
    assert "share" in action_ids(answer["blocks"])
    assert not [one for one in await ben.history("general") if "5 working days" in one.get("text", "")]
    await ana.click("general", answer, "share")
    shared = await ben.wait_for_message("general", lambda one: "5 working days" in one["text"])
    assert "thread_ts" not in shared
    await bot.workspace.until(lambda: not bot.runtime.outbox.waiting, "an empty outbox")
    await bot.runtime.outbox.drained()
    assert not [one for one in await ana.history("general") if one.get("is_ephemeral")]
    assert not bot.workspace.violations()


async def test_helpful_is_stored_and_thanked_for(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    reply = await ana.wait_for_reply("general", ts)
    await ana.click("general", reply, "feedback", value="helpful")
    thanks = await told_in_thread(bot, "ana", ts, "good to know")
    assert thanks["is_ephemeral"]
    (row,) = await stored_feedback(bot)
    assert (row.verdict, row.person) == ("helpful", bot.workspace.user_id("ana"))


async def test_not_helpful_asks_what_was_wrong_and_replaces_the_earlier_press(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    reply = await ana.wait_for_reply("general", ts)
    await ana.click("general", reply, "feedback", value="helpful")
    opened = await ana.click("general", reply, "feedback", value="not_helpful")
    view = opened["view"]
    assert view["title"]["text"] == "What was wrong?"
    submitted = await ana.submit(view["id"], {"reason": {"reason": "outdated"}, "comment": {"comment": "now 3 days"}})
    assert submitted["ok"]
    await told_in_thread(bot, "ana", ts, "written that down")
    (row,) = await stored_feedback(bot)
    assert (row.verdict, row.reason, row.comment) == ("not_helpful", "outdated", "now 3 days")
    await ana.command("general", "/deskhand", "feedback")
    summary = await ana.wait_for_message("general", lambda one: "now 3 days" in one["text"])
    assert summary["is_ephemeral"]
    assert not bot.workspace.violations()


async def test_help_lists_every_command_in_the_persons_language(bot: RunningBot) -> None:
    for handle, expected in (("ana", "answers from the team"), ("chen", "从团队资料中找答案")):
        person = bot.workspace.person(handle)
        await person.command("general", "/deskhand", "help")
        told = await person.wait_for_message("general", lambda one, words=expected: words in one["text"])
        assert "/ask" in told["text"]
        assert "/deskhand" in told["text"]


async def test_status_works_as_a_command_and_in_a_mention(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    await ana.command("general", "/deskhand", "status")
    told = await ana.wait_for_message("general", lambda one: "Open sockets: 1" in one["text"])
    assert "Documents: 3" in told["text"]
    ts = await ana.mention("general", "status")
    assert "Open sockets: 1" in (await ana.wait_for_reply("general", ts))["text"]
    chen = bot.workspace.person("chen")
    ts = await chen.dm("状态")
    assert "已打开的连接" in (await chen.wait_for_reply("deskhand", ts))["text"]
    assert not bot.workspace.violations()


async def test_an_admin_switches_a_channel_off_and_others_are_told_why(bot: RunningBot) -> None:
    ana, ben = bot.workspace.person("ana"), bot.workspace.person("ben")
    await ben.command("random", "/deskhand", "channel off")
    await ben.wait_for_message("random", lambda one: "for admins" in one["text"])
    await ana.command("random", "/deskhand", "channel off")
    await ana.wait_for_message("random", lambda one: "Done" in one["text"])
    await ben.mention("random", "how long do refunds take?")
    told = await ben.wait_for_message("random", lambda one: "switched off" in one["text"])
    assert told["is_ephemeral"]
    ts = await ben.mention("general", "how long do refunds take?")
    assert "5 working days" in (await ben.wait_for_reply("general", ts))["text"]


async def test_the_channel_form_sets_who_may_ask(bot: RunningBot) -> None:
    ana, ben, dana = (bot.workspace.person(one) for one in ("ana", "ben", "dana"))
    await ana.command("random", "/deskhand", "channel")
    (view,) = (await bot.workspace.get("/workspace/views?user=ana"))["views"]
    ben_id = bot.workspace.user_id("ben")
    submitted = await ana.submit(view["id"], {"askers": {"askers": "listed"}, "people": {"people": [ben_id]}})
    assert submitted == {"ok": True}
    await ana.wait_for_message("random", lambda one: "Done" in one["text"])
    ts = await ben.mention("random", "how long do refunds take?")
    assert "5 working days" in (await ben.wait_for_reply("random", ts))["text"]
    await dana.mention("random", "how long do refunds take?")
    await dana.wait_for_message("random", lambda one: "not on the list" in one["text"])
    assert not bot.workspace.violations()


async def test_a_channel_that_lets_the_bot_overhear_gets_sure_answers_only(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    await ana.command("random", "/deskhand", "channel overhear")
    await ana.wait_for_message("random", lambda one: "Done" in one["text"])
    chat = await ana.post("random", "lunch at the usual place today?")
    ts = await ana.post("random", "how long do refunds take?")
    assert "5 working days" in (await ana.wait_for_reply("random", ts))["text"]
    assert not [one for one in await ana.replies("random", chat) if one.get("bot_id")]


async def test_app_home_shows_what_the_bot_can_do_and_ones_latest_questions(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", ts)
    view = (await ana.open_home())["view"]
    assert "how long do refunds take?" in words(view)
    assert "/ask" in words(view)
    opened = await ana.click_view(view["id"], "deskhand.help")
    assert opened["view"]["type"] == "modal"
    assert not bot.workspace.violations()


async def test_opening_the_messages_tab_suggests_what_to_ask(bot: RunningBot) -> None:
    chen = bot.workspace.person("chen")
    await chen.open_messages()
    await bot.workspace.wait_for(
        lambda one: one["kind"] == "call" and one["method"] == "assistant.threads.setSuggestedPrompts"
    )
    state = await bot.workspace.get("/page/state?user=chen")
    assert "退款需要多久？" in str(state["prompts"])


async def test_whoever_installed_the_bot_is_greeted_once_over_restarts(start: Start) -> None:
    for _ in range(2):
        async with start() as bot:
            bot.runtime.ticks.soon("greeting")
            await bot.workspace.until(lambda bot=bot: bot.home._greet_not_before, "an attempt")
            bot.home._greet_not_before = 0.0
            await bot.home.greet("T0LOCAL")
            await bot.runtime.outbox.drained()
            ana = bot.workspace.person("ana")
            await ana.wait_for_message("deskhand", lambda one: "Three next steps" in one["text"])
            greetings = [one for one in await ana.history("deskhand") if "Three next steps" in one["text"]]
            assert len(greetings) == 1
            assert not bot.workspace.violations()


async def test_a_message_is_saved_to_knowledge_and_forgotten_when_it_is_deleted(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.post("general", "The coffee machine code is 4711, ask Zoe for a new one.")
    await ana.shortcut("save_to_knowledge", "general", ts)
    await ana.wait_for_message("general", lambda one: one.get("is_ephemeral") and one["ts"] > ts)
    asked = await ana.mention("general", "what is the coffee machine code?")
    assert "4711" in (await ana.wait_for_reply("general", asked))["text"]
    await ana.client.chat_delete(channel=bot.workspace.channel("general"), ts=ts)
    await bot.workspace.wait_until_idle()
    await bot.workspace.until(lambda: not bot.runtime.inbox.open, "no open delivery")
    again = await ana.mention("random", "what is the coffee machine code?")
    assert "4711" not in (await ana.wait_for_reply("random", again))["text"]


async def test_a_thumb_on_an_answer_counts_as_feedback_until_it_is_taken_back(bot: RunningBot) -> None:
    ben = bot.workspace.person("ben")
    ts = await ben.mention("general", "how long do refunds take?")
    reply = await ben.wait_for_reply("general", ts)
    general = bot.workspace.channel("general")
    thumb = {"channel": general, "timestamp": reply["ts"], "name": "thumbsdown"}
    await ben.client.reactions_add(channel=general, timestamp=ts, name="+1")
    await ben.client.reactions_add(channel=general, timestamp=reply["ts"], name="eyes")
    await ben.client.reactions_add(**thumb)
    await feedback_becomes(bot, [("not_helpful", bot.workspace.user_id("ben"))])
    await ben.client.reactions_remove(**thumb)
    await feedback_becomes(bot, [])


async def feedback_becomes(bot: RunningBot, expected: list[tuple[str, str]]) -> None:
    async def reached() -> bool:
        return [(row.verdict, row.person) for row in await stored_feedback(bot)] == expected

    async with asyncio.timeout(5):
        while not await reached():
            await bot.workspace.wait_until_idle()
