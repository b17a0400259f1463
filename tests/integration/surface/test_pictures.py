"""A chart that Slack has no block for reaches people as a picture."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from surface_bot import RunningBot

from bot.delivery import Outgoing
from bot.desk import DeskSkill
from bot.rendering import render_reply
from bot.workspace.accounts import TEAM_ID
from skills.catalogs import Catalogs
from skills.reply import Chart, Reply, Series

SAY = Catalogs([DeskSkill.catalogs]).say("zh-CN", ZoneInfo("UTC"))
LINES = tuple(Series(f"频道 {number}", (1.0, float(number))) for number in range(7))
CHART = Chart("bar", "每日提问", LINES, ("周一", "周二"), "七个频道的提问")


async def test_a_chart_with_seven_series_is_uploaded_and_shown(bot: RunningBot) -> None:
    payload = render_reply(Reply((CHART,)), "p1", SAY, datetime.now(UTC))
    await bot.runtime.outbox.post([Outgoing("p1", TEAM_ID, "post", "C0GENERAL", payload)])
    ben = bot.workspace.person("ben")
    shown = await ben.wait_for_message("general", lambda one: "每日提问" in one["text"])
    (block,) = shown["blocks"]
    assert (block["type"], block["alt_text"]) == ("image", CHART.alt)
    assert "频道 6: 周一 1, 周二 6" in shown["text"]
    path = block["slack_file"]["url"].removeprefix(bot.workspace.workspace.url)
    files = bot.workspace.workspace.files
    _, content = files.load(path.partition("-")[2].partition("/")[0])
    assert content is not None
    assert content.startswith(b"\x89PNG")
    assert not bot.workspace.violations()
