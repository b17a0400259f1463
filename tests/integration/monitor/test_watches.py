"""Watches made, changed, tried, compared and reported in Slack, in both languages."""

from __future__ import annotations

import asyncio
from typing import Any

from messages import words
from monitor_bot import HOUR, MonitorBot, buttons
from talk_site import TalkSite

Json = dict[str, Any]


async def watched(bot: MonitorBot, site: TalkSite, name: str = "Acme", **inputs: Any) -> None:
    await bot.add_watch(name, feeds=site.url, **inputs)

    async def read() -> bool:
        shown = words(await bot.asked("", says="watch"))
        return f"{name}" in shown and "· 0 texts" not in shown

    await bot.until(read, "texts that were read")


async def test_nothing_watched_says_how_to_begin(bot: MonitorBot) -> None:
    answer = await bot.asked("", says="Nothing is watched yet")
    assert buttons(answer) == {"monitor.add": ""}


async def test_a_watch_is_listed_with_its_week_and_its_buttons(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 6)
    await watched(bot, site)
    answer = await bot.asked("", says="1 watch")
    assert "42 texts" in words(answer)
    assert "alerts to" in words(answer)
    assert {"monitor.edit", "monitor.pause", "monitor.mute", "monitor.test", "monitor.delete"} <= buttons(answer).keys()


WRONG: tuple[tuple[Json, str, str], ...] = (
    ({"words": "-refund"}, "words", "nothing is looked for"),
    ({"words": ",".join(f"w{n}" for n in range(101))}, "words", "more than 100"),
    ({"feeds": "nowhere at all"}, "feeds", "can't be followed"),
    ({"topics": "a: b\nA: c"}, "topics", "twice"),
    ({"quiet": "late"}, "quiet", "22:00-07:00"),
    ({"repeat": "often"}, "repeat", "number"),
)


async def test_what_is_wrong_in_the_form_is_said_where_it_is(bot: MonitorBot) -> None:
    for inputs, field, says in WRONG:
        answer = await bot.add_watch(**inputs)
        assert says in answer["errors"][field]
        await bot.workspace.person("ana").close_view(await bot.open_view())


async def test_a_name_is_given_once(bot: MonitorBot) -> None:
    assert "errors" not in await bot.add_watch("Acme")
    await bot.told("I'm watching")
    answer = await bot.add_watch("ACME")
    assert "already" in answer["errors"]["name"]


async def test_settings_are_tried_on_the_last_month_before_they_are_saved(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 10)
    await watched(bot, site, "All", words="")
    await bot.add_watch("Kettles", words="kettle", doing="try")
    answer = await bot.told("would have raised")
    assert "Kettles" in words(answer)
    assert "Kettles" not in words(await bot.asked("", says="1 watch"))
    await bot.workspace.person("ana").click("general", answer, "monitor.save")
    await bot.told("I'm watching Kettles now")
    await bot.asked("", says="2 watches")


async def test_a_watch_is_paused_muted_edited_and_deleted(bot: MonitorBot, site: TalkSite) -> None:
    await bot.add_watch("Acme")
    await bot.told("I'm watching")
    await bot.asked("pause acme", says="is paused")
    assert "paused" in words(await bot.asked("", says="1 watch"))
    await bot.asked("resume acme", says="goes on")
    await bot.asked("mute acme 2 days", says="is muted until")
    await bot.asked("mute acme for ever", says="Say for how long")
    await bot.asked("unmute acme", says="no longer muted")
    await bot.workspace.person("ana").command("general", "/monitor", "edit acme")
    view = await bot.view()
    assert "Edit a watch" in words(view) or view["title"]["text"] == "Edit a watch"
    await bot.workspace.person("ana").submit(view["id"], {"name": {"name": "Acme Ltd"}})
    await bot.told("Acme Ltd is changed")
    answer = await bot.asked("delete acme", says="Delete Acme Ltd?")
    await bot.workspace.person("ana").click("general", answer, "monitor.deleted")
    await bot.told("is deleted")
    await bot.asked("", says="Nothing is watched yet")


