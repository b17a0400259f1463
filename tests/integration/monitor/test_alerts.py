"""Opinion turns, and the team is told: the alert, its chart and texts, its life, and what people do with it."""

from __future__ import annotations

from typing import Any

from monitor_bot import HOUR, MonitorBot, buttons, words
from talk_site import CRASHES, TalkSite

Json = dict[str, Any]


async def surging(bot: MonitorBot, site: TalkSite, **inputs: Any) -> Json:
    """Watches a site for three days, has opinion turn, and returns the alert."""
    site.usual_hours(bot.now, 72)
    await bot.add_watch(feeds=site.url, **inputs)
    await settled(bot)
    site.burst(bot.now, 30)
    bot.workspace.advance_clock(HOUR)
    return await alert(bot)


async def settled(bot: MonitorBot) -> None:
    """Waits until what the site held is counted."""

    async def look() -> bool:
        return "as usual" in words(await bot.asked("", says="Acme"))

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
    assert "2 days of data" in said
    assert any(text in said for text in CRASHES)
    images = [block for block in card["blocks"] if block["type"] == "image"]
    assert len(images) == 1
    assert "expected in the next 24 hours" in images[0]["alt_text"]
    links = [element for block in card["blocks"] if block["type"] == "context" for element in block["elements"]]
    assert sum("https://talk.example/" in str(element) for element in links) == 3
    assert {"monitor.acknowledge", "monitor.details", "monitor.silence", "monitor.not_useful"} <= buttons(card).keys()
    assert not bot.workspace.violations()


