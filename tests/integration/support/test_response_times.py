"""How soon a case is to be claimed: shown, set by command and in App Home, and kept to by the clock."""

from __future__ import annotations

from support_bot import Json, Start, SupportBot, actions, inputs, shown


async def told(bot: SupportBot, who: str, text: str, holding: str, channel: str = "random") -> str:
    """Returns what a person is told after a command."""
    person = bot.person(who)
    await person.command(channel, "/support", text)
    return shown(await person.wait_for_message(channel, lambda one: holding in shown(one)))


async def under(bot: SupportBot, card: Json, holding: str) -> Json:
    return await bot.person("ana").wait_for_reply(
        "alerts", card["ts"], lambda one: one["ts"] != card["ts"] and holding in shown(one)
    )


async def handed_over(bot: SupportBot) -> Json:
    dana = bot.person("dana")
    ts = await dana.dm("I want to talk to a real person please")
    await dana.wait_for_reply("deskhand", ts)
    return await bot.card(holding="needs a person")


async def test_they_stand_in_the_help_and_with_a_channels_mode_in_both_languages(bot: SupportBot) -> None:
    said = await told(bot, "dana", "help", "Tell me what you need")
    assert "nobody has claimed after 1 h is brought up again, and after 2 h somebody in charge" in said
    assert "15 min and 30 min" in said
    assert "1 h is brought up again" in await told(bot, "ana", "channel draft", "draft mode")
    assert "1 小时" in await told(bot, "chen", "时限", "负责人")
    assert not bot.workspace.violations()


async def test_an_admin_sets_them_and_the_clock_keeps_to_them_after_a_restart(start: Start) -> None:
    async with start() as bot:
        assert "5 min is brought up again, and after 20 min" in await told(bot, "ana", "times 5m 20m", "from now on")
        assert "10 min and 1 h 30 min" in await told(bot, "ana", "times urgent 10m 1h30m", "1 h 30 min")
    async with start() as bot:
        assert "5 min is brought up again" in await told(bot, "ben", "times", "App Home")
        card = await handed_over(bot)
        bot.workspace.advance_clock(6 * 60)
        await under(bot, card, "Still unclaimed")
        bot.workspace.advance_clock(15 * 60)
        await under(bot, card, "nobody has claimed this")


async def test_an_open_case_keeps_to_the_times_it_was_opened_with(bot: SupportBot) -> None:
    card = await handed_over(bot)
    await told(bot, "ana", "times 5m", "from now on")
    bot.workspace.advance_clock(61 * 60)
    await under(bot, card, "Still unclaimed")


async def test_only_admins_set_them_and_what_cannot_be_is_said(bot: SupportBot) -> None:
    await told(bot, "ben", "times 5m", "Only an admin")
    for words, says in (
        ("times 8d", "the most is 7 days"),
        ("times 0m", "the least is 1 minute"),
        ("times 2h 1h", "the longer one"),
        ("times 5", "as a time"),
    ):
        await told(bot, "ana", words, says)
    assert "1 h is brought up again" in await told(bot, "ana", "times", "Admins change that")


async def test_a_question_that_begins_so_is_a_question(bot: SupportBot) -> None:
    said = await told(bot, "dana", "times I cannot follow: where is my order LL-20931?", "LL-20931 under")
    assert "under My orders" in said


async def test_the_form_in_app_home_sets_them_and_says_what_is_wrong_at_its_input(bot: SupportBot) -> None:
    ana = bot.person("ana")
    home = (await ana.open_home())["view"]
    assert "support.times" in actions(home)
    view = (await ana.click_view(home["id"], "support.times"))["view"]
    assert {key: one.get("initial_value", "") for key, one in inputs(view).items()} == {
        "claim": "1h",
        "call": "",
        "urgent_claim": "15m",
        "urgent_call": "",
    }

    def typed(**values: str) -> dict[str, dict[str, str | None]]:
        return {key: {key: value or None} for key, value in values.items()}

    wrong = typed(claim="2h", call="1h", urgent_claim="soon", urgent_call="9d")
    errors = (await ana.submit(view["id"], wrong))["errors"]
    assert errors.keys() == {"call", "urgent_claim"}
    assert (await ana.submit(view["id"], typed(claim="45m", call="3h", urgent_claim="5m", urgent_call="")))["ok"]
    await ana.wait_for_message("deskhand", lambda one: "45 min is brought up again" in shown(one))
    after = shown((await ana.open_home())["view"])
    assert "after 3 h somebody in charge is called" in after
    assert "5 min and 10 min" in after
    assert "support.times" not in actions((await bot.person("ben").open_home())["view"])
    assert not bot.workspace.violations()
