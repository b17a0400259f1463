"""Trainings that people ask for, and stop, in Slack: what they read about it, in one place."""

from __future__ import annotations

import time

from killed_training import CORRECTED, corrected
from support_bot import Json, SupportBot, actions, eventually, shown

from bot.workspace.accounts import TEAM_ID
from skills.classifiers.registry.runs import Runs
from skills.classifiers.registry.versions import Registry


async def asked(bot: SupportBot, who: str, text: str) -> str:
    """Types `/deskhand text` in #general and returns the answer."""
    person = bot.person(who)
    before = {one["ts"] for one in await person.history("general")}
    await person.command("general", "/deskhand", text)

    async def look() -> Json | None:
        return next((one for one in await person.history("general") if one["ts"] not in before), None)

    return shown(await eventually(look, f"an answer to /deskhand {text}"))


async def posted(bot: SupportBot, holding: str) -> Json:
    async def look() -> Json | None:
        return next((one for one in await bot.cards() if holding in shown(one)), None)

    found: Json = await eventually(look, f"a post with {holding!r}", 60.0)
    return found


async def test_who_asks_when_nothing_is_new_is_told_so_and_what_to_do(bot: SupportBot) -> None:
    assert "I begin to learn" in await asked(bot, "ana", "retrain")
    told = await posted(bot, "There was nothing new to learn from")
    assert "go through /deskhand review" in shown(told).replace("`", "")
    assert len(await bot.cards()) == 1
    assert not bot.workspace.violations()


async def test_who_is_no_admin_is_told_whom_it_takes(bot: SupportBot) -> None:
    for words in ("retrain", "models", "models rollback"):
        assert "Only admins can do that." in await asked(bot, "ben", words)
    assert await Runs(bot.runtime.database.sessions, "test").latest(TEAM_ID) == []


async def test_a_training_is_stopped_by_its_button_and_what_served_goes_on_serving(bot: SupportBot) -> None:
    sessions = bot.runtime.database.sessions
    async with sessions.begin() as session:
        session.add_all(corrected(f"e{place}", who, text, time.time()) for place, (who, text) in enumerate(CORRECTED))
    await asked(bot, "ana", "retrain")
    running = await posted(bot, "Learning from your feedback")
    assert actions(running) == ["learning.cancel"]
    assert "I am learning already" in await asked(bot, "ana", "retrain")

    ben, ana = bot.person("ben"), bot.person("ana")
    await ben.click("alerts", running, "learning.cancel")
    await ben.wait_for_message("alerts", lambda one: "Only admins can do that." in shown(one))
    await ana.click("alerts", running, "learning.cancel")
    await ana.wait_for_message("alerts", lambda one: "I stop the training." in shown(one))
    ended = await posted(bot, "The training was stopped. What served before goes on serving.")
    assert ended["ts"] == running["ts"]
    assert actions(ended) == []

    (run,) = await Runs(sessions, "test").latest(TEAM_ID)
    assert (run.state, run.cancelled_by) == ("cancelled", bot.workspace.user_id("ana"))
    assert await Registry(sessions).ledger(TEAM_ID) == []
    assert not bot.workspace.violations()
