"""What people press: acknowledged, confirmed again, not useful, closed; and who is called while nobody does."""

from __future__ import annotations

from datetime import UTC, datetime

from episode_stage import TEAM, WATCH, Stage, surge
from sqlalchemy import select

from skills.monitor.episodes.tables import PressRow

HOUR = 3600.0
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def begun(stage: Stage, **plan: object) -> str:
    stage.planned(**plan)
    assert await stage.look(surge()) == ["first card"]
    return stage.last.episode.id


async def test_each_is_called_in_turn_while_nobody_acknowledges(either_stage: Stage) -> None:
    stage = either_stage
    await begun(stage, escalate_to=("U7", "U8"), escalate_after=1800.0)
    told_at = stage.clock.now().timestamp()
    called = []
    for _ in range(200):
        if "escalated line" in await stage.look(surge()):
            called.append((stage.last.episode.called, stage.clock.now().timestamp() - told_at))
    assert called == [("U7", 1800.0), ("U8", 3600.0)]


async def test_who_acknowledges_ends_the_calls_and_the_repeats(stage: Stage) -> None:
    id = await begun(stage, escalate_to=("U7",), repeat_every=HOUR)
    pressed = await stage.episodes.acknowledge(TEAM, id, "U5")
    assert pressed is not None
    assert pressed.changed
    assert await stage.tell() == ["acknowledged edit"]
    assert stage.last.episode.acknowledged_by == "U5"
    assert await stage.look(surge(), after=9 * HOUR) == []


async def test_an_acknowledgement_that_is_confirmed_goes_on_and_one_that_is_not_lapses(stage: Stage) -> None:
    id = await begun(stage, escalate_to=("U7",), escalate_after=1800.0, confirm_after=4 * HOUR, confirm_within=900.0)
    await stage.episodes.acknowledge(TEAM, id, "U5")
    await stage.tell()
    assert await stage.look(surge(), after=4 * HOUR) == ["confirm edit", "confirm line"]
    await stage.episodes.confirm(TEAM, id, "U5")
    assert await stage.look(surge(), after=3.9 * HOUR) == []
    assert await stage.look(surge(), after=0.2 * HOUR) == ["confirm edit", "confirm line"]
    assert await stage.look(surge(), after=899) == []
    assert await stage.look(surge(), after=1) == ["escalated edit", "escalated line"]
    assert stage.last.episode.acknowledged_by is None
    await stage.episodes.confirm(TEAM, id, "U5")
    assert await stage.tell() == ["acknowledged edit"]


async def test_where_nobody_is_to_be_called_a_lapse_shows_on_the_card_and_the_repeats_go_on(stage: Stage) -> None:
    id = await begun(stage, confirm_after=HOUR, repeat_every=2 * HOUR)
    await stage.episodes.acknowledge(TEAM, id, "U5")
    await stage.tell()
    await stage.look(surge(), after=HOUR)
    assert await stage.look(surge(), after=900) == ["lapsed edit"]
    assert await stage.look(surge(), after=2 * HOUR) == ["repeat edit", "repeat line"]


async def test_after_the_last_call_a_lapse_calls_the_last_one_again(stage: Stage) -> None:
    id = await begun(stage, escalate_to=("U7",), escalate_after=600.0, confirm_after=HOUR)
    assert await stage.look(surge(), after=600) == ["escalated edit", "escalated line"]
    await stage.episodes.acknowledge(TEAM, id, "U7")
    await stage.tell()
    await stage.look(surge(), after=HOUR)
    assert await stage.look(surge(), after=900) == ["escalated edit", "escalated line"]
    assert stage.last.episode.called == "U7"
    assert await stage.look(surge(), after=HOUR) == []


async def test_each_press_does_its_work_once_and_is_kept_with_who_pressed_it(stage: Stage) -> None:
    id = await begun(stage)
    outcomes = [
        await stage.episodes.acknowledge(TEAM, id, "U5"),
        await stage.episodes.acknowledge(TEAM, id, "U6"),
        await stage.episodes.confirm(TEAM, id, "U5"),
        await stage.episodes.close(TEAM, id, "U5"),
        await stage.episodes.close(TEAM, id, "U6"),
        await stage.episodes.acknowledge(TEAM, id, "U6"),
        await stage.episodes.not_useful(TEAM, id, "U6"),
        await stage.episodes.not_useful(TEAM, id, "U6"),
    ]
    assert [one is not None and one.changed for one in outcomes] == [
        True,
        False,
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    async with stage.sessions() as session:
        kept = [(row.what, row.by) for row in await session.scalars(select(PressRow).order_by(PressRow.id))]
    assert kept == [("acknowledge", "U5"), ("close", "U5"), ("not_useful", "U6")]


async def test_what_was_not_useful_ends_and_says_nothing_more_of_this_surge(either_stage: Stage) -> None:
    stage = either_stage
    id = await begun(stage, escalate_to=("U7",), repeat_every=HOUR)
    await stage.episodes.not_useful(TEAM, id, "U5")
    assert await stage.tell() == ["over edit"]
    assert stage.last.episode.outcome == "not_useful"
    assert stage.last.episode.closed_by == "U5"
    assert await stage.episodes.open_of(TEAM, WATCH) == []
    for _ in range(5):
        assert await stage.look(surge(observed=49), surge("billing"), after=HOUR) == []
    await stage.look()
    await stage.look(after=901)
    assert await stage.look(surge()) == ["first card"]


async def test_a_surge_that_gets_more_severe_than_what_was_closed_is_told_anew(stage: Stage) -> None:
    id = await begun(stage)
    await stage.episodes.close(TEAM, id, "U5")
    await stage.tell()
    assert await stage.look(surge(observed=49)) == []
    assert await stage.look(surge(observed=80)) == ["first card"]
    assert stage.last.episode.id != id


async def test_a_closed_card_says_so_even_when_the_surge_gets_worse_before_it_could(stage: Stage) -> None:
    id = await begun(stage)
    await stage.episodes.close(TEAM, id, "U5")
    assert await stage.look(surge(observed=80), after=10) == []
    assert await stage.look(surge(observed=80)) == ["over edit"]
    assert await stage.look(surge(observed=80)) == ["first card"]


async def test_usefulness_counts_each_episode_by_its_last_judgement(stage: Stage) -> None:
    for number in range(4):
        id = await begun(stage)
        if number < 3:
            await stage.episodes.acknowledge(TEAM, id, "U5")
        if number in (1, 3):
            await stage.episodes.not_useful(TEAM, id, "U5")
        await stage.look()
        await stage.look(after=1000)
        stage.heard()
        await stage.look(after=60)
    useful = await stage.episodes.usefulness(TEAM, WATCH)
    assert (useful.useful, useful.not_useful, useful.precision) == (2, 2, 0.5)


async def test_stats_tell_delay_noise_and_counts(either_stage: Stage) -> None:
    stage = either_stage
    assert (await stage.episodes.stats(TEAM, WATCH, LONG_AGO)).delay is None
    since = stage.clock.now()
    await begun(stage)
    await stage.look()
    await stage.look(after=1000)
    stats = await stage.episodes.stats(TEAM, WATCH, since)
    assert (stats.open, stats.told, stats.untold) == (0, 1, 0)
    assert stats.delay == 660
    assert stats.messages_a_week == 2
