"""Do not disturb: what people set, what others see of it, and what the bot makes of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.disturbing import Disturbing
from bot.features import Features
from bot.workspace.testing import RunningWorkspace, running_workspace


async def test_a_pause_is_seen_by_others_as_a_scheduled_one(workspace: RunningWorkspace) -> None:
    ana, bot = workspace.client("ana"), workspace.client("deskhand")
    before = (await bot.dnd_info(user=workspace.user_id("ana"))).data
    assert before["dnd_enabled"] is False  # type: ignore[call-overload]
    set_to = await ana.dnd_setSnooze(num_minutes=60)
    assert set_to["snooze_enabled"]
    assert set_to["snooze_endtime"] == pytest.approx(time.time() + 3600, abs=5)
    assert (await ana.dnd_info())["snooze_endtime"] == set_to["snooze_endtime"]
    people = [workspace.user_id("ana"), workspace.user_id("ben"), "U0NOBODY"]
    seen = (await bot.dnd_teamInfo(users=people))["users"]
    assert set(seen) == set(people[:2])
    assert (seen[people[0]]["dnd_enabled"], seen[people[0]]["next_dnd_end_ts"]) == (True, set_to["snooze_endtime"])
    assert "snooze_enabled" not in seen[people[0]]
    assert (seen[people[1]]["dnd_enabled"], seen[people[1]]["next_dnd_end_ts"]) == (False, 1)
    assert workspace.violations() == []


async def test_a_pause_ends_by_itself_and_by_hand(workspace: RunningWorkspace) -> None:
    ana = workspace.client("ana")
    await ana.dnd_setSnooze(num_minutes=60)
    workspace.advance_clock(3601)
    assert (await ana.dnd_info())["dnd_enabled"] is False
    await ana.dnd_setSnooze(num_minutes=60)
    assert (await ana.dnd_endSnooze())["snooze_enabled"] is False
    assert (await ana.dnd_info())["dnd_enabled"] is False
    with pytest.raises(SlackApiError, match="snooze_not_active"):
        await ana.dnd_endSnooze()


async def test_a_pause_outlives_a_restart(tmp_path: Path) -> None:
    async with running_workspace(tmp_path) as first:
        await first.client("ana").dnd_setSnooze(num_minutes=60)
    async with running_workspace(tmp_path) as second:
        assert (await second.client("ana").dnd_info())["dnd_enabled"]


async def test_what_slack_refuses_is_refused(workspace: RunningWorkspace) -> None:
    bot = workspace.client("deskhand")
    for call in (
        bot.dnd_info(user="U0NOBODY"),
        bot.dnd_teamInfo(users=[f"U{number}" for number in range(51)]),
        bot.dnd_setSnooze(num_minutes=5),
        workspace.client("ana").dnd_setSnooze(num_minutes=0),
    ):
        with pytest.raises(SlackApiError) as refusal:
            await call
        assert refusal.value.response["error"] in (
            "user_not_found",
            "too_many_users",
            "not_allowed_token_type",
            "invalid_arguments",
        )


async def test_the_bot_learns_who_is_not_to_be_disturbed_and_until_when(workspace: RunningWorkspace) -> None:
    clock = Clock()
    disturbing = Disturbing(workspace.client("deskhand"), Features(), clock)
    end = (await workspace.client("ana").dnd_setSnooze(num_minutes=30))["snooze_endtime"]
    people = [workspace.user_id("ana"), workspace.user_id("ben"), *(f"U{number}" for number in range(60))]
    assert await disturbing.until("T0LOCAL", people) == {people[0]: float(end)}
    assert len([one for one in workspace.log("call") if one["method"] == "dnd.teamInfo"]) == 2
    clock.offset = 1801
    assert await disturbing.until("T0LOCAL", people) == {}
    assert len([one for one in workspace.log("call") if one["method"] == "dnd.teamInfo"]) == 2


async def test_where_slack_cannot_be_asked_everybody_may_be_disturbed(workspace: RunningWorkspace) -> None:
    features = Features()
    disturbing = Disturbing(workspace.client("deskhand"), features, Clock())
    await workspace.client("ana").dnd_setSnooze(num_minutes=30)
    await workspace.lever("fault", {"method": "dnd.teamInfo", "status": 500, "times": 20})
    assert await disturbing.until("T0LOCAL", [workspace.user_id("ana")]) == {}
    assert features.has("dnd.teamInfo")
