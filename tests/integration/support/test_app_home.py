"""App Home shows at once what its buttons and modals, or a command, have changed."""

from __future__ import annotations

from support_bot import Json, SupportBot, eventually, inputs, shown


async def home_of(bot: SupportBot, who: str, holding: str) -> Json:
    """Returns a person's App Home once it shows some words."""

    async def look() -> Json | None:
        home = (await bot.workspace.get(f"/workspace/views?user={who}"))["home"]
        return home if holding in shown(home) else None

    found: Json = await eventually(look, f"App Home with {holding!r}")
    return found


def published(bot: SupportBot) -> int:
    return sum(one["method"] == "views.publish" for one in bot.workspace.log("call"))


async def test_a_channels_mode_that_is_changed_by_a_button_stands_there(bot: SupportBot) -> None:
    ana = bot.person("ana")
    await ana.command("support", "/support", "channel draft")
    await ana.wait_for_message("support", lambda one: "draft mode" in shown(one))
    home = (await ana.open_home())["view"]
    assert "every reply waits for a person" in shown(home)
    changed = await ana.click_view(home["id"], "support.mode.auto", value=ana.channel("support"))
    assert "sure replies are sent at once" in shown(changed["view"])
    assert not bot.workspace.violations()


async def test_learning_that_is_turned_off_reads_so_and_can_be_turned_on(bot: SupportBot) -> None:
    dana = bot.person("dana")
    home = (await dana.open_home())["view"]
    changed = (await dana.click_view(home["id"], "deskhand.learning"))["view"]
    assert "Nothing is learned" in shown(changed)
    again = (await dana.click_view(changed["id"], "deskhand.learning"))["view"]
    assert "Nothing is learned" not in shown(again)


async def test_an_intent_that_is_removed_in_its_modal_is_gone(bot: SupportBot) -> None:
    ana = bot.person("ana")
    home = (await ana.open_home())["view"]
    opened = (await ana.click_view(home["id"], "support.intent.remove", value="newsletter"))["view"]
    assert (await ana.submit(opened["id"], {key: {} for key in inputs(opened)}))["ok"]
    await home_of(bot, "ana", "2 intents")


async def test_a_command_changes_it_for_who_has_looked_at_it_and_publishes_nothing_else(bot: SupportBot) -> None:
    ana = bot.person("ana")
    await ana.command("support", "/support", "channel draft")
    await bot.settled()
    assert published(bot) == 0
    await ana.open_home()
    await ana.command("support", "/support", "channel auto")
    await home_of(bot, "ana", "sure replies are sent at once")
    count = published(bot)
    await ana.command("support", "/support", "channel auto")
    await bot.settled()
    assert published(bot) == count
