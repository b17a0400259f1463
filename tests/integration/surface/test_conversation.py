"""What people get when they write to the bot, through real Bolt."""

from typing import Any

from surface_bot import RunningBot, Start

Json = dict[str, Any]


def from_bot(messages: list[Json]) -> list[Json]:
    return [one for one in messages if one.get("bot_id")]


async def test_a_mention_is_answered_once_in_its_thread(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    reply = await ana.wait_for_reply("general", ts)
    await bot.workspace.wait_until_idle()
    assert "5 working days" in reply["text"]
    assert len(from_bot(await ana.replies("general", ts))) == 1
    assert not bot.workspace.violations()


async def test_a_chinese_question_is_answered_in_chinese_from_the_chinese_page(bot: RunningBot) -> None:
    chen = bot.workspace.person("chen")
    ts = await chen.mention("general", "退款需要多久？")
    reply = await chen.wait_for_reply("general", ts)
    assert "5 个工作日" in reply["text"]
    assert "没有帮助" in str(reply["blocks"])


async def test_a_direct_message_is_answered_in_its_thread(bot: RunningBot) -> None:
    ben = bot.workspace.person("ben")
    ts = await ben.dm("how much is express shipping?")
    reply = await ben.wait_for_reply("deskhand", ts)
    assert "12 euro" in reply["text"]
    assert reply["thread_ts"] == ts


async def test_a_follow_up_in_a_joined_thread_needs_no_mention(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", ts)
    await ana.post("general", "and how much is express shipping?", thread_ts=ts)
    await bot.workspace.until(lambda: _count(bot, "chat.postMessage") == 2, "a second answer")
    answers = from_bot(await ana.replies("general", ts))
    assert "12 euro" in answers[-1]["text"]


async def test_a_thread_message_to_another_person_is_not_for_the_bot(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", ts)
    await ana.post("general", f"<@{bot.workspace.user_id('ben')}> how much is express shipping?", thread_ts=ts)
    await bot.workspace.wait_until_idle()
    await _settled(bot)
    assert len(from_bot(await ana.replies("general", ts))) == 1


async def test_a_message_in_a_channel_that_mentions_nobody_is_left_alone(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    await ana.post("general", "how long do refunds take?")
    await bot.workspace.wait_until_idle()
    await _settled(bot)
    assert _count(bot, "chat.postMessage") == 0


async def test_an_edited_question_is_answered_again_in_place(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    first = await ana.wait_for_reply("general", ts)
    channel = bot.workspace.channel("general")
    await ana.client.chat_update(
        channel=channel, ts=ts, text=f"<@{bot.workspace.bot_user}> how much is express shipping?"
    )
    await bot.workspace.wait_for(
        lambda one: one["kind"] == "call" and one["method"] == "chat.update" and one["token"] == "bot"
    )
    answers = from_bot(await ana.replies("general", ts))
    assert [one["ts"] for one in answers] == [first["ts"]]
    assert "12 euro" in answers[0]["text"]
    assert not bot.workspace.violations()


async def test_an_edited_follow_up_is_read_without_what_was_answered_to_it(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    root = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", root)
    ts = await ana.post("general", "tell me about the weather on the moon", thread_ts=root)
    await bot.workspace.until(lambda: _count(bot, "chat.postMessage") == 2, "a second answer")
    await ana.client.chat_update(channel=bot.workspace.channel("general"), ts=ts, text="how much is express shipping?")
    await bot.workspace.until(lambda: _count(bot, "chat.update") == 1, "a better answer")
    assert "12 euro" in from_bot(await ana.replies("general", root))[-1]["text"]


async def test_a_deleted_question_takes_its_answer_with_it(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    await ana.wait_for_reply("general", ts)
    await ana.client.chat_delete(channel=bot.workspace.channel("general"), ts=ts)
    await bot.workspace.wait_for(
        lambda one: one["kind"] == "call" and one["method"] == "chat.delete" and one["token"] == "bot"
    )
    assert not [one for one in await ana.history("general") if "5 working days" in one.get("text", "")]
    assert not bot.workspace.violations()


async def test_nothing_but_emoji_gets_a_friendly_hint(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "🎉 :tada: ???")
    reply = await ana.wait_for_message("general", lambda one: "question" in one["text"] and one["ts"] > ts)
    assert reply["is_ephemeral"]


async def test_forty_thousand_characters_are_cut_and_that_is_said(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.dm("how long do refunds take? " + "really " * 5600)
    reply = await ana.wait_for_reply("deskhand", ts)
    assert "2,000" in reply["text"]
    assert not bot.workspace.violations()


async def test_a_ping_in_a_question_pings_nobody(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "<!channel> how long do refunds take? <@U0DANA>")
    reply = await ana.wait_for_reply("general", ts)
    assert "<!" not in reply["text"]
    assert "<@" not in reply["text"]


async def test_a_bots_question_is_answered_only_when_it_is_allowed_by_name(start: Start) -> None:
    event = {
        "type": "message",
        "subtype": "bot_message",
        "channel_type": "channel",
        "text": "",
        "bot_id": "B0OTHER",
        "user": "U0OTHER",
        "bot_profile": {"id": "B0OTHER", "name": "buildbot"},
    }
    for names, answers in (((), 0), (("buildbot",), 1)):
        async with start(slack={"bots": names}) as bot:
            ts = await bot.workspace.person("ana").post("general", f"anchor {answers}")
            own_ts = f"{float(ts) + 1:.6f}"
            event |= {"channel": bot.workspace.channel("general"), "thread_ts": ts, "ts": own_ts}
            event["text"] = f"<@{bot.workspace.bot_user}> how long do refunds take?"
            await dispatch(bot, event, f"Ev0BOT{answers}")
            await _settled(bot)
            assert _count(bot, "chat.postMessage") == answers


async def test_a_flood_from_one_person_gets_one_kind_word(start: Start) -> None:
    async with start(slack={"requests_per_minute": 2}) as bot:
        ana = bot.workspace.person("ana")
        for number in range(5):
            await ana.dm(f"how long do refunds take, number {number}?")
        await bot.workspace.wait_until_idle()
        await _settled(bot)
        texts = [one["text"] for one in await _everything(bot, "ana")]
        # The minute may turn once while the messages come in.
        assert 1 <= sum("a lot of messages" in text for text in texts) <= 2
        assert sum("5 working days" in text for text in texts) <= 4


async def test_smalltalk_is_answered_in_the_language_used(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    for said, expected in (("hello there", "Hello"), ("谢谢你", "不客气"), ("thank you!", "welcome")):
        ts = await ana.dm(said)
        assert expected in (await ana.wait_for_reply("deskhand", ts))["text"]


async def test_an_error_reaches_the_asker_alone_with_a_reference(start: Start, caplog: Any) -> None:
    async with start() as bot:

        async def fail(*_: object, **__: object) -> None:
            raise RuntimeError("broken on purpose")

        bot.home._services.library.encode_question = fail  # type: ignore[assignment,method-assign]
        ana = bot.workspace.person("ana")
        ts = await ana.mention("general", "how long do refunds take?")
        told = await ana.wait_for_message("general", lambda one: "something went wrong" in one["text"])
        assert told["is_ephemeral"]
        assert told["ts"] > ts
        reference = told["text"].rstrip(".").split()[-1]
        assert any(getattr(record, "reference", None) == reference for record in caplog.records)
        assert "how long do refunds" not in caplog.text


async def dispatch(bot: RunningBot, event: Json, id: str) -> None:
    from slack_bolt.request.async_request import AsyncBoltRequest

    body = {"type": "event_callback", "event_id": id, "team_id": "T0LOCAL", "event": {**event}}
    await bot.runtime.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


def _count(bot: RunningBot, method: str) -> int:
    calls = [one for one in bot.workspace.log("call") if one["method"] == method and one["token"] == "bot"]
    return len(calls)


async def _settled(bot: RunningBot) -> None:
    await bot.workspace.until(lambda: not bot.runtime.inbox.open, "no open delivery")
    await bot.runtime.outbox.drained()


async def _everything(bot: RunningBot, handle: str) -> list[Json]:
    person = bot.workspace.person(handle)
    found: list[Json] = []
    for message in await person.history("deskhand"):
        found.extend(await person.replies("deskhand", message["ts"]))
        found.append(message)
    unique = {one["ts"]: one for one in found}
    return list(unique.values())