async def test_who_neither_owns_a_watch_nor_is_admin_changes_nothing(bot: MonitorBot) -> None:
    await bot.add_watch("Acme")
    await bot.told("I'm watching")
    for text in ("pause acme", "mute acme 4h", "delete acme", "edit acme"):
        await bot.asked(text, who="ben", says="Only its owner or an admin")
    assert "monitor.edit" not in buttons(await bot.asked("", who="ben", says="1 watch"))


async def test_watches_are_compared_and_reported(bot: MonitorBot, site: TalkSite) -> None:
    site.usual_hours(bot.now, 10)
    await watched(bot, site, "All", words="")
    await bot.add_watch("Kettles", words="kettle")
    await bot.told("I'm watching Kettles")
    bot.workspace.advance_clock(61)
    await asyncio.sleep(2.5)
    compared = words(await bot.asked("compare All, Kettles", says="Side by side"))
    assert "Share of voice" in compared
    await bot.asked("compare All", says="Name two or more watches")
    await bot.workspace.person("ana").command("general", "/monitor", "report All 3d")
    report = await bot.told("in the last 3 days")
    assert [file["name"] for file in report["files"]] == ["All-3d.csv"]
    assert any(block["type"] == "image" for block in report["blocks"])
    assert not bot.workspace.violations()


async def test_a_chinese_reader_is_answered_in_chinese(bot: MonitorBot) -> None:
    await bot.add_watch("Acme")
    await bot.told("I'm watching")
    answer = words(await bot.asked("列表", who="chen", says="1 项监测"))
    assert "提醒发到" in answer


async def test_what_is_said_in_a_channel_is_read_when_a_watch_listens_there(bot: MonitorBot) -> None:
    await bot.add_watch("Kettles", words="kettle, 水壶", listen=bot.workspace.channel("random"))
    await bot.told("I'm watching")
    ben = bot.workspace.person("ben")
    await asyncio.sleep(0.2)
    await ben.post("random", "my kettle is awful, it broke again")
    await ben.post("random", "这个水壶太差了")
    await ben.post("random", "anybody for lunch?")

    async def read() -> bool:
        return "2 texts" in words(await bot.asked("", says="1 watch"))

    await bot.until(read, "two texts that were read")


async def test_a_source_that_fails_is_shown_and_its_owner_told_once(bot: MonitorBot, site: TalkSite) -> None:
    await bot.add_watch("Acme", feeds=site.url.replace("talk.xml", "gone.xml"))
    await bot.told("I'm watching")
    ana = bot.workspace.person("ana")

    async def complained() -> bool:
        bot.workspace.advance_clock(6 * HOUR)
        await asyncio.sleep(0.8)
        return any("keeps failing" in words(one) for one in await ana.history("deskhand"))

    await bot.until(complained, "a complaint", 40.0)
    bot.workspace.advance_clock(12 * HOUR)
    await asyncio.sleep(1.5)
    messages = [one for one in await ana.history("deskhand") if "keeps failing" in words(one)]
    assert len(messages) == 1
    assert "nothing at this address" in words(messages[0])
    assert "failing" in words(await bot.asked("sources", says="1 source"))
    home = words((await ana.open_home())["view"])
    assert "failing" in home


async def test_a_source_is_added_by_its_settings(bot: MonitorBot, site: TalkSite) -> None:
    answer = await bot.asked("sources", says="0 sources")
    ana = bot.workspace.person("ana")
    await ana.click("general", answer, "monitor.source.add")
    wrong = {"name": {"name": "Talk"}, "kind": {"kind": "feed"}, "settings": {"settings": "adress: here"}}
    refused = await ana.submit(await bot.open_view(), wrong)
    assert "adress" in refused["errors"]["settings"] or "url" in refused["errors"]["settings"]
    await ana.submit(await bot.open_view(), wrong | {"settings": {"settings": f"url: {site.url}"}})
    await bot.told("is followed")
    assert "Talk" in words(await bot.asked("sources", says="1 source"))


async def test_words_and_topics_that_nobody_knows_are_named(bot: MonitorBot) -> None:
    await bot.asked("explode now", says="I don't know “explode now”")
    await bot.add_watch("Acme")
    await bot.told("I'm watching")
    await bot.asked("stats Nobody", says="There are: Acme")
