"""Opinion turns, and the team is told: the alert, its chart and texts, its life, and what people do with it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from messages import words
from monitor_bot import HOUR, MonitorBot, buttons
from sqlalchemy import func, select
from talk_site import CRASHES, TalkSite

from skills.classifiers.feedback.models import ExampleRow
from skills.monitor.watches.tables import MatchRow, WatchRow

Json = dict[str, Any]
HOUR_LONG = timedelta(hours=1)


async def surging(bot: MonitorBot, site: TalkSite, **inputs: Any) -> Json:
    """Watches a site for a day, has opinion turn, and returns the alert."""
    site.usual_hours(bot.now, 24)
    await bot.add_watch(feeds=site.url, **inputs)
    await settled(bot)
    site.burst(bot.now, 30)
    bot.workspace.advance_clock(HOUR)
    return await alert(bot)


async def settled(bot: MonitorBot) -> None:
    """Waits until what the site held is counted."""

    async def look() -> bool:
        async with bot.runtime.database.sessions() as session:
            counted = select(func.count()).select_from(MatchRow).join(WatchRow, WatchRow.cursor >= MatchRow.id)
            return int(await session.scalar(counted) or 0) >= 100

    await bot.until(look, "a watch that knows what is usual")


async def alert(bot: MonitorBot) -> Json:
    async def look() -> Json | None:
        return next((one for one in await bot.alerts() if "negative opinion" in words(one)), None)

    found: Json = await bot.until(look, "an alert")
    return found


async def test_opinion_that_turns_is_told_within_one_poll_with_chart_texts_and_links(
    bot: MonitorBot, site: TalkSite
) -> None:
    card = await surging(bot, site)
    said = words(card)
    assert "Acme" in said
    assert "expected" in said
    assert "Based on" in said
    assert "day of data" in said or "hours of data" in said
    assert any(text in said for text in CRASHES)
    images = [block for block in card["blocks"] if block["type"] == "image"]
    assert len(images) == 1
    assert "expected in the next 24 hours" in images[0]["alt_text"]
    links = [element for block in card["blocks"] if block["type"] == "context" for element in block["elements"]]
    assert sum("https://talk.example/" in str(element) for element in links) == 3
    assert {"monitor.acknowledge", "monitor.details", "monitor.silence", "monitor.not_useful"} <= buttons(card).keys()
    assert not bot.workspace.violations()


async def test_an_alert_is_edited_in_place_and_closed_with_a_line(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site)
    for _ in range(6):
        site.usual_hours(bot.now + HOUR_LONG, 1)
        bot.workspace.advance_clock(HOUR)
        # What is due is acted upon within two seconds.
        await asyncio.sleep(2.0)

    async def over() -> bool:
        return "is over" in words((await bot.alerts())[-1])

    await bot.until(over, "an alert that is over")
    assert len(await bot.alerts()) == 1
    thread = await bot.workspace.person("ana").replies("alerts", card["ts"])
    assert "It is over" in words(thread[-1])
    assert "monitor.acknowledge" not in buttons((await bot.alerts())[-1])


async def test_who_looks_after_an_alert_is_not_called(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site)
    ana = bot.workspace.person("ana")
    await ana.click("alerts", card, "monitor.acknowledge")
    await bot.told("you look after it", channel="alerts")
    bot.workspace.advance_clock(HOUR)
    await asyncio.sleep(2.5)
    thread = await ana.replies("alerts", card["ts"])
    assert not any("Can you take it" in words(one) for one in thread)


async def test_who_is_in_charge_is_called_when_nobody_looks_after_an_alert(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site)
    site.burst(bot.now + HOUR_LONG, 30)
    bot.workspace.advance_clock(HOUR)

    async def called() -> bool:
        thread = await bot.workspace.person("ana").replies("alerts", card["ts"])
        return any("nobody has looked after this" in words(one) for one in thread)

    await bot.until(called, "a call")


async def test_not_useful_ends_an_alert_and_makes_the_watch_slower(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site)
    await bot.workspace.person("ana").click("alerts", card, "monitor.not_useful")
    await bot.told("slower to alert", channel="alerts")
    bot.workspace.advance_clock(120)

    async def called_so() -> bool:
        return "not useful" in words((await bot.alerts())[-1]).splitlines()[0]

    await bot.until(called_so, "a card that says so")
    assert "Useful: 0% of 1 judged" in words(await bot.asked("stats Acme", says="its alerts"))


async def test_a_text_that_was_read_wrong_is_corrected_and_learned_from(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site)
    ana = bot.workspace.person("ana")
    value = buttons(card)["monitor.correct"]
    await ana.click("alerts", card, "monitor.correct", value=value)
    await ana.submit(await bot.open_view(), {"label": {"label": "positive"}})
    await bot.told("It counts as that from now on", channel="alerts")
    async with bot.runtime.database.sessions() as session:
        example = (await session.scalars(select(ExampleRow))).one()
    assert (example.task, example.predicted, example.given, example.author) == ("sentiment", "negative", "positive", "")
    assert "Corrected by people: 1" in words(await bot.asked("stats Acme", says="its alerts"))


async def test_one_loud_account_is_no_surge(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 24)
    await bot.add_watch(feeds=site.url)
    await settled(bot)
    site.burst(bot.now, 30, author="loud")
    bot.workspace.advance_clock(HOUR)
    await asyncio.sleep(3.0)
    bot.workspace.advance_clock(60)
    await asyncio.sleep(2.5)
    assert await bot.alerts() == []


async def test_what_surged_before_anybody_watched_is_not_told(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now - timedelta(hours=10), 24)
    site.burst(bot.now - timedelta(hours=10), 30)
    site.usual_hours(bot.now, 10)
    await bot.add_watch(feeds=site.url)
    await settled(bot)
    bot.workspace.advance_clock(60)
    await asyncio.sleep(2.5)
    assert await bot.alerts() == []
    assert "would have raised 1 alert" in words(await bot.asked("test Acme", says="would have raised"))


async def test_a_muted_watch_says_nothing(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 24)
    await bot.add_watch(feeds=site.url)
    await settled(bot)
    await bot.asked("mute Acme 8h", says="is muted until")
    site.burst(bot.now, 30)
    bot.workspace.advance_clock(HOUR)
    await asyncio.sleep(4.0)
    assert await bot.alerts() == []


async def test_details_and_playbook_open_as_modals(bot: MonitorBot, site: TalkSite) -> None:
    card = await surging(bot, site, playbook="Tell the app team\n---\nWe know of {number} reports about {name}.")
    ana = bot.workspace.person("ana")
    await ana.click("alerts", card, "monitor.details")
    assert "negative texts:" in words(await bot.view())
    await ana.close_view(await bot.open_view())
    await ana.click("alerts", card, "monitor.playbook")
    shown = words(await bot.view())
    assert "1. Tell the app team" in shown
    assert "reports about Acme." in shown
    assert "{number}" not in shown


async def test_a_storm_in_the_first_hours_of_a_watch_is_told(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 2)
    await bot.add_watch(feeds=site.url)

    async def counted() -> bool:
        async with bot.runtime.database.sessions() as session:
            return int(await session.scalar(select(func.count()).select_from(MatchRow)) or 0) == 14

    await bot.until(counted, "two hours of texts")
    site.burst(bot.now + timedelta(minutes=30), 30)
    bot.workspace.advance_clock(HOUR / 2)
    assert "hours of data" in words(await alert(bot))
