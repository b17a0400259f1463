"""A version that passed reads silently along for a day; what differed is shown, and then it serves, or not."""

from __future__ import annotations

import time

from killed_training import CORRECTED, corrected
from sqlalchemy import func, select
from support_bot import Json, Start, SupportBot, actions, eventually, shown
from test_asking_for_training import asked
from test_the_loop import ALIKE, CANCELLED, STATUS, answered, ask

from bot.store.models import DueRow
from bot.workspace.accounts import TEAM_ID
from skills.classifiers.registry.models import ShadowReadRow
from skills.classifiers.registry.runs import Runs
from skills.classifiers.registry.shadows import Shadows
from skills.classifiers.registry.versions import Registry, Trained

DAY = 86_400.0
SETTINGS = {"learning": {"shadow_hours": 20, "at": None, "method": "heads"}}
ELSEWHERE = "where is my order LL-20555? it has not arrived"
REPORT = {
    "verdict": {"promote": True, "overridable": True, "reasons": []},
    "rows": {"new": 3},
    "tasks": {},
    "serves": ["topic"],
    "left_out": {},
    "notes": [],
}


async def posted(bot: SupportBot, holding: str) -> Json:
    """Returns the newest post in the escalation channel that holds some words."""

    async def look() -> Json | None:
        return next((one for one in await bot.cards() if holding in shown(one)), None)

    found: Json = await eventually(look, f"a post with {holding!r}", 120.0)
    return found


async def read_along(bot: SupportBot) -> int:
    async with bot.runtime.database.sessions() as session:
        return int(await session.scalar(select(func.count()).select_from(ShadowReadRow)) or 0)


async def test_after_a_day_of_reading_along_the_differences_are_shown_and_the_version_serves(start: Start) -> None:
    async with start(**SETTINGS) as bot:
        async with bot.runtime.database.sessions.begin() as session:
            rows = (corrected(f"e{place}", who, text, time.time()) for place, (who, text) in enumerate(CORRECTED))
            session.add_all(rows)
        await asked(bot, "ana", "retrain")
        report = await posted(bot, "What I learned")
        assert "learned from 6 new examples and passed" in shown(report)
        assert {"learning.promote", "learning.keep"} <= set(actions(report))
        assert "in its shadow period" in await asked(bot, "ana", "models")

        for question, answer in ((ALIKE, STATUS), (ELSEWHERE, STATUS)):
            assert answer in (await ask(bot, "dana", question))[1]
        assert await Registry(bot.runtime.database.sessions).serving(TEAM_ID) == 0
        bot.runtime.ticks.soon("learning.plan")

        async def both_read() -> bool:
            return await read_along(bot) == 2

        await eventually(both_read, "both questions read along")

    # What it has read outlives the process.
    async with start(**SETTINGS) as bot:
        bot.workspace.advance_clock(DAY)
        bot.runtime.ticks.soon("learning.plan")
        over = await posted(bot, "The shadow period of version 1 is over")
        assert "nothing in it spoke against version 1: it serves from now on" in shown(over)
        assert "Both read 2 questions, and took 1 of them for the same." in shown(over)
        assert "cancel_order" in shown(over)
        assert ALIKE not in shown(over)
        ana, ben = bot.person("ana"), bot.person("ben")
        await ben.click("alerts", over, "learning.differed")
        await ben.wait_for_message("alerts", lambda one: "Only admins can do that." in shown(one))
        await ana.click("alerts", over, "learning.differed")
        texts = await ana.wait_for_message("alerts", lambda one: "What both took for different things" in shown(one))
        assert "do not let parcel" in shown(texts)
        assert ELSEWHERE[:20] not in shown(texts)
        await answered(bot, ALIKE, CANCELLED)
        line = (await Registry(bot.runtime.database.sessions).ledger(TEAM_ID))[0]
        assert (line.act, line.who, line.figures["shadow"]["n"]) == ("promoted", "gate", 2)
        ended = [one for one in await bot.cards() if "shadow period of version 1 is over" in shown(one)]
        assert len(ended) == 1
        assert not bot.workspace.violations()


async def in_shadow(bot: SupportBot) -> int:
    """Returns the number of a version of topics, in its shadow period."""
    now = bot.runtime.clock.now().timestamp()
    registry = Registry(bot.runtime.database.sessions, lambda: now)
    version = await registry.put(TEAM_ID, Trained("r1", "d1", ["topic"], REPORT, {"note.txt": b"x"}), 0)
    await registry.shadow(TEAM_ID, version, 3 * DAY, {})
    return version


async def test_a_version_that_an_admin_keeps_out_serves_nobody_after_its_time_in_which_no_night_trains(
    bot: SupportBot,
) -> None:
    version = await in_shadow(bot)
    ana = bot.person("ana")
    await ana.command("general", "/deskhand", "models show 1")
    report = await ana.wait_for_message("general", lambda one: "What I learned: version 1" in shown(one))
    assert "reads silently along" in shown(report)
    assert "teaches no intents" in shown(report)

    # A night's training would only take its place.
    bot.workspace.advance_clock(DAY)

    async def waits() -> float | None:
        async with bot.runtime.database.sessions() as session:
            at: float | None = await session.scalar(select(DueRow.due_at).where(DueRow.key.like("%nightly% again 1")))
        return at

    shadow = await Shadows(bot.runtime.database.sessions).running(TEAM_ID)
    assert shadow is not None
    assert await eventually(waits, "the training that waits") > shadow.until
    assert await Runs(bot.runtime.database.sessions, "test").latest(TEAM_ID) == []
    await ana.click("general", report, "learning.keep")
    await bot.settled()
    row = await Shadows(bot.runtime.database.sessions).get(TEAM_ID, version)
    assert row is not None
    assert row.state == "kept"
    bot.workspace.advance_clock(4 * DAY)
    bot.runtime.ticks.soon("learning.plan")
    await bot.settled(1.0)
    assert await Registry(bot.runtime.database.sessions).serving(TEAM_ID) == 0
    # Were a Monday among the days that passed, the weekly report would be there, and name the period too.
    assert [one for one in await bot.cards() if "The shadow period of version 1 is over" in shown(one)] == []
