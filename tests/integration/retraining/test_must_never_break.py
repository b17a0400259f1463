"""The examples that must never break, as an admin keeps their list in Slack."""

from __future__ import annotations

from support_bot import SupportBot, eventually, shown


async def told(bot: SupportBot, who: str, words: str) -> str:
    """Returns what `/deskhand models …` answers."""
    person = bot.person(who)
    seen = [one["ts"] for one in await person.history("alerts")]
    await person.command("alerts", "/deskhand", f"models {words}")

    async def look() -> str:
        return "".join(shown(one) for one in await person.history("alerts") if one["ts"] not in seen)

    found: str = await eventually(look, f"an answer to {words!r}")
    return " ".join(found.replace("`", "").split())


async def test_an_admin_lists_adds_and_removes_what_must_never_break(bot: SupportBot) -> None:
    assert "no example yet" in await told(bot, "ana", "must")
    assert "Only admins" in await told(bot, "ben", "must add none: call me a taxi")
    added = await told(bot, "ana", "must add cancel_order: Cancel it: my mail is jane.doe@example.org")
    assert "Cancel it: my mail is [email]" in added
    wrong = await told(bot, "ana", "must add Newsletter：where is my order")
    assert "What serves now takes it for order_status" in wrong
    assert "What serves now" not in await told(bot, "ana", "must add order_status: where is my order")
    assert "There is no intent parking" in await told(bot, "ana", "must add parking: where can I park")
    assert "must remove N" in await told(bot, "ana", "must add nothing to see")
    listed = await told(bot, "ana", "must list")
    assert listed.index("Cancel it") < listed.index("where is my order")
    assert "There is no example 3" in await told(bot, "ana", "must remove 3")
    assert "is off the list" in await told(bot, "ana", "must remove 2")
    assert "where is my order" not in await told(bot, "ana", "must")
    assert not bot.workspace.violations()


async def test_other_words_after_models_are_answered_with_how_it_goes(bot: SupportBot) -> None:
    assert "no version of your own yet" in await told(bot, "ana", "")
    assert "Did you mean must?" in await told(bot, "ana", "mist")
    assert "There is no version 7" in await told(bot, "ana", "show 7")
    assert "lists the versions" in await told(bot, "ana", "diff 1")
    assert "what shipped serves" in await told(bot, "ana", "rollback")
