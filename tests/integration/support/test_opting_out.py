"""`/deskhand learning off`: nothing that learning reads holds the person's words, before or after."""

from __future__ import annotations

from sqlalchemy import text
from support_bot import Json, SupportBot, actions, shown

WATCHED = ("classifier_examples", "support_turns", "support_conversations", "support_cases", "support_drafts")


async def holding(bot: SupportBot, words: str) -> dict[str, int]:
    """Returns how many rows of the tables that learning reads hold some words, of those that have any."""
    found: dict[str, int] = {}
    async with bot.runtime.database.sessions() as session:
        for table in WATCHED:
            rows = await session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
            count = sum(words in str(tuple(row)) for row in rows)
            if count:
                found[table] = count
    return found


async def turned_off(bot: SupportBot, who: str) -> str:
    person = bot.person(who)
    await person.command("general", "/deskhand", "learning off")
    return shown(await person.wait_for_message("general", lambda one: "I learn nothing from you" in shown(one)))


async def closed(bot: SupportBot, card: Json) -> None:
    ana = bot.person("ana")
    opened = await ana.click("alerts", card, "support.close")
    values = {"resolution": {"resolution": "solved"}, "intent": {"intent": "order_status"}}
    await ana.submit(opened["view"]["id"], values)
    await bot.card(holding="Closed by")


async def test_what_was_kept_is_emptied_and_the_reply_says_so(bot: SupportBot) -> None:
    dana, ben = bot.person("dana"), bot.person("ben")
    ts = await dana.dm("zebra zebra, where is my order LL-20931?")
    reply = await dana.wait_for_reply("deskhand", ts)
    await dana.click("deskhand", reply, "feedback", value="helpful")
    ts = await dana.dm("zebra zebra, let me talk to a real person please")
    await dana.wait_for_reply("deskhand", ts)
    await closed(bot, await bot.card(holding="needs a person"))
    await dana.command("random", "/support", "zebra zebra, can I talk to a real person")
    await bot.card(holding="it goes on in a direct message")
    ts = await ben.dm("zebra lovers ask: where is my order LL-1?")
    await ben.wait_for_reply("deskhand", ts)
    assert (await holding(bot, "zebra zebra")).keys() >= {"classifier_examples", "support_turns", "support_cases"}

    said = await turned_off(bot, "dana")
    assert "examples I had from you are removed" in said
    assert "questions of yours that were kept from past conversations" in said
    assert "the 0 questions" not in said
    # The case that nobody has taken yet keeps what is needed to help.
    assert await holding(bot, "zebra zebra") == {"support_cases": 1}
    assert "support_turns" in await holding(bot, "zebra lovers")

    await closed(bot, await bot.card(holding="it goes on in a direct message"))
    await bot.settled()
    assert await holding(bot, "zebra zebra") == {}


async def test_nothing_new_is_collected_and_the_questions_are_counted_all_the_same(bot: SupportBot) -> None:
    assert "nothing new is kept to learn from" in await turned_off(bot, "dana")
    dana, ana = bot.person("dana"), bot.person("ana")
    ts = await dana.dm("giraffe giraffe, where is my order LL-20931?")
    reply = await dana.wait_for_reply("deskhand", ts)
    await dana.click("deskhand", reply, "feedback", value="helpful")
    ts = await dana.post("general", "giraffe giraffe, how do I unsubscribe from the newsletter? so many mails")
    await ana.shortcut("draft_reply", "general", ts)
    draft = await ana.wait_for_message("general", lambda one: "support.approve" in actions(one))
    await ana.click("general", draft, "support.approve")
    await dana.wait_for_reply("general", ts)
    await bot.settled()
    found = await holding(bot, "giraffe")
    # A thread keeps what was said in it for the sake of its answers; its feedback is not collected.
    assert found.keys() <= {"support_conversations"}
    await ana.command("general", "/support", "stats")
    numbers = await ana.wait_for_message("general", lambda one: "Deflected" in one.get("text", ""))
    assert "All | 1 |" in numbers["text"]


async def test_their_message_does_not_become_an_example(bot: SupportBot) -> None:
    await turned_off(bot, "dana")
    ts = await bot.person("dana").post("general", "giraffe, where is my parcel")
    ana = bot.person("ana")
    assert "view" not in await ana.shortcut("support_add_example", "general", ts)
    await ana.wait_for_message("general", lambda one: "takes no part in learning" in shown(one))
