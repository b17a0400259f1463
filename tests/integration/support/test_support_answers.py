"""The answer book, missing slots, the documents, close intents and changes of mind, through real Bolt."""

from support_bot import Json, Start, SupportBot, actions, eventually, shown


async def last_reply(bot: SupportBot, who: str, channel: str, ts: str, after: int) -> Json:
    """Returns the bot's last message in a thread once there are more than `after`."""
    person = bot.person(who)

    async def look() -> Json | None:
        mine = [one for one in await person.replies(channel, ts) if one.get("user") == bot.workspace.bot_user]
        return mine[-1] if len(mine) > after else None

    return await eventually(look, f"reply {after + 1} to {ts}")


async def test_a_sure_question_gets_the_books_answer_with_the_number_from_the_message(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.dm("where is my order LL-20931? it has not arrived")
    reply = await dana.wait_for_reply("deskhand", ts)
    assert "order LL-20931 under My orders" in shown(reply)
    assert {"support.person", "support.wrong_intent", "feedback"} <= set(actions(reply))
    assert not bot.workspace.violations()


async def test_a_missing_number_is_asked_for_and_remembered_in_the_thread_without_a_mention(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.mention("general", "where is my order? it has not come")
    asked = await dana.wait_for_reply("general", ts)
    assert "order number" in shown(asked).lower()
    await dana.post("general", "LL-20418", thread_ts=ts)
    reply = await last_reply(bot, "dana", "general", ts, 1)
    assert "LL-20418 under My orders" in shown(reply)


async def test_a_restart_between_question_and_number_loses_nothing(start: Start) -> None:
    async with start() as bot:
        dana = bot.person("dana")
        ts = await dana.mention("general", "where is my order? it has not come")
        await dana.wait_for_reply("general", ts)
    async with start() as bot:
        await bot.person("dana").post("general", "LL-20418", thread_ts=ts)
        assert "LL-20418" in shown(await last_reply(bot, "dana", "general", ts, 1))


async def test_a_change_of_mind_drops_the_question_and_keeps_the_number(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.dm("where is my order? it has not come")
    await dana.wait_for_reply("deskhand", ts)
    await dana.dm("changed my mind, please cancel order LL-20418", thread_ts=ts)
    reply = await last_reply(bot, "dana", "deskhand", ts, 1)
    assert "Order LL-20418 can be cancelled" in shown(reply)


async def test_who_has_no_number_is_handed_to_a_person_and_told_so(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.dm("where is my order? it has not come")
    await dana.wait_for_reply("deskhand", ts)
    await dana.dm("sorry, I don't have it", thread_ts=ts)
    reply = await last_reply(bot, "dana", "deskhand", ts, 1)
    assert "colleague" in shown(reply)
    assert "I don't have it" in shown(await bot.card(holding="dana"))


async def test_never_mind_ends_it_kindly(bot: SupportBot) -> None:
    dana = bot.person("dana")
    ts = await dana.dm("where is my order? it has not come")
    await dana.wait_for_reply("deskhand", ts)
    await dana.dm("oh never mind, it's here", thread_ts=ts)
    assert "settled" in shown(await last_reply(bot, "dana", "deskhand", ts, 1))
    assert await bot.cards() == []


async def test_what_only_the_documents_know_is_answered_with_its_source(bot: SupportBot) -> None:
    ben = bot.person("ben")
    await ben.command("random", "/support", "how much does express shipping cost?")
    reply = await ben.wait_for_message("random", lambda one: one.get("is_ephemeral"))
    assert "12 euro" in shown(reply)
    assert "[1]" in shown(reply)


async def test_by_command_the_number_may_come_with_the_next_command(bot: SupportBot) -> None:
    ben = bot.person("ben")
    await ben.command("random", "/support", "where is my order? it has not come")
    await ben.wait_for_message("random", lambda one: "order number" in shown(one).lower())
    await ben.command("random", "/support", "LL-30001")
    reply = await ben.wait_for_message("random", lambda one: "LL-30001" in shown(one))
    assert reply["is_ephemeral"]


async def test_two_named_intents_are_offered_and_a_press_answers_in_place(bot: SupportBot) -> None:
    ben = bot.person("ben")
    ts = await ben.dm("where is my order LL-20555 or can you cancel my order")
    choice = await ben.wait_for_reply("deskhand", ts)
    assert actions(choice).count("support.choose") == 2
    await ben.click("deskhand", choice, "support.choose", value="cancel_order")
    answered = await ben.wait_for_reply("deskhand", ts, lambda one: "can be cancelled" in shown(one))
    assert answered["ts"] == choice["ts"]


async def test_neither_leads_to_other_words_and_then_to_a_person(bot: SupportBot) -> None:
    ben = bot.person("ben")
    ts = await ben.dm("where is my order LL-20555 or can you cancel my order")
    choice = await ben.wait_for_reply("deskhand", ts)
    await ben.click("deskhand", choice, "support.neither")
    await ben.wait_for_reply("deskhand", ts, lambda one: "other words" in shown(one))
    await ben.dm("the thing my brother told your people about, you know", thread_ts=ts)
    assert "colleague" in shown(await last_reply(bot, "ben", "deskhand", ts, 1))
    assert "brother" in shown(await bot.card())


async def test_not_what_i_meant_asks_what_was_meant_and_answers_it(bot: SupportBot) -> None:
    ben = bot.person("ben")
    ts = await ben.dm("where is my order LL-20777? it has not come")
    reply = await ben.wait_for_reply("deskhand", ts)
    opened = await ben.click("deskhand", reply, "support.wrong_intent")
    await ben.submit(opened["view"]["id"], {"intent": {"intent": "cancel_order"}})
    assert "can be cancelled" in shown(await last_reply(bot, "ben", "deskhand", ts, 1))


async def test_an_answer_that_the_book_has_in_another_language_comes_with_a_word_of_explanation(
    bot: SupportBot,
) -> None:
    chen = bot.person("chen")
    ts = await chen.dm("刚下的单 LL-20001 不要了，请帮我取消订单")
    reply = await chen.wait_for_reply("deskhand", ts)
    assert "Order LL-20001 can be cancelled" in shown(reply)
    assert "英文" in shown(reply) or "英语" in shown(reply)


async def test_support_alone_says_how_it_is_used(bot: SupportBot) -> None:
    ben = bot.person("ben")
    await ben.command("random", "/support", "")
    assert "/support" in shown(await ben.wait_for_message("random", lambda one: one.get("is_ephemeral")))
