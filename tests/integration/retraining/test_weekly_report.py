"""The report of the week: posted once on Monday at nine, in the language of whoever is in charge, and by command."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from support_bot import Json, Start, SupportBot, actions, eventually, inputs, shown

from bot.workspace.accounts import TEAM_ID
from skills.classifiers.registry.versions import GATE, Registry, Trained
from skills.learning.skill import RETRAIN
from skills.learning.weekly.telling import DUE
from skills.support.conversations.models import ConversationRow, TurnRow

DAY = 86_400.0
USUAL = (
    "where is parcel {}",
    "has order {} been sent",
    "order {} is late",
    "cancel order {} please",
    "no more mails about {}",
)
NEW = ("do you repair the bike of order {}", "my bike {} needs a repair", "where can my bike {} be repaired")
ANSWERED = {"path": "template", "intent": "order_status", "probability": 0.93}
REPORT = {
    "verdict": {"promote": True, "overridable": True, "reasons": []},
    "rows": {"new": 60},
    "serves": ["intent"],
}


async def keep(
    bot: SupportBot, begins: datetime, days: float, texts: Sequence[str], count: int, **values: object
) -> None:
    """Keeps `count` questions of twenty people, spread over some days."""
    async with bot.runtime.database.sessions.begin() as session:
        for number in range(count):
            at = begins.timestamp() + (number + 0.5) * days * DAY / count
            thread = f"{values['path']} {at:.6f}"
            session.add(
                TurnRow(
                    id=hashlib.sha256(thread.encode()).hexdigest()[:32],
                    team=TEAM_ID,
                    at=at,
                    channel="C0GENERAL",
                    thread=thread,
                    drafted=False,
                    language="en",
                    question=texts[number % len(texts)].format(number),
                    verdict="not_helpful" if number % 20 == 0 else None,
                    **values,
                )
            )
            person = f"U{number % 20}"
            session.add(
                ConversationRow(team=TEAM_ID, channel="C0GENERAL", thread=thread, asker=person, state={}, updated_at=at)
            )


async def live_through(bot: SupportBot, monday: datetime) -> None:
    """Keeps five weeks, in the last of which people want their bikes repaired, and a version that began to serve."""
    await keep(bot, monday - timedelta(days=35), 28, USUAL, 80, **ANSWERED)
    await keep(bot, monday - timedelta(days=7), 6, USUAL, 30, **ANSWERED)
    await keep(bot, monday - timedelta(days=6.9), 6, NEW, 45, path="handover", intent="", probability=0.0)
    at = (monday - timedelta(days=3)).timestamp()
    registry = Registry(bot.runtime.database.sessions, lambda: at)
    version = await registry.put(TEAM_ID, Trained("run1", "data1", ["intent"], REPORT, {"note.txt": b"x"}), 0)
    await registry.promote(TEAM_ID, version, GATE, "better", {})


async def planned(bot: SupportBot) -> tuple[datetime, float]:
    """Returns the midnight in which the week begins whose report is planned, and in how many seconds that is due."""

    async def look() -> datetime | None:
        waiting = await bot.runtime.due.waiting(TEAM_ID)
        return next((at for _, kind, at in waiting if kind == DUE), None)

    due = await eventually(look, "the row, which is kept beside the start")
    return due - timedelta(hours=9), (due - bot.runtime.clock.now()).total_seconds()


async def report(bot: SupportBot, title: str) -> Json:
    async def look() -> Json | None:
        return next((one for one in await bot.cards() if title in shown(one)), None)

    return await eventually(look, "the report", 60.0)


def pictures(message: Json) -> list[str]:
    return [block["alt_text"] for block in message["blocks"] if block["type"] == "image"]


async def test_on_monday_last_weeks_report_is_posted_once_and_leads_to_a_new_intent(bot: SupportBot) -> None:
    monday, seconds = await planned(bot)
    # Ana is in charge, in Berlin.
    assert (monday + timedelta(hours=9)).astimezone(ZoneInfo("Europe/Berlin")).hour == 9
    await live_through(bot, monday)
    bot.workspace.advance_clock(seconds - 60.0)
    await bot.settled()
    assert not any("Weekly report" in shown(one) for one in await bot.cards())

    bot.workspace.advance_clock(60.0)
    posted = await report(bot, "Weekly report")
    text = shown(posted)
    assert "Version 1 serves, since" in text
    assert "75; the week before 20" in text
    assert "30 (40%; the week before 100%)" in text
    assert "45 (60%; the week before 0%)" in text
    assert "Questions: at least" in posted["text"].replace("*", "")
    assert "repair" in text
    assert "none of these from 0% to 60%" in text.replace("\n", "")
    assert "version 1 passed and serves" in text
    (by_day,) = pictures(posted)
    assert "75 asked, 30 answered, 0 asked back about, 45 handed over; 5 found not helpful" in by_day
    assert "v1 began to serve on" in by_day

    # Asked for once more, as a second replica or a replay would, it is the same post.
    services_now = bot.runtime.clock.now()
    await bot.runtime.due.schedule("learning", DUE, "again", services_now, TEAM_ID, {})
    await eventually(lambda: _done(bot), "the second row")
    assert sum("Weekly report" in shown(one) for one in await bot.cards()) == 1

    assert {"learning.topic_questions", "support.intent.add"} <= set(actions(posted))
    ben, ana = bot.person("ben"), bot.person("ana")
    await ben.click("alerts", posted, "learning.topic_questions")
    refused = await ben.wait_for_message("alerts", lambda one: one.get("is_ephemeral"))
    assert "Only admins and reviewers" in shown(refused)
    await ana.click("alerts", posted, "learning.topic_questions")
    shown_to_ana = await ana.wait_for_message("alerts", lambda one: one.get("is_ephemeral"))
    assert "bike" in shown(shown_to_ana)
    opened = await ana.click("alerts", posted, "support.intent.add")
    fields = inputs(opened["view"])
    assert "bike" in str(fields)
    assert fields["name"]["initial_value"]
    assert not bot.workspace.violations()


async def _done(bot: SupportBot) -> bool:
    waiting = await bot.runtime.due.waiting(TEAM_ID)
    return all(at > bot.runtime.clock.now() for _, _, at in waiting)


async def test_in_chinese_it_reads_chinese_and_admins_can_ask_for_it(start: Start) -> None:
    async with start(admins={"people": ["U0LOCALCHEN"]}) as bot:
        monday, seconds = await planned(bot)
        # Chen is in charge, in Shanghai.
        assert (monday + timedelta(hours=9)).astimezone(UTC).hour == 1
        await keep(bot, monday - timedelta(days=5), 3, ("我的订单 {} 到哪了",), 6, **ANSWERED)
        bot.workspace.advance_clock(seconds + 1.0)
        posted = await report(bot, "每周报告")
        assert "6" in shown(posted)
        assert "由答案手册回答" in shown(posted)
        (by_day,) = pictures(posted)
        assert "提问 6 个，已回答 6 个" in by_day
        assert "有什么变化" not in shown(posted)

        chen, ben = bot.person("chen"), bot.person("ben")
        await chen.command("general", "/deskhand", "models report")
        asked = await chen.wait_for_message("general", lambda one: "每周报告" in shown(one))
        assert asked["is_ephemeral"]
        await ben.command("general", "/deskhand", "models report")
        refused = await ben.wait_for_message("general", lambda one: one.get("is_ephemeral"))
        assert "Only admins" in shown(refused)
        assert not bot.workspace.violations()


async def test_a_week_in_which_nothing_happened_passes_in_silence(start: Start) -> None:
    async with start() as bot:
        _, seconds = await planned(bot)
        bot.workspace.advance_clock(seconds + 1.0)
        await eventually(lambda: _done(bot), "the row")
        await bot.settled(1.0)
        assert await bot.cards() == []


async def test_where_it_is_off_no_report_is_planned(start: Start) -> None:
    async with start(learning={"weekly": False}) as bot:

        async def look() -> bool:
            return RETRAIN in [kind for _, kind, _ in await bot.runtime.due.waiting(TEAM_ID)]

        await eventually(look, "the night's row")
        await bot.settled(1.0)
        assert DUE not in [kind for _, kind, _ in await bot.runtime.due.waiting(TEAM_ID)]
