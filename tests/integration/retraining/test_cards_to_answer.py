"""The cards of a working day through real Bolt: they come once, the first press counts, and training sees it."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select, update
from support_bot import Json, Start, SupportBot, actions, eventually, inputs, shown

from bot.store.models import DueRow
from bot.workspace.accounts import TEAM_ID
from skills.classifiers.feedback.models import ExampleRow
from skills.learning.asking.daily import ASK
from skills.learning.gathering import collected_of

QUIET: dict[str, Any] = {"at": None, "enough": 0, "weekly": False}
"""No training by itself, and no report of the week, beside the cards."""

UNCLEAR = (
    "the mails about my order should stop",
    "you keep mailing me about an order I did not place",
    "send it to my office instead",
    "stop sending me the parcel",
)
CLEAR = "I don't want this any more"
UNCLEAR_ZH = "别再寄了"


async def asked(bot: SupportBot, who: str, *texts: str) -> None:
    """Has somebody ask questions in #general, and waits for the answers."""
    person = bot.person(who)
    for text in texts:
        ts = await person.mention("general", text)
        await person.wait_for_reply("general", ts)


async def asked_alone(bot: SupportBot, who: str, text: str) -> None:
    """Has somebody ask where nobody else reads."""
    person = bot.person(who)
    ts = await person.dm(text)
    await person.wait_for_reply("deskhand", ts)


async def morning(bot: SupportBot) -> str:
    """Moves the clock to the next cards' time, and returns the due row's key once it is done."""
    sessions = bot.runtime.database.sessions

    async def planned() -> DueRow | None:
        async with sessions() as session:
            return await session.scalar(select(DueRow).where(DueRow.kind == ASK, DueRow.done_at.is_(None)))

    due = await eventually(planned, "a planned row")
    bot.workspace.advance_clock(due.due_at - bot.runtime.clock.now().timestamp() + 1.0)
    await done(bot, due.key)
    return str(due.key)


async def done(bot: SupportBot, key: str) -> None:
    async def look() -> bool:
        async with bot.runtime.database.sessions() as session:
            row = await session.scalar(select(DueRow).where(DueRow.key == key, DueRow.done_at.is_not(None)))
            return row is not None

    await eventually(look, "the cards", 40.0)
    await bot.settled()


def misread_topic(at: float) -> ExampleRow:
    """What somebody hinted to be about something that it plainly isn't about."""
    return ExampleRow(
        id="topic",
        team=TEAM_ID,
        task="topic",
        text="your shop ought to have a dark mode",
        language="en",
        given="billing_payment",
        label="billing_payment",
        predicted="product_question",
        author="U0LOCALDANA",
        judge="U0LOCALBEN",
        source="claim",
        weight=0.3,
        at=at,
        channel="C0GENERAL",
        message="1.0",
        state="open",
    )


async def open_cards(bot: SupportBot, who: str = "ana", channel: str = "alerts") -> list[Json]:
    """Returns the cards that can be answered, the oldest first."""
    found = await bot.person(who).history(channel)
    return [one for one in reversed(found) if "learning.ask.skip" in actions(one)]


async def told(bot: SupportBot, who: str, what: str, channel: str = "alerts") -> None:
    await bot.person(who).wait_for_message(channel, lambda one: one.get("is_ephemeral") and what in shown(one))


async def edited(bot: SupportBot, ts: str, what: str, who: str = "ana", channel: str = "alerts") -> Json:
    """Returns a message once it says so."""

    async def look() -> Json | None:
        found = await bot.person(who).history(channel)
        return next((one for one in found if one["ts"] == ts and what in shown(one)), None)

    found: Json = await eventually(look, f"a card that says {what!r}")
    return found


