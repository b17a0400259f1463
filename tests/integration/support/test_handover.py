"""Cases: the card, claim, reply, close, the clock, and who may say what meanwhile."""

import asyncio

from support_bot import Json, Start, SupportBot, actions, eventually, inputs, shown


async def handed_over(bot: SupportBot, text: str = "I want to talk to a real person please") -> tuple[str, Json]:
    """Returns the ts of Dana's message and the card."""
    dana = bot.person("dana")
    ts = await dana.dm(text)
    await dana.wait_for_reply("deskhand", ts)
    return ts, await bot.card(holding="needs a person")


async def under(bot: SupportBot, card: Json, holding: str, who: str = "ana") -> Json:
    """Returns the bot's message in the card's thread that holds some words."""
    return await bot.person(who).wait_for_reply(
        "alerts", card["ts"], lambda one: one["ts"] != card["ts"] and holding in shown(one)
    )


async def changed(bot: SupportBot, card: Json, holding: str) -> Json:
    """Returns the card once it holds some words."""

    async def look() -> Json | None:
        return next((one for one in await bot.cards() if one["ts"] == card["ts"] and holding in shown(one)), None)

    return await eventually(look, f"the card with {holding!r}")


async def test_the_card_holds_what_a_person_needs_and_the_asker_is_told(bot: SupportBot) -> None:
    ts, card = await handed_over(bot)
    assert "I want to talk to a real person please" in shown(card)
    assert "Pages that may help" not in shown(card)
    assert actions(card) == ["support.claim", "support.reply", "support.close"]
    told = await bot.person("dana").wait_for_reply("deskhand", ts)
    assert "colleague" in shown(told)
    assert len(await bot.cards()) == 1
    assert not bot.workspace.violations()


async def test_two_who_claim_at_once_are_one_who_claims(bot: SupportBot) -> None:
    ts, card = await handed_over(bot)
    ana, ben = bot.person("ana"), bot.person("ben")
    await asyncio.gather(ana.click("alerts", card, "support.claim"), ben.click("alerts", card, "support.claim"))
    await changed(bot, card, "Claimed by")
    await bot.settled()
    told = [one for one in await bot.person("dana").replies("deskhand", ts) if "taken over" in shown(one)]
    assert len(told) == 1
    assert not bot.workspace.violations()


async def test_a_reply_goes_to_the_asker_in_the_persons_name_and_follow_ups_come_to_the_card(bot: SupportBot) -> None:
    ts, card = await handed_over(bot)
    ben, dana = bot.person("ben"), bot.person("dana")
    opened = await ben.click("alerts", card, "support.reply")
    await ben.submit(opened["view"]["id"], {"text": {"text": "Hi Dana, Ben here. <!channel> What can I do?"}})
    reply = await dana.wait_for_reply("deskhand", ts, lambda one: "Ben here" in shown(one))
    assert "ben from the team" in shown(reply)
    assert "<!channel>" not in reply["text"]
    await changed(bot, card, "Claimed by ben")
    before = len(await dana.replies("deskhand", ts))
    await dana.dm("where is my order LL-20931?", thread_ts=ts)
    await under(bot, card, "LL-20931")
    await bot.settled()
    assert len(await dana.replies("deskhand", ts)) == before + 1


async def test_the_reply_form_holds_the_likeliest_answer_with_its_gaps_named(bot: SupportBot) -> None:
    dana, ana = bot.person("dana"), bot.person("ana")
    ts = await dana.dm("where is my order?")
    await dana.wait_for_reply("deskhand", ts)
    await dana.dm("I don't have the order number", thread_ts=ts)
    card = await bot.card(holding="needs a person")
    opened = await ana.click("alerts", card, "support.reply")
    assert "[order number]" in inputs(opened["view"])["text"]["initial_value"]


async def test_closing_asks_how_it_ended_and_tells_the_asker(bot: SupportBot) -> None:
    ts, card = await handed_over(bot)
    ana = bot.person("ana")
    opened = await ana.click("alerts", card, "support.close")
    await ana.submit(
        opened["view"]["id"], {"resolution": {"resolution": "solved"}, "intent": {"intent": "order_status"}}
    )
    done = await changed(bot, card, "Closed by")
    assert "support.claim" not in actions(done)
    await bot.person("dana").wait_for_reply("deskhand", ts, lambda one: "closed this as solved" in shown(one))
    again = await ana.click("alerts", card, "support.claim")
    assert not again["ok"] or await bot.settled() is None


