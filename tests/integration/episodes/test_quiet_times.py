"""Quiet hours and mute: held back, then told once, as far as it still stands."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from episode_stage import TEAM, WATCH, Stage, surge

from skills.monitor.episodes import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(7), "Europe/Berlin", critical_passes=False)


def at(stage: Stage, day: int, hour: int, minute: int = 0) -> None:
    """Moves the clock so that the next look, a minute later, is at this hour in Berlin."""
    stage.clock.at = datetime(2026, 12, day, hour, minute, tzinfo=BERLIN).astimezone(UTC) - timedelta(minutes=1)


async def test_what_began_and_ended_in_quiet_hours_is_never_told(stage: Stage) -> None:
    stage.planned(quiet=NIGHT)
    at(stage, 1, 23)
    assert await stage.look(surge("login")) == []
    at(stage, 2, 2)
    assert await stage.look() == []
    assert await stage.look(after=1000) == []
    at(stage, 2, 7)
    assert await stage.look() == []
    stats = await stage.episodes.stats(TEAM, WATCH, datetime(2026, 11, 1, tzinfo=UTC))
    assert (stats.untold, stats.told) == (1, 0)


async def test_what_still_stands_in_the_morning_is_caught_up_with_in_one_message(either_stage: Stage) -> None:
    stage = either_stage
    stage.planned(quiet=NIGHT, repeat_every=3600.0, escalate_to=("U7",))
    at(stage, 1, 23)
    assert await stage.look(surge("login"), surge("billing", observed=40)) == []
    for hour in range(7):
        at(stage, 2, hour)
        assert await stage.look(surge("login"), surge("billing", observed=60), surge("prices")) == []
    at(stage, 2, 7)
    assert await stage.look(surge("login"), surge("billing", observed=60)) == ["first card"]
    assert [one.topic for one in stage.last.episode.topics] == ["billing", "login"]
    assert await stage.look(surge("login"), surge("billing", observed=60)) == []
    assert await stage.episodes.audit() == []


async def test_what_was_told_before_is_caught_up_with_by_one_reason(stage: Stage) -> None:
    stage.planned(quiet=NIGHT, repeat_every=3600.0, escalate_to=("U7", "U8"))
    at(stage, 1, 21, 50)
    assert await stage.look(surge(observed=12)) == ["first card"]
    at(stage, 2, 4)
    assert await stage.look(surge(observed=80)) == []
    at(stage, 2, 7)
    assert await stage.look(surge(observed=80)) == ["escalated edit", "escalated line"]
    assert stage.last.episode.severity == "critical"
    assert await stage.look(surge(observed=80), after=300) == []


async def test_a_card_that_stands_is_closed_at_night_without_a_sound(stage: Stage) -> None:
    stage.planned(quiet=NIGHT)
    at(stage, 1, 21)
    await stage.look(surge())
    at(stage, 2, 1)
    assert await stage.look() == []
    assert await stage.look(after=901) == ["over edit"]
    at(stage, 2, 8)
    assert await stage.look() == []


async def test_an_acknowledgement_at_night_shows_and_what_grew_is_still_told_in_the_morning(stage: Stage) -> None:
    stage.planned(quiet=NIGHT)
    at(stage, 1, 21)
    await stage.look(surge(observed=12))
    at(stage, 2, 1)
    await stage.episodes.acknowledge(TEAM, stage.last.episode.id, "U5")
    assert await stage.look(surge(observed=80)) == ["acknowledged edit"]
    at(stage, 2, 7)
    assert await stage.look(surge(observed=80)) == ["grown edit", "grown line"]


async def test_what_is_critical_breaks_quiet_hours_where_that_was_settled(stage: Stage) -> None:
    stage.planned(quiet=QuietHours(time(22), time(7), "Europe/Berlin", critical_passes=True))
    at(stage, 2, 1)
    assert await stage.look(surge(observed=30)) == []
    assert await stage.look(surge(observed=80)) == ["first card"]


async def test_a_mute_holds_everything_and_its_end_tells_what_stands(stage: Stage) -> None:
    stage.muted_until = stage.clock.now() + timedelta(hours=2)
    assert await stage.look(surge(observed=80)) == []
    assert await stage.look(surge(observed=80), after=3600) == []
    assert await stage.look(surge(observed=80), after=3600) == ["first card"]
    assert await stage.episodes.audit() == []


async def test_a_mute_that_is_taken_back_tells_at_the_next_look(stage: Stage) -> None:
    stage.muted_until = stage.clock.now() + timedelta(hours=2)
    await stage.look(surge())
    stage.muted_until = None
    assert await stage.look(surge()) == ["first card"]
