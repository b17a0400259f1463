"""Related topics share one card."""

from __future__ import annotations

from episode_stage import START, TEAM, WATCH, Stage, surge

from skills.monitor.episodes.observation import Observation


def topics(stage: Stage) -> dict[str, bool]:
    """Returns what the last message says of each topic: whether it is over."""
    return {one.topic: one.over for one in stage.last.episode.topics}


async def test_the_whole_series_speaks_for_its_topics_in_one_message_that_names_them(either_stage: Stage) -> None:
    stage = either_stage
    on = (surge("billing"), surge(), surge("login"))
    assert await stage.look(*on) == ["first card"]
    assert topics(stage) == {"": False, "billing": False, "login": False}
    assert next(iter(topics(stage))) == ""
    assert await stage.look(*on, after=600) == []
    await stage.look()
    assert await stage.look(after=900) == ["over edit", "over line"]
    assert topics(stage) == {"": True, "billing": True, "login": True}


async def test_a_topic_that_joins_later_makes_the_card_grow_without_a_sound(stage: Stage) -> None:
    await stage.look(surge())
    assert await stage.look(surge(), surge("billing")) == ["grown edit"]
    assert topics(stage) == {"": False, "billing": False}


async def test_a_topic_that_was_first_points_to_the_whole_series_and_says_nothing_more(stage: Stage) -> None:
    assert await stage.look(surge("billing"), surge("login")) == ["first card", "first card"]
    assert await stage.look(surge("billing"), surge("login"), surge()) == ["first card"]
    whole = stage.last
    assert await stage.look(surge("billing"), surge("login"), surge()) == ["merged edit", "merged edit"]
    assert stage.last.episode.merged_into == whole.id
    stage.planned(repeat_every=3600.0)
    assert await stage.look(surge("billing", observed=200), surge(), after=1000) == ["grown edit", "grown line"]
    assert stage.last.under == whole.id
    await stage.look()
    assert await stage.look(after=901) == ["over edit", "over line"]
    assert stage.last.under == whole.id
    assert await stage.look(after=9000) == []


async def test_what_is_partly_over_is_said_and_the_card_stays_until_all_is_over(stage: Stage) -> None:
    await stage.look(surge(), surge("billing"))
    await stage.look(surge("billing"))
    assert await stage.look(surge("billing"), after=901) == ["partly_over edit"]
    assert topics(stage) == {"": True, "billing": False}
    assert await stage.look(surge("billing"), surge()) == ["grown edit"]
    await stage.look(surge())
    assert await stage.look(surge(), after=901) == ["partly_over edit"]
    assert topics(stage) == {"": False, "billing": True}
    await stage.look()
    assert await stage.look(after=901) == ["over edit", "over line"]


async def test_a_topic_with_a_channel_of_its_own_is_told_there_whatever_the_whole_series_does(stage: Stage) -> None:
    stage.planned(channels={"billing": "C2"})
    assert await stage.look(surge(), surge("billing"), surge("login")) == ["first card", "first card"]
    channels = {one.episode.topic: one.episode.channel for one in stage.channel.messages.values()}
    assert channels == {"": "C1", "billing": "C2"}
    assert await stage.look(surge(), surge("login"), after=600) == []
    assert await stage.look(surge(), surge("login"), after=901) == ["over edit", "over line"]
    assert stage.last.episode.topic == "billing"


async def test_a_press_on_a_merged_card_counts_for_the_card_that_speaks_for_it(stage: Stage) -> None:
    await stage.look(surge("billing"))
    merged = stage.last.episode.id
    await stage.look(surge("billing"), surge())
    whole = stage.last.episode.id
    await stage.look(surge("billing"), surge())
    pressed = await stage.episodes.acknowledge(TEAM, merged, "U1")
    assert pressed is not None
    assert (pressed.episode.id, pressed.episode.acknowledged_by) == (whole, "U1")


async def test_a_topic_whose_whole_series_was_held_back_and_is_over_speaks_for_itself(stage: Stage) -> None:
    stage.muted_until = START.replace(hour=11)
    assert await stage.look(surge(), surge("billing")) == []
    assert await stage.look(surge("billing"), after=600) == []
    stage.clock.at = stage.muted_until
    assert await stage.look(surge("billing")) == ["first card"]
    assert stage.last.episode.topic == "billing"
    assert topics(stage) == {"billing": False}
    assert [one.topic for one in await stage.episodes.open_of(TEAM, WATCH)] == ["billing"]


async def test_the_card_counts_the_most_severe_of_its_topics(stage: Stage) -> None:
    await stage.look(surge(observed=12))
    worse = Observation("billing", START.timestamp(), 80, 4.0, 200.0)
    assert await stage.look(surge(observed=12), worse) == ["grown edit", "grown line"]
    assert stage.last.episode.severity == "critical"
