"""The whole loop through real Bolt: wrong answers corrected by button, a night's training, the report, and back."""

from __future__ import annotations

from support_bot import Json, SupportBot, actions, eventually, shown

CORRECTED = {
    "ana": ("stop my parcel LL-20931 before it arrives", "is my parcel LL-20937 off the truck, it must not arrive"),
    "ben": ("don't let my parcel LL-20932 arrive", "has my parcel LL-20936 been stopped yet"),
    "dana": ("recall my parcel LL-20933, it must not come", "keep my parcel LL-20934 from arriving"),
}
"""What people asked in order to cancel, and the book's examples take for questions about an order's whereabouts."""

ALIKE = "do not let parcel LL-20999 arrive"

STATUS, CANCELLED = "under My orders", "can be cancelled"

DAY = 86_400.0


async def ask(bot: SupportBot, who: str, text: str) -> tuple[str, str]:
    """Returns the message's ts and what was answered."""
    person = bot.person(who)
    ts = await person.dm(text)
    return ts, shown(await person.wait_for_reply("deskhand", ts))


async def correct(bot: SupportBot, who: str, text: str) -> None:
    """Asks, gets the wrong answer, and says by the button which intent was meant."""
    person = bot.person(who)
    ts = await person.dm(text)
    reply = await person.wait_for_reply("deskhand", ts)
    assert STATUS in shown(reply)
    opened = await person.click("deskhand", reply, "support.wrong_intent")
    await person.submit(opened["view"]["id"], {"intent": {"intent": "cancel_order"}})
    await person.wait_for_reply("deskhand", ts, lambda one: CANCELLED in shown(one))


async def report(bot: SupportBot) -> Json:
    """Returns the report, once it is posted."""

    async def look() -> Json | None:
        found = await bot.cards()
        return next((one for one in found if "What I learned" in shown(one)), None)

    return await eventually(look, "the report", 120.0)


async def answered(bot: SupportBot, text: str, what: str) -> None:
    """Asks once: who was told that a version serves gets its answers."""
    _, answer = await ask(bot, "dana", text)
    assert what in answer


async def test_what_people_corrected_is_right_the_next_day_and_a_rollback_brings_back_what_was(bot: SupportBot) -> None:
    _, before = await ask(bot, "dana", ALIKE)
    assert STATUS in before
    for who, texts in CORRECTED.items():
        for text in texts:
            await correct(bot, who, text)

    bot.workspace.advance_clock(DAY)
    posted = await report(bot)
    assert "serves from now on" in shown(posted)
    assert "Intents: better on new feedback" in shown(posted)
    assert {"learning.roll_back", "learning.changed"} <= set(actions(posted))
    pictures = [block for block in posted["blocks"] if block["type"] == "image"]
    assert len(pictures) == 2
    assert all(block["alt_text"] for block in pictures)

    await answered(bot, ALIKE, CANCELLED)
    _, still = await ask(bot, "dana", "where is my order LL-20555? it has not arrived")
    assert STATUS in still

    ben = bot.person("ben")
    await ben.click("alerts", posted, "learning.roll_back")
    refused = await ben.wait_for_message("alerts", lambda one: one.get("is_ephemeral"))
    assert "admins" in shown(refused)
    ana = bot.person("ana")
    await ana.click("alerts", posted, "learning.roll_back")
    await ana.wait_for_reply("alerts", posted["ts"], lambda one: "rolled back" in shown(one))
    await answered(bot, ALIKE, STATUS)
    assert not bot.workspace.violations()


async def test_a_night_without_anything_new_passes_in_silence(bot: SupportBot) -> None:
    bot.workspace.advance_clock(DAY)
    await bot.settled(3.0)
    assert await bot.cards() == []
