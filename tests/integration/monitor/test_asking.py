"""What is said about opinion in plain words, in both languages."""

from __future__ import annotations

import asyncio
from typing import Any

from messages import words
from monitor_bot import HOUR, MonitorBot, buttons
from talk_site import TalkSite

Json = dict[str, Any]


async def ask(bot: MonitorBot, text: str, who: str = "ana") -> Json:
    person = bot.workspace.person(who)
    ts = await person.mention("general", text)
    return await person.wait_for_reply("general", ts)


async def watching(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 6)
    await bot.add_watch(feeds=site.url)

    async def read() -> bool:
        return "42 texts" in words(await bot.asked("", says="1 watch"))

    await bot.until(read, "texts that were read")


QUESTIONS = (
    ("ben", "what are people saying about acme?", "Acme, the last 7 days"),
    ("ben", "is the mood turning against us?", "Share of negatives"),
    ("ben", "any alerts this week?", "No alert in the last 7 days"),
    ("ben", "stats Acme", "its alerts in 90 days"),
    ("chen", "大家对Acme的评价怎么样？", "最近 7 天"),
    ("chen", "最近有舆情预警吗？", "没有提醒"),
)


async def test_a_question_about_opinion_is_answered_for_all_who_read_along(bot: MonitorBot, site: TalkSite) -> None:
    await watching(bot, site)
    for who, text, says in QUESTIONS:
        answer = await ask(bot, text, who)
        assert says in words(answer)
        assert not answer.get("is_ephemeral")


async def test_a_wish_to_watch_something_offers_the_form(bot: MonitorBot) -> None:
    for who, text in (("ana", "keep an eye on the reviews of our new lamp"), ("chen", "帮我监测一下新品的评论")):
        answer = await ask(bot, text, who)
        assert buttons(answer) == {"monitor.add": ""}
        await bot.workspace.person(who).click("general", answer, "monitor.add")
        assert (await bot.view(who))["callback_id"] == "monitor.watch"


async def test_a_command_may_be_said_as_well(bot: MonitorBot, site: TalkSite) -> None:
    await watching(bot, site)
    assert "is muted until" in words(await ask(bot, "mute Acme for 4 hours"))
    assert "can be paused" in words(await ask(bot, "please stop watching Acme"))
    assert "is paused" in words(await ask(bot, "pause acme"))


async def test_what_was_said_in_another_channel_is_shown_by_its_link_alone(bot: MonitorBot) -> None:
    await bot.add_watch("Kettles", words="kettle", listen=bot.workspace.channel("support"))
    await bot.told("I'm watching")
    await asyncio.sleep(0.2)
    ben = bot.workspace.person("ben")
    for text in ("the kettle of the Miller case leaks, awful", "this kettle is dangerous, terrible quality"):
        await ben.post("support", text)

    async def read() -> bool:
        return "2 texts" in words(await bot.asked("", says="1 watch"))

    await bot.until(read, "two texts that were read")
    bot.workspace.advance_clock(HOUR)
    answer = await ask(bot, "what is said about kettles?")
    assert "for those who can read there" in words(answer)
    assert "Miller" not in str(answer)
    assert "leaks" not in str(answer)