async def test_cards_come_once_a_first_press_counts_and_who_leaves_learning_takes_their_words_along(
    start: Start,
) -> None:
    learning = {**QUIET, "review_channel": "C0ALERTS"}
    async with start(learning=learning, reviewers={"people": ("U0LOCALBEN",)}) as bot:
        sessions, ana, ben = bot.runtime.database.sessions, bot.person("ana"), bot.person("ben")
        await asked(bot, "dana", *UNCLEAR, CLEAR)
        await asked(bot, "ben", "The mails about my order should stop!")
        await asked_alone(bot, "dana", UNCLEAR_ZH)
        async with sessions.begin() as session:
            session.add(misread_topic(bot.runtime.clock.now().timestamp()))
        key = await morning(bot)
        cards = await open_cards(bot)
        words = "\n".join(map(shown, cards))
        assert len(cards) == 5
        assert words.casefold().count("the mails about my order should stop") == 2  # once, and in the fallback text
        assert CLEAR not in words
        assert UNCLEAR_ZH not in words  # nobody in the channel has read that, and not all of them may review

        # What was done is not done again, by whichever replica.
        async with sessions.begin() as session:
            await session.execute(update(DueRow).where(DueRow.key == key).values(done_at=None, owner=None))
        await done(bot, key)
        assert len(await open_cards(bot)) == 5

        contested = cards[1]
        await bot.person("chen").click("alerts", contested, "learning.ask.first")
        await told(bot, "chen", "只有管理员")
        await asyncio.gather(
            ana.click("alerts", contested, "learning.ask.first"), ben.click("alerts", contested, "learning.ask.nothing")
        )
        settled = await edited(bot, contested["ts"], "✓")
        assert actions(settled) == []
        late = "ben" if "U0LOCALANA" in str(settled["blocks"]) else "ana"
        await told(bot, late, "has settled this already")

        # Of nine topics three have a button; the rest are in a menu.
        (topic,) = (one for one in await open_cards(bot) if "What is this text about?" in shown(one))
        assert "Somebody said it is billing and payment." in shown(topic)
        opened = await ana.click("alerts", topic, "learning.ask.other")
        assert len(inputs(opened["view"])["label"]["options"]) == 9
        await ana.submit(opened["view"]["id"], {"label": {"label": "feedback_suggestion"}})
        await edited(bot, topic["ts"], "feedback and suggestions")
        skipped, *others = [one for one in await open_cards(bot) if one["ts"] != topic["ts"]]
        await ben.click("alerts", skipped, "learning.ask.skip")
        await edited(bot, skipped["ts"], "skipped this one")
        assert len(await open_cards(bot)) == len(others) == 2

        reviewed = [one for one in await collected_of(sessions, TEAM_ID) if one.reviewed]
        assert len(reviewed) == 2
        assert {one.reviewer for one in reviewed} <= {"U0LOCALANA", "U0LOCALBEN"}
        assert "feedback_suggestion" in {one.label for one in reviewed}
        # Nobody had said anything of the question: what the reviewer says is one person's word.
        assert all(one.judge == one.reviewer for one in reviewed if one.source == "asked")

        await morning(bot)
        assert len(await open_cards(bot)) == 2  # nothing new is in doubt

        await bot.person("dana").command("general", "/deskhand", "learning off")
        for card in cards:
            if "The mails" not in shown(card):
                gone = await edited(bot, card["ts"], "takes no part in learning any more")
                assert actions(gone) == []
        async with sessions() as session:
            assert set(await session.scalars(select(ExampleRow.author))) <= {"U0LOCALBEN"}
        assert not bot.workspace.violations()


async def test_without_a_channel_a_reviewer_is_asked_alone_in_their_language(start: Start) -> None:
    async with start(learning=QUIET, reviewers={"people": ("U0LOCALCHEN",)}) as bot:
        await asked_alone(bot, "dana", UNCLEAR_ZH)
        await morning(bot)
        (card,) = await open_cards(bot, "chen", "deskhand")
        assert "这位用户想要什么？" in shown(card)
        assert UNCLEAR_ZH in shown(card)
        chen = bot.person("chen")
        await chen.click("deskhand", card, "learning.ask.second")
        settled = await edited(bot, card["ts"], "✓", "chen", "deskhand")
        assert UNCLEAR_ZH in shown(settled)
        (one,) = await collected_of(bot.runtime.database.sessions, TEAM_ID)
        assert (one.reviewed, one.reviewer, one.author) == (True, "U0LOCALCHEN", "U0LOCALDANA")
        assert await bot.cards() == []
        assert not bot.workspace.violations()