async def test_nobody_who_claims_is_reminded_of_and_then_somebody_in_charge_is_called(bot: SupportBot) -> None:
    _, card = await handed_over(bot)
    bot.workspace.advance_clock(61 * 60)
    await under(bot, card, "Still unclaimed")
    bot.workspace.advance_clock(61 * 60)
    called = await under(bot, card, "nobody has claimed this")
    assert f"<@{bot.workspace.user_id('ana')}>" in called["text"]
    await bot.settled()
    replies = await bot.person("ana").replies("alerts", card["ts"])
    assert len(replies) == 3


async def test_the_clock_stops_when_somebody_claims(bot: SupportBot) -> None:
    _, card = await handed_over(bot)
    await bot.person("ben").click("alerts", card, "support.claim")
    await changed(bot, card, "Claimed by ben")
    bot.workspace.advance_clock(5 * 3600)
    await bot.settled(2.0)
    assert len(await bot.person("ana").replies("alerts", card["ts"])) == 1


async def test_after_a_restart_each_reminder_comes_once(start: Start) -> None:
    async with start() as bot:
        _, card = await handed_over(bot)
        bot.workspace.advance_clock(61 * 60)
        await under(bot, card, "Still unclaimed")
    async with start() as bot:
        await bot.settled(1.5)
        reminders = [one for one in await bot.person("ana").replies("alerts", card["ts"]) if "unclaimed" in shown(one)]
        assert len(reminders) == 1
        opened = await bot.person("ana").click("alerts", card, "support.close")
        await bot.person("ana").submit(
            opened["view"]["id"], {"resolution": {"resolution": "spam"}, "intent": {"intent": "-"}}
        )
        await changed(bot, card, "Closed by ana")


async def test_an_upset_customer_goes_to_a_person_without_a_ready_answer(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.mention(
        "general", "Where is my order LL-1704? This is the THIRD time I ask!! Ridiculous, you liars"
    )
    reply = await dana.wait_for_reply("general", ts)
    assert "sorry" in shown(reply)
    assert "My orders" not in shown(reply)
    assert "is upset" in shown(await bot.card())


async def test_a_card_number_stays_off_the_card(bot: SupportBot) -> None:
    _, card = await handed_over(bot, "get me a person, you charged my Visa 4242 4242 4242 4242 twice")
    assert "4242 4242" not in shown(card)


async def test_a_case_by_command_is_answered_in_a_direct_message(bot: SupportBot) -> None:
    dana = bot.person("dana")
    await dana.command("random", "/support", "can I talk to a real person")
    card = await bot.card(holding="needs a person")
    assert "it goes on in a direct message" in shown(card)
    told = shown(await dana.wait_for_message("random", lambda one: "colleague" in shown(one)))
    assert "in your direct messages with me" in told
    assert "here" not in told.replace("there", "")
    opened = await bot.person("ana").click("alerts", card, "support.reply")
    await bot.person("ana").submit(opened["view"]["id"], {"text": {"text": "Hello Dana, it's Ana."}})
    written = await dana.wait_for_message("deskhand", lambda one: "it's Ana" in shown(one))
    await dana.dm("Thank you for writing!", thread_ts=written["ts"])
    await under(bot, card, "Thank you for writing!")


async def test_a_case_by_command_says_in_chinese_too_where_it_goes_on(bot: SupportBot) -> None:
    chen = bot.person("chen")
    await chen.command("random", "/support", "转人工")
    assert "私信里继续" in shown(await chen.wait_for_message("random", lambda one: "同事" in shown(one)))


async def test_a_person_asked_for_below_a_commands_answer_is_promised_to_the_asker_alone(bot: SupportBot) -> None:
    ana, dana = bot.person("ana"), bot.person("dana")
    await ana.command("random", "/support", "channel draft")
    await dana.command("random", "/support", "where is my order LL-20931?")
    answer = await dana.wait_for_message("random", lambda one: "My orders" in shown(one))
    await dana.click("random", answer, "support.person")
    told = await dana.wait_for_message("random", lambda one: "direct messages with me" in shown(one))
    assert told["is_ephemeral"]
    await bot.card(holding="needs a person")
    assert not [one for one in await bot.cards("random") if not one.get("is_ephemeral")]


async def test_a_colleagues_own_words_in_the_thread_stop_the_clock_and_are_not_answered(bot: SupportBot) -> None:
    dana, ben = bot.person("dana"), bot.person("ben")
    ts = await dana.mention("general", "I want to talk to a real person please")
    await dana.wait_for_reply("general", ts)
    card = await bot.card(holding="needs a person")
    await ben.post("general", "Hi Dana, I'm on it. Where is your order now?", thread_ts=ts)
    await changed(bot, card, "Claimed by ben")
    await bot.settled()
    assert len([one for one in await dana.replies("general", ts) if one.get("user") == bot.workspace.bot_user]) == 1
