"""From a surge to its closing summary: what is sent, why, and how often."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from episode_stage import START, TEAM, WATCH, Stage, surge
from sqlalchemy import select

from skills.monitor.episodes import Plan
from skills.monitor.episodes.tables import EpisodeRow, SendRow

HOUR = 3600.0


async def test_an_episode_is_posted_edited_as_it_grows_and_closed_with_a_line_under_its_card(
    either_stage: Stage,
) -> None:
    stage = either_stage
    assert await stage.look(surge(observed=30)) == ["first card"]
    assert await stage.look(surge(observed=31)) == []
    assert await stage.look(surge(observed=46)) == ["grown edit"]
    assert await stage.look() == []
    assert await stage.look(after=800) == []
    assert await stage.look(after=100) == ["over edit", "over line"]
    card, *others = stage.channel.messages.values()
    assert {one.edits or one.under for one in others} == {card.id}
    assert stage.last.episode.outcome == "over"
    assert await stage.look(after=HOUR) == []
    assert await stage.episodes.open_of(TEAM, WATCH) == []


async def test_each_send_is_stored_with_its_reason_and_its_handles(either_stage: Stage) -> None:
    stage = either_stage
    await stage.look(surge())
    await stage.look(surge(observed=90))
    await stage.look()
    await stage.look(after=1000)
    async with stage.sessions() as session:
        rows = list(await session.scalars(select(SendRow).order_by(SendRow.id)))
    assert [(row.number, row.reason) for row in rows] == [(1, "first"), (2, "grown"), (3, "over")]
    kept = [handle for row in rows for handle in (row.card, row.line) if handle]
    assert kept == [one.id for one in stage.channel.messages.values()]
    assert all(row.sent_at is not None and row.view == {} for row in rows)


async def test_a_surge_that_flaps_is_one_message_and_counts_all_that_came(stage: Stage) -> None:
    await stage.look(surge(observed=30, expected=5))
    for _ in range(5):
        assert await stage.look() == []
        assert await stage.look(after=800) == []
        again = stage.clock.now().timestamp()
        assert await stage.look(surge(observed=2, expected=1, since=again), after=60) == []
    episode = await stage.only()
    assert (episode.topics[0].observed, episode.topics[0].expected) == (40, 10)
    assert len(stage.channel.messages) == 1


async def test_a_surge_that_comes_back_after_the_hold_off_is_a_new_episode(stage: Stage) -> None:
    await stage.look(surge())
    await stage.look()
    await stage.look(after=901)
    assert stage.heard() == []
    assert await stage.look(surge()) == ["first card"]
    assert len(await stage.episodes.recent(TEAM, WATCH, START)) == 2


async def test_edits_of_a_message_are_never_closer_than_the_debounce(stage: Stage) -> None:
    await stage.look(surge(observed=30))
    assert await stage.look(surge(observed=60), after=44) == []
    assert await stage.look(surge(observed=100), after=1) == ["grown edit", "grown line"]
    assert await stage.look(surge(observed=200), after=30) == []
    assert await stage.look(surge(observed=400), after=15) == ["grown edit"]
    assert stage.last.episode.topics[0].observed == 400


async def test_more_severe_makes_a_sound_and_more_of_the_same_does_not(stage: Stage) -> None:
    await stage.look(surge(observed=12, expected=5))
    assert await stage.look(surge(observed=24, expected=5)) == ["grown edit", "grown line"]
    assert await stage.look(surge(observed=40, expected=9)) == ["grown edit"]
    assert await stage.look(surge(observed=55, expected=9)) == ["grown edit", "grown line"]
    assert (await stage.only()).severity == "critical"


async def test_severity_never_falls_while_a_topic_surges(stage: Stage) -> None:
    await stage.look(surge(observed=60, expected=5))
    await stage.look(surge(observed=61, expected=40))
    assert (await stage.only()).severity == "critical"


async def test_it_is_repeated_exactly_as_often_as_was_asked_without_drift(stage: Stage) -> None:
    stage.planned(repeat_every=HOUR)
    await stage.look(surge())
    first = stage.clock.now()
    repeats = []
    for _ in range(400):
        if "repeat line" in await stage.look(surge(), after=37):
            repeats.append((stage.clock.now() - first).total_seconds())
    assert len(repeats) == 4
    assert [at // HOUR for at in repeats] == [1, 2, 3, 4]
    assert all(at % HOUR < 37 for at in repeats)


async def test_repeats_that_were_slept_through_are_made_up_for_by_one(stage: Stage) -> None:
    stage.planned(repeat_every=HOUR)
    await stage.look(surge())
    assert await stage.look(surge(), after=5.5 * HOUR) == ["repeat edit", "repeat line"]
    assert await stage.look(surge(), after=0.4 * HOUR) == []
    assert await stage.look(surge(), after=0.1 * HOUR) == ["repeat edit", "repeat line"]


async def test_a_growing_line_puts_the_repeat_off_so_that_nobody_hears_twice(stage: Stage) -> None:
    stage.planned(repeat_every=HOUR)
    await stage.look(surge(observed=12))
    assert await stage.look(surge(observed=30), after=HOUR - 60) == ["grown edit", "grown line"]
    assert await stage.look(surge(observed=30), after=120) == []
    assert await stage.look(surge(observed=30), after=HOUR - 120) == ["repeat edit", "repeat line"]


async def test_editing_the_watch_disturbs_nothing_that_runs(stage: Stage) -> None:
    stage.planned(escalate_to=("U7",), escalate_after=1800.0)
    await stage.look(surge())
    stage.plan = Plan("C9", hold_off=60.0, confirm_after=None)
    assert await stage.look(surge(), after=1800) == ["escalated edit", "escalated line"]
    assert stage.last.episode.called == "U7"
    assert stage.last.episode.channel == "C1"
    await stage.look()
    assert await stage.look(after=120) == []
    assert await stage.look(after=900) == ["over edit", "over line"]


async def test_two_replicas_that_look_at_once_open_and_post_it_once(either_stage: Stage) -> None:
    stage = either_stage
    for _ in range(5):
        await asyncio.gather(*(stage.looked(surge(), surge("billing")) for _ in range(4)))
    assert stage.heard() == ["first card"]
    async with stage.sessions() as session:
        topics = list(await session.scalars(select(EpisodeRow.topic).where(EpisodeRow.open == 1)))
    assert sorted(topics) == ["", "billing"]


async def test_a_step_that_cannot_be_sent_is_tried_again_and_holds_up_no_other_episode(stage: Stage) -> None:
    def refuse(reason: str) -> None:
        if not stage.channel.messages:
            raise ConnectionError

    stage.channel.before = refuse
    looked = await stage.looked(surge("billing"), surge("login"))
    assert len(looked.failed) == 2
    stage.channel.before = lambda reason: None
    assert await stage.look(surge("billing"), surge("login")) == ["first card", "first card"]


async def test_after_a_restart_the_card_is_rendered_from_what_was_stored(stage: Stage) -> None:
    await stage.look(surge("billing", observed=33))
    stored = await stage.episodes.get(TEAM, stage.last.episode.id)
    assert stored is not None
    assert stored.topics[0].details == {"terms": ["billing", "late"]}
    assert replace(stored, card=None, told_at=None) == stage.last.episode


async def test_one_team_never_sees_the_episodes_of_another(stage: Stage) -> None:
    await stage.look(surge())
    id = stage.last.episode.id
    assert await stage.episodes.get("T2", id) is None
    assert await stage.episodes.acknowledge("T2", id, "U1") is None
    assert await stage.episodes.open_of("T2", WATCH) == []


async def test_a_clock_that_went_ahead_and_back_holds_nothing_up(stage: Stage) -> None:
    stage.planned(repeat_every=HOUR)
    await stage.look(surge(observed=30))
    await stage.look(surge(observed=90), after=30 * 24 * HOUR)
    assert await stage.look(surge(observed=150), after=-30 * 24 * HOUR) == ["grown edit"]
    assert "repeat line" in await stage.look(surge(observed=150), after=60)
    await stage.look()
    assert await stage.look(after=901) == ["over edit", "over line"]


@pytest.mark.parametrize("old", [True, False])
async def test_old_episodes_are_forgotten_and_open_ones_never(stage: Stage, old: bool) -> None:
    await stage.look(surge("login"))
    await stage.look()
    if old:
        await stage.look(after=1000)
    await stage.look(surge("billing"), after=60)
    forgotten = await stage.episodes.forget(stage.clock.now())
    assert forgotten == old
    async with stage.sessions() as session:
        left = set(await session.scalars(select(SendRow.episode)))
    assert len(left) == 2 - forgotten
