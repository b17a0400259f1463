"""Requests noticed in channels that agreed: a quiet offer to their writers, once a thread."""

from __future__ import annotations

from messages import words
from tasks_bot import TasksBot, steps


async def _offers(bot: TasksBot, who: str) -> list[str]:
    return [
        words(one) for one in await bot.workspace.person(who).history("general") if "sounds like a task" in words(one)
    ]


async def test_a_request_is_offered_quietly_and_becomes_a_task(bot: TasksBot) -> None:
    await bot.command("ana", "notice on", says="notice requests")
    ben = bot.workspace.person("ben")
    ts = await ben.post("general", f"{bot.user('dana')} could you please update the price list by Friday?")
    offer = await bot.told("ben", "sounds like a task", channel="general")
    assert offer["is_ephemeral"]
    assert steps(offer) == {"tasks.offer", "tasks.no_offer"}
    assert await _offers(bot, "dana") == []
    view = (await bot.press("ben", offer, "tasks.offer"))["view"]
    shown = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert shown["title"]["initial_value"] == "update the price list"
    await ben.submit(view["id"], {})
    card = await ben.wait_for_reply("general", ts, timeout=20)
    assert "update the price list" in words(card)
    await bot.fresh("ben", offer, "is made")


async def test_a_thread_has_one_offer_and_other_channels_none(bot: TasksBot) -> None:
    await bot.command("ana", "notice on", says="notice requests")
    ben, ana = bot.workspace.person("ben"), bot.workspace.person("ana")
    ts = await ben.post("general", "could somebody please restock the printer paper?")
    await bot.told("ben", "sounds like a task", channel="general")
    await ben.post("general", "can someone please order toner as well?", thread_ts=ts)
    await ana.post("random", "could somebody please water the plants?")
    await ana.post("general", "how long do refunds take?")
    await ana.post("general", "thanks everybody, that was a great fair!")
    await ana.post("general", "please could someone book the van for Thursday?")
    await bot.told("ana", "sounds like a task", channel="general")
    assert len(await _offers(bot, "ben")) == 1
    assert len(await _offers(bot, "ana")) == 1
    await bot.command("ana", "notice off", says="no longer")
