"""What people are told without asking: reminders, their day, a channel's week, and the next task of a series."""

from __future__ import annotations

from messages import words
from tasks_bot import DAY, HOUR, Start, TasksBot, steps

from bot.workspace.accounts import TEAM_ID

MONDAY, FRIDAY = 0, 4


async def test_somebody_is_reminded_before_and_when_something_is_due(bot: TasksBot) -> None:
    await bot.begin_at(MONDAY, 9)
    await bot.said("ana", f"ask {bot.user('ben')} to send the offer by today 4pm")
    await bot.told("ben", "asks you to do this")
    bot.workspace.advance_clock(5 * HOUR)
    soon = await bot.told("ben", "due soon")
    assert "send the offer" in words(soon)
    assert {"tasks.done", "tasks.snooze", "tasks.open"} <= steps(soon)
    bot.workspace.advance_clock(2 * HOUR)
    await bot.told("ben", "due now")


async def test_all_that_comes_due_at_once_is_one_message(bot: TasksBot) -> None:
    await bot.begin_at(MONDAY, 9)
    lines = "\n".join(f"- {bot.user('ben')} to do thing {number} by today 3pm" for number in range(1, 6))
    await bot.dm("ana", lines)
    bot.workspace.advance_clock(6 * HOUR)
    told = await bot.told("ben", "5 reminders")
    assert all(f"do thing {number}" in words(told) for number in range(1, 6))


async def test_what_was_done_or_snoozed_is_not_reminded_of(bot: TasksBot) -> None:
    await bot.begin_at(MONDAY, 9)
    _, card = await bot.said("ana", f"ask {bot.user('ben')} to water the plants by today 3pm")
    await bot.said("ana", f"ask {bot.user('ben')} to feed the cat by today 3pm")
    view = (await bot.press("ben", card, "tasks.snooze"))["view"]
    await bot.workspace.person("ben").submit(view["id"], {"until": {"until": "tomorrow"}})
    await bot.told("ben", "quiet until")
    await bot.command("ben", "done 2", says="done")
    bot.workspace.advance_clock(7 * HOUR)
    await bot.said("ana", f"ask {bot.user('ben')} to lock up by today 4:30pm")
    bot.workspace.advance_clock(0.9 * HOUR)
    await bot.told("ben", "due now")
    said = [words(one) for one in await bot.workspace.person("ben").history("deskhand")]
    assert not any("due now" in one and ("plants" in one or "cat" in one) for one in said)
    bot.workspace.advance_clock(16.2 * HOUR)
    assert "water the plants" in words(await bot.told("ben", "you wanted to hear of it now"))


async def test_a_reminder_missed_while_down_is_sent_once_and_late(start: Start) -> None:
    async with start() as bot:
        await bot.begin_at(MONDAY, 9)
        await bot.said("ana", f"ask {bot.user('ben')} to pay the invoice by today 3pm")
        await bot.told("ben", "pay the invoice")
        workspace = bot.workspace
    workspace.advance_clock(26 * HOUR)
    async with start() as bot:
        await bot.told("ben", "late, since I was not running")
        bot.workspace.advance_clock(60)
        await bot.said("ana", f"ask {bot.user('ben')} to look in once more")
        said = [words(one) for one in await bot.workspace.person("ben").history("deskhand")]
        assert sum("pay the invoice" in one and "reminder" in one for one in said) == 1


async def test_the_day_comes_in_the_morning_with_what_is_late_and_due(bot: TasksBot) -> None:
    await bot.begin_at(MONDAY, 10)
    await bot.said("ana", f"ask {bot.user('ben')} to send the offer by today 11am")
    await bot.said("ana", f"ask {bot.user('ben')} to call the printer by tomorrow")
    await bot.told("ben", "call the printer")
    await bot.until(lambda: _is_planned(bot), "the day to be planned")
    bot.workspace.advance_clock(23 * HOUR)
    day = words(await bot.told("ben", "Good morning! Your day"))
    assert "Overdue" in day
    assert "send the offer" in day
    assert "Due today" in day
    assert "call the printer" in day


async def _is_planned(bot: TasksBot) -> bool:
    return any(kind == "day" for _, kind, _ in await bot.runtime.due.waiting(TEAM_ID))


async def test_a_channel_that_agreed_is_told_of_its_week(bot: TasksBot) -> None:
    await bot.begin_at(FRIDAY, 9)
    await bot.command("ana", "summary on", says="Friday")
    await bot.said("ana", f"ask {bot.user('ben')} to send the offer by Monday")
    await bot.said("ana", f"ask {bot.user('ben')} to call the printer")
    await bot.command("ben", "done 2", says="done")
    bot.workspace.advance_clock(6.5 * HOUR)
    week = words(await bot.told("ana", "The week in this channel", channel="general"))
    assert "1 done, 1 open" in week
    assert "send the offer" in week


async def test_a_series_goes_on_by_its_schedule_though_nobody_did_the_last_one(bot: TasksBot) -> None:
    await bot.begin_at(MONDAY, 9)
    await bot.said("ana", f"ask {bot.user('ben')} to take out the bins every Tuesday at 8am")
    bot.workspace.advance_clock(2 * DAY)
    await bot.told("ben", "time for this again")
    shown = words(await bot.command("ben", "list", says="2 open"))
    assert "overdue" in shown
    bot.workspace.advance_clock(7 * DAY)
    await bot.until(lambda: _says(bot, "3 open"), "the third one")


async def _says(bot: TasksBot, text: str) -> bool:
    return text in words(await bot.command("ben", "list"))


async def test_undoing_what_was_done_takes_the_next_one_back(bot: TasksBot) -> None:
    await bot.said("ana", f"ask {bot.user('ben')} to check the backups every! 3 days")
    done = await bot.command("ben", "done 1", says="The next one is #2")
    assert "#2" in words(done)
    await bot.command("ben", "undo", says="Undone")
    assert "1 open task" in words(await bot.command("ben", "list"))
