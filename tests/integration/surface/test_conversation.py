"""What people get when they write to the bot, through real Bolt."""

from surface_bot import RunningBot


async def test_a_mention_is_answered_once_in_its_thread(bot: RunningBot) -> None:
    ana = bot.workspace.person("ana")
    ts = await ana.mention("general", "how long do refunds take?")
    reply = await ana.wait_for_reply("general", ts)
    await bot.workspace.wait_until_idle()
    assert "5 working days" in reply["text"]
    answers = [one for one in await ana.replies("general", ts) if one.get("bot_id")]
    assert len(answers) == 1
    assert not bot.workspace.violations()
