"""Tasks made, changed, listed and done in Slack, by every way that people have."""

from __future__ import annotations

from typing import Any

from messages import words
from tasks_bot import TasksBot, options, steps

Json = dict[str, Any]


async def test_a_mention_makes_a_task_and_its_assignee_is_told(bot: TasksBot) -> None:
    _, card = await bot.said(
        "ana", f"please ask {bot.user('ben')} to ship the release notes by Friday 5pm, high priority"
    )
    assert "#1" in words(card)
    assert "ship the release notes" in words(card)
    assert "high" in words(card)
    assert {"tasks.done", "tasks.start", "tasks.snooze", "tasks.reassign", "tasks.edit", "tasks.comment"} <= steps(card)
    told = await bot.told("ben", "asks you to do this")
    assert "ship the release notes" in words(told)


async def test_the_card_is_kept_in_place_for_everybody_who_sees_it(bot: TasksBot) -> None:
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to book the van")
    told = await bot.told("ben", "book the van")
    await bot.press("ben", told, "tasks.start", channel="deskhand")
    await bot.fresh("ana", card, "in progress", thread=ts)
    await bot.press("ana", card, "tasks.done")
    await bot.fresh("ben", told, "Done", channel="deskhand")


async def test_each_part_can_be_refused_and_its_words_stand_in_the_title_again(bot: TasksBot) -> None:
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to review the plan by Friday")
    values = options(card, "tasks.refuse")
    value = next(value for value in values if value.endswith(":due"))
    await bot.press("ana", card, "tasks.refuse", selected_option=value)
    after = await bot.fresh("ana", card, "review the plan by Friday", thread=ts)
    assert "no date" in words(after)


async def test_each_part_can_be_edited_in_a_form(bot: TasksBot) -> None:
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to print flyers")
    view = (await bot.press("ana", card, "tasks.edit"))["view"]
    values = {
        "title": {"title": "print posters"}, "assignee": {"assignee": bot.workspace.user_id("dana")},
        "day": {"day": "2099-12-04"}, "time": {"time": "17:30"}, "priority": {"priority": "1"},
        "repeats": {"repeats": "every 2 weeks on Friday"}, "effort": {"effort": "2h"},
        "labels": {"labels": "#fair, print"},
    }  # fmt: skip
    answer = await bot.workspace.person("ana").submit(view["id"], values)
    assert "errors" not in answer
    after = words(await bot.fresh("ana", card, "print posters", thread=ts))
    for part in ("dana", "urgent", "every 2 weeks on Friday at 5:30", "2 h", "#fair #print"):
        assert part in after
    told = await bot.told("dana", "asks you to do this")
    assert "print posters" in words(told)


async def test_what_is_wrong_in_the_form_is_said_where_it_is(bot: TasksBot) -> None:
    _, card = await bot.said("ana", f"ask {bot.user('ben')} to print flyers")
    view = (await bot.press("ana", card, "tasks.edit"))["view"]
    wrong: tuple[tuple[str, str, str], ...] = (
        ("effort", "a lot", "45 min"),
        ("repeats", "now and then", "every Friday"),
        ("after", "#99", "#99"),
        ("time", "12:00", "day"),
    )
    for field, value, says in wrong:
        answer = await bot.workspace.person("ana").submit(view["id"], {field: {field: value}})
        assert says in answer["errors"][field]
        view = (await bot.workspace.get("/workspace/views?user=ana"))["views"][-1]
        reset = await bot.workspace.person("ana").close_view(view["id"])
        assert reset["ok"]
        view = (await bot.press("ana", card, "tasks.edit"))["view"]


async def test_a_message_becomes_a_task_by_its_shortcut_with_its_link(bot: TasksBot) -> None:
    ben = bot.workspace.person("ben")
    ts = await ben.post("general", f"{bot.user('dana')} could you check the invoice by Friday noon? It looks wrong")
    view = (await ben.shortcut("make_task", "general", ts))["view"]
    shown = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert "check the invoice" in shown["title"]["initial_value"]
    assert shown["assignee"]["initial_user"] == bot.workspace.user_id("dana")
    assert shown["time"]["initial_time"] == "12:00"
    answer = await ben.submit(view["id"], {})
    assert "errors" not in answer
    card = await ben.wait_for_reply("general", ts, timeout=20)
    assert "check the invoice" in words(card)
    assert any("url" in str(block) or "|#" in str(block) or "link" in str(block) for block in card["blocks"])
    assert "check the invoice" in words(await bot.told("dana", "asks you to do this"))


async def test_several_tasks_of_one_message_are_undone_at_once(bot: TasksBot) -> None:
    _, shown = await bot.said(
        "ana", f"for the fair:\n- {bot.user('ben')} to book the van\n- {bot.user('dana')} to print flyers"
    )
    assert "2 tasks" in words(shown)
    await bot.press("ana", shown, "tasks.undo")
    assert "nothing to do" in words(await bot.command("ben", "list"))


async def test_a_task_is_split_into_steps_and_commented(bot: TasksBot) -> None:
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to launch the beta")
    number = next(iter(options(card, "tasks.more"))).partition(":")[0]
    view = (await bot.press("ana", card, "tasks.more", selected_option=f"{number}:split"))["view"]
    await bot.workspace.person("ana").submit(
        view["id"], {"text": {"text": "write the page @dana\ninvite testers by Friday"}}
    )
    after = words(await bot.fresh("ana", card, "invite testers", thread=ts))
    assert "☐ #2 write the page · dana" in after
    assert "☐ #3 invite testers · ben" in after
    view = (await bot.press("ben", card, "tasks.comment"))["view"]
    await bot.workspace.person("ben").submit(view["id"], {"text": {"text": "the page is half done <!channel>"}})
    said = await bot.told("ana", "the page is half done")
    assert "<!channel>" not in str(said["blocks"][0].get("text", "")) or "&lt;!channel&gt;" in said["text"]


