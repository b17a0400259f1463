"""Who is proposed for a task that nobody has, why, and which steps are proposed for one that is several."""

from __future__ import annotations

import re

from messages import words
from tasks_bot import TasksBot, steps


async def test_somebody_is_proposed_with_reasons_that_add_up(bot: TasksBot) -> None:
    await bot.command("dana", "skills graphic design, posters", says="graphic design")
    await bot.command("ben", "skills accounting", says="accounting")
    ts, card = await bot.said("ana", "somebody should design a poster for the fair")
    assert "I'd ask dana" in words(card)
    assert "is good at" in words(card)
    told = re.search(r"((?:[a-z ]+ -?[\d.]+(?: \+ )?)+) = (-?[\d.]+)", words(card))
    assert told is not None
    terms = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", told[1])]
    assert abs(sum(terms) - float(told[2])) < 0.03
    await bot.press("ana", card, "tasks.next")
    other = await bot.fresh("ana", card, "I'd ask ben", thread=ts)
    assert {"tasks.accept", "tasks.next", "tasks.choose"} <= steps(other)


async def test_who_is_away_or_asks_is_not_proposed(bot: TasksBot) -> None:
    await bot.begin_at(0, 9)
    monday = bot.now.date()
    for who in ("ben", "chen"):
        await bot.command(who, f"away {monday.isoformat()}", says=str(monday.day))
    _, card = await bot.said("ana", "somebody should count the stock by today 6pm")
    assert "I'd ask dana" in words(card)
    assert "tasks.next" not in steps(card)


async def test_what_people_finished_counts_more_than_what_they_stated(bot: TasksBot) -> None:
    ana = bot.workspace.person("ana")
    lines = [f"- {bot.user('ben')} to translate page {n} of the manual into French, 2h" for n in range(1, 14)]
    lines += [f"- {bot.user('dana')} to repair lamp number {n} in the workshop, 1h" for n in range(1, 14)]
    await ana.dm("\n".join(lines))
    await bot.until(lambda: _count(bot, "ben", 13), "ben's tasks")
    for number in range(1, 27):
        who = "ben" if number <= 13 else "dana"
        await bot.workspace.person(who).command("general", "/task", f"done {number}")
    await bot.until(lambda: _count(bot, "dana", 0), "all done")
    await bot.learned()
    _, card = await bot.said("ana", "somebody should translate the price list into French")
    assert "I'd ask ben" in words(card)
    assert "of this kind of work" in words(card) or "like this" in words(card)
    _, card = await bot.said("ana", "somebody should repair the lamp in the window")
    assert "I'd ask dana" in words(card)
    assert "about" in words(card)


async def _count(bot: TasksBot, who: str, count: int) -> bool:
    shown = words(await bot.command(who, "list"))
    return f"You have {count} open" in shown or (count == 0 and "nothing to do" in shown)


async def test_a_checklist_of_the_team_is_proposed_accepted_and_refused(bot: TasksBot) -> None:
    await bot.command("ana", "template launch: write the page; invite testers; tell the press", says="3 steps")
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to prepare the launch of the spring lamps")
    assert "your checklist “launch”" in words(card)
    await bot.press("ana", card, "tasks.checklist")
    after = await bot.fresh("ana", card, "☐ #2 write the page", thread=ts)
    assert "☐ #4 tell the press" in words(after)
    assert "tasks.checklist" not in steps(after)
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to plan the launch of the summer lamps")
    await bot.press("ana", card, "tasks.no_checklist")
    after = await bot.fresh("ana", card, "summer lamps", thread=ts)
    await bot.until(lambda: _without(bot, after, ts), "the checklist to go")


async def _without(bot: TasksBot, message: dict[str, object], ts: str) -> bool:
    shown = await bot.workspace.person("ana").replies("general", ts)
    return all("your checklist" not in words(one) for one in shown if one["ts"] == message["ts"])
