"""The auditor: what was promised and did not run on time is reported, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from episode_stage import TEAM, WATCH, Stage, surge
from sqlalchemy import update

from skills.monitor.episodes.tables import EpisodeRow

HOUR = 3600.0


async def steps(stage: Stage, after: float = 0.0) -> list[str]:
    stage.clock.at += timedelta(seconds=after)
    return [one.step for one in await stage.episodes.audit()]


async def test_a_life_in_which_everything_ran_on_time_leaves_nothing_to_report(either_stage: Stage) -> None:
    stage = either_stage
    stage.planned(escalate_to=("U7",), repeat_every=HOUR, confirm_after=HOUR)
    await stage.look(surge("billing"))
    for minute in range(150):
        topics = (surge("billing"),) if minute < 40 else (surge(), surge("billing", observed=minute))
        await stage.look(*topics)
        if minute == 100:
            await stage.episodes.acknowledge(TEAM, stage.last.episode.id, "U5")
    for _ in range(20):
        await stage.look()
    assert "over line" in stage.heard() or stage.last.reason == "over"
    assert await stage.episodes.open_of(TEAM, WATCH) == []
    assert await steps(stage) == []


async def test_a_first_message_that_cannot_be_sent_is_reported_once(either_stage: Stage) -> None:
    stage = either_stage

    def refuse(reason: str) -> None:
        raise ConnectionError

    stage.channel.before = refuse
    await stage.look(surge())
    assert await steps(stage, 100) == []
    assert await steps(stage, 100) == ["first"]
    assert await steps(stage, 100) == []
    stage.channel.before = lambda reason: None
    assert await stage.look(surge()) == ["first card"]
    assert await steps(stage) == []


@pytest.mark.parametrize("away", [2 * HOUR, 30 * HOUR])
async def test_what_ran_late_because_nobody_looked_is_reported_with_the_look_itself(stage: Stage, away: float) -> None:
    stage.planned(escalate_to=("U7",), escalate_after=600.0)
    await stage.look(surge())
    looked_at = stage.clock.now().timestamp()
    stage.clock.at += timedelta(seconds=away)
    found = await stage.episodes.audit()
    assert {(one.step, one.due_at) for one in found} == {("look", looked_at), ("escalated", looked_at + 600)}
    await stage.look(surge())
    assert await steps(stage) == []
    assert [one.step for one in await stage.episodes.missed(TEAM, WATCH, stage.clock.now() - timedelta(days=2))] == [
        one.step for one in found
    ]


async def test_a_step_that_ran_late_and_was_not_seen_missing_is_reported_afterwards(stage: Stage) -> None:
    stage.planned(repeat_every=HOUR)
    await stage.look(surge())
    await stage.look(surge(), after=HOUR + 600)
    assert await steps(stage) == ["repeat"]
    assert await steps(stage) == []


async def test_a_confirmation_that_was_never_asked_for_and_a_close_that_never_came_are_seen(stage: Stage) -> None:
    stage.planned(confirm_after=HOUR)
    await stage.look(surge())
    await stage.episodes.acknowledge(TEAM, stage.last.episode.id, "U5")
    await stage.tell()
    async with stage.sessions.begin() as session:
        await session.execute(update(EpisodeRow).values(over_since=stage.clock.now().timestamp()))
    assert await steps(stage, 1079) == ["look"]
    assert await steps(stage, 2) == ["over"]
    assert await steps(stage, HOUR) == ["confirm"]


async def test_what_quiet_times_hold_back_is_not_late(stage: Stage) -> None:
    stage.muted_until = stage.clock.now() + timedelta(hours=3)
    await stage.look(surge())
    assert await steps(stage, 600) == []
    await stage.look(surge(), after=HOUR)
    assert await steps(stage) == []
    stage.clock.at = stage.muted_until
    assert await stage.look(surge()) == ["first card"]
    assert await steps(stage) == []