async def test_a_blocked_task_says_why_and_goes_on_when_what_it_waited_for_is_done(bot: TasksBot) -> None:
    _, first = await bot.said("ana", f"ask {bot.user('dana')} to design the poster")
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to print the poster after #1")
    assert "#1" in words(card)
    number = next(iter(options(card, "tasks.more"))).partition(":")[0]
    view = (await bot.press("ben", card, "tasks.more", selected_option=f"{number}:block"))["view"]
    await bot.workspace.person("ben").submit(view["id"], {"text": {"text": "no paper"}})
    assert "blocked: no paper" in words(await bot.fresh("ana", card, "no paper", thread=ts))
    await bot.told("ana", "is held up")
    await bot.press("dana", first, "tasks.done")
    assert "can go on" in words(await bot.told("ben", "#1 is done"))


async def test_history_tells_who_changed_what(bot: TasksBot) -> None:
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to count the stock")
    await bot.replied("ana", ts, "high priority please", says="Changed")
    number = next(iter(options(card, "tasks.more"))).partition(":")[0]
    view = (await bot.press("ben", card, "tasks.more", selected_option=f"{number}:history"))["view"]
    shown = words({"blocks": view["blocks"]})
    assert "normal → high" in shown
    assert "made it" in shown


async def test_an_edited_message_changes_its_task_and_makes_no_second_one(bot: TasksBot) -> None:
    ana = bot.workspace.person("ana")
    ts, card = await bot.said("ana", f"ask {bot.user('ben')} to book the van")
    text = f"<@{bot.workspace.bot_user}> ask {bot.user('ben')} to book the big van, urgent"
    await ana.client.chat_update(channel=ana.channel("general"), ts=ts, text=text)
    after = await bot.fresh("ana", card, "book the big van", thread=ts)
    assert "urgent" in words(after)
    assert "1 open task" in words(await bot.command("ben", "list"))


async def test_bad_input_gets_a_clear_answer_and_makes_nothing(bot: TasksBot) -> None:
    wrong = (
        ("ask @nobody to sweep the yard", "nobody"),
        (f"ask <@{bot.workspace.bot_user}> to sweep the yard", "task"),
        ("list @zoe", "zoe"),
        ("done 99", "#99"),
        ("zone Mars/Olympus", "Mars/Olympus"),
        ("hours 25-26", "25-26"),
        ("away last week", "which days"),
        ("capacity plenty", "20h"),
    )
    for text, says in wrong:
        answer = await bot.command("ana", text)
        assert answer["is_ephemeral"], text
        assert says in words(answer), text
    assert "no open tasks" in words(await bot.command("ana", "list all"))
    assert bot.workspace.violations() == []


async def test_what_people_set_is_shown_and_used(bot: TasksBot) -> None:
    await bot.command("ben", "hours Mon-Thu 9:00-17:30, Fri 9-13", says="Monday")
    await bot.command("ben", "skills design, python", says="design, python")
    await bot.command("ben", "capacity 20h a week", says="2.5 d")
    await bot.command("ben", "zone Asia/Tokyo", says="Asia/Tokyo")
    await bot.command("ben", "reminders due", says="when it is due")
    shown = words(await bot.command("ben", "me"))
    for part in ("9:00–17:30", "9:00–13:00", "Asia/Tokyo", "design, python"):
        assert part in shown


async def test_people_say_when_they_are_away_in_their_own_words(bot: TasksBot) -> None:
    await bot.begin_at(2, 9)
    for text, says in (
        ("away tomorrow", "Thu,"),
        ("away next week", "Mon,"),
        ("away until Friday", "Wed,"),
        ("away 2099-12-24 to 2099-12-28", "Dec 28, 2099"),
        ("away", "You are away:"),
        ("back", "Welcome back"),
    ):
        assert says in words(await bot.command("ben", text)), text


async def test_tasks_leave_as_a_table_and_as_a_calendar(bot: TasksBot) -> None:
    await bot.said("ana", f"ask {bot.user('ben')} to water the plants every Friday at 5pm, #office")
    for what, name in (("csv", "tasks.csv"), ("calendar", "tasks.ics")):
        shown = await bot.command("ana", f"export {what}", says=name)
        assert [file["name"] for file in shown["files"]] == [name]


async def test_app_home_lists_what_somebody_has_to_do(bot: TasksBot) -> None:
    await bot.said("ana", f"ask {bot.user('ben')} to fix the lamp by Friday")
    view = (await bot.workspace.person("ben").open_home())["view"]
    shown = words({"blocks": view["blocks"]})
    assert "Your tasks (1)" in shown
    assert "fix the lamp" in shown


async def test_the_backlog_is_planned_with_a_chart_applied_and_undone(bot: TasksBot) -> None:
    await bot.said("ana", f"ask {bot.user('ben')} to build the stand, 4h")
    await bot.said("ana", "somebody should paint the stand after #1, 2h")
    await bot.said("ana", "somebody should write the leaflet, 3h")
    shown = await bot.command("ana", "plan", says="No better plan")
    assert any(block["type"] == "image" and "Who does what when" in block["alt_text"] for block in shown["blocks"])
    assert "3 tasks for" in words(shown)
    await bot.press("ana", shown, "tasks.plan_apply")
    await bot.fresh("ana", shown, "The plan is applied: 3 tasks")
    assert "nobody yet" not in words(await bot.command("ana", "list all", says="open tasks"))
    await bot.command("ana", "undo", says="Undone")
    assert "nobody yet" in words(await bot.command("ana", "list all", says="open tasks"))
