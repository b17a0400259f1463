"""The review queue and the switch for learning, through real Bolt."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from surface_bot import RunningBot

from bot.workspace.accounts import TEAM_ID
from skills.classifiers.feedback.models import ExampleRow

Json = dict[str, Any]


async def gathered(bot: RunningBot) -> None:
    """Three examples: a sure one, an unsure one, and one whose prediction was called wrong."""
    rows = (
        ("e1", "where is my parcel", "order_status", "order_status", 0.9, "helpful"),
        ("e2", "is it coming", "order_status", "order_status", 0.2, "approve"),
        ("e3", "stop the letters", None, "refund", 0.1, "not_helpful"),
    )
    async with bot.runtime.database.sessions.begin() as session:
        for id, text, label, predicted, margin, source in rows:
            session.add(
                ExampleRow(
                    id=id,
                    team=TEAM_ID,
                    task="intent",
                    text=text,
                    language="en",
                    given=label,
                    label=label,
                    predicted=predicted,
                    probability=(1 + margin) / 2,
                    margin=margin,
                    author=bot.workspace.user_id("ben"),
                    judge=bot.workspace.user_id("ana"),
                    source=source,
                    weight=0.5,
                    at=datetime(2026, 11, 23, tzinfo=UTC).timestamp(),
                    state="open",
                    repeats=0,
                    held_until=0.0,
                )
            )


async def states(bot: RunningBot) -> dict[str, tuple[str, str | None]]:
    async with bot.runtime.database.sessions() as session:
        return {row.id: (row.state, row.label) for row in await session.scalars(select(ExampleRow))}


def shown(*words: str) -> Any:
    return lambda one: all(word in str(one.get("blocks")) for word in words)


async def test_cards_are_judged_one_after_the_other_in_place(bot: RunningBot) -> None:
    await gathered(bot)
    ana = bot.workspace.person("ana")
    await ana.command("general", "/deskhand", "review")
    card = await ana.wait_for_message("general", shown("stop the letters", "3 examples wait"))
    assert card["is_ephemeral"]
    opened = await ana.click("general", card, "deskhand.review.other")
    labels = [one["value"] for one in opened["view"]["blocks"][-1]["element"]["options"]]
    assert labels == ["order_status", "refund", "none"]
    assert (await ana.submit(opened["view"]["id"], {"label": {"label": "none"}}))["ok"]
    card = await ana.wait_for_message("general", shown("is it coming", "2 examples wait"))
    assert len([one for one in await ana.history("general") if one.get("is_ephemeral")]) == 1
    assert (await states(bot))["e3"] == ("corrected", "none")
    assert not bot.workspace.violations()


async def test_right_drop_and_skip_settle_and_show_the_next(bot: RunningBot) -> None:
    await gathered(bot)
    ana = bot.workspace.person("ana")
    await ana.command("general", "/deskhand", "review")
    card = await ana.wait_for_message("general", shown("stop the letters"))
    await ana.click("general", card, "deskhand.review.skip")
    card = await ana.wait_for_message("general", shown("is it coming"))
    await ana.click("general", card, "deskhand.review.right")
    card = await ana.wait_for_message("general", shown("where is my parcel"))
    await ana.click("general", card, "deskhand.review.drop")
    await ana.wait_for_message("general", shown("put aside", "Reviewed within 30 days"))
    assert await states(bot) == {"e1": ("dropped", None), "e2": ("accepted", "order_status"), "e3": ("open", None)}
    assert len([one for one in await ana.history("general") if one.get("is_ephemeral")]) == 1
    assert not bot.workspace.violations()


async def test_reviewing_is_for_admins_and_those_who_are_named(bot: RunningBot) -> None:
    ben = bot.workspace.person("ben")
    await ben.command("general", "/deskhand", "review")
    await ben.wait_for_message("general", lambda one: "for admins" in one["text"])


async def test_learning_off_removes_what_a_person_taught(bot: RunningBot) -> None:
    await gathered(bot)
    ben = bot.workspace.person("ben")
    home = await ben.open_home()
    assert home is not None
    await ben.command("general", "/deskhand", "learning off")
    await ben.wait_for_message("general", lambda one: "3 examples" in one["text"])
    assert await states(bot) == {}
    await ben.command("general", "/deskhand", "learning")
    await ben.wait_for_message("general", lambda one: "Nothing is learned" in one["text"])
    await ben.command("general", "/deskhand", "learning on")
    await ben.wait_for_message("general", lambda one: "I may learn" in one["text"])
