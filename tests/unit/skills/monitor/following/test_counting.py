"""What counts for how much, since when, and what is told of it."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from skills.monitor.following.counting import Entry, begin_of, came_too_late, count, recount, replay
from skills.monitor.following.matches import LOUD, Match, quietened, weight_of
from skills.monitor.watches.watch import WHOLE, Watch, WatchSettings

DAY = 86400.0
HOUR = 3600.0
BEGUN = 1_790_000_000.0
WATCH = Watch("w", "T", "Acme", WatchSettings(channel="C", owner="U"), 1, False, None, BEGUN, BEGUN, 0, 0, 0)


def match(at: float, author: str = "", post: int = 0, source: str = "s") -> Match:
    return Match("T", "w", source, post, at, author, True, 1, ())


def usual(hours: int, source: str = "s", seed: int = 1, negatives: int = 3, others: int = 4) -> list[Entry]:
    chance = random.Random(seed)
    return [
        Entry(source, BEGUN + hour * HOUR + chance.random() * HOUR, kind < negatives, 1, ["app"] if kind == 0 else [])
        for hour in range(hours)
        for kind in range(negatives + others)
    ]


def burst(at: float, number: int, source: str = "s") -> list[Entry]:
    return [Entry(source, at + 60 * k, True, 1, ["app"]) for k in range(number)]


@given(st.lists(st.tuples(st.floats(0, 3 * HOUR), st.sampled_from("abc")), max_size=40))
def test_of_one_author_two_texts_count_within_an_hour_whatever_the_order(said: list[tuple[float, str]]) -> None:
    matches = [match(at, author, number) for number, (at, author) in enumerate(said)]
    made = quietened(matches)
    assert [(one.at, one.post, one.weight) for one in made] == [
        (one.at, one.post, one.weight) for one in quietened(random.Random(0).sample(matches, len(matches)))
    ]
    for one in made:
        counted = [o for o in made if o.author == one.author and o.weight and 0 <= one.at - o.at < HOUR]
        assert len(counted) <= LOUD + 1


def test_who_speaks_for_a_source_counts_in_full() -> None:
    matches = [match(60.0 * k, "desk", k) for k in range(20)]
    assert sum(one.weight for one in quietened(matches)) == LOUD
    assert sum(one.weight for one in quietened(matches, regular={("s", "desk")})) == 20


def test_texts_without_an_author_are_not_one_voice() -> None:
    assert sum(one.weight for one in quietened([match(60.0 * k, "", k) for k in range(20)])) == 20


@given(st.floats(0.01, 20), st.integers(0, 10**6))
def test_a_weight_counts_on_average_what_it_says(weight: float, first: int) -> None:
    counted = [weight_of(first + number, weight) for number in range(400)]
    assert all(one in (int(weight), int(weight) + 1) or one == 10 for one in counted)
    assert abs(sum(counted) / 400 - min(weight, 10)) < 0.15


def test_a_watch_begins_when_the_sources_that_matter_are_there() -> None:
    joined = [replace(entry, source="new", at=entry.at + 2 * DAY) for entry in usual(20)]
    rare = [Entry("rare", BEGUN + 3 * DAY, True, 1, [])]
    begun = begin_of([*usual(72), *joined, *rare], BEGUN - DAY, BEGUN + 4 * DAY)
    assert begun == min(entry.at for entry in joined)
    assert begin_of([], BEGUN, BEGUN + DAY) == BEGUN + DAY


def test_a_storm_between_two_looks_is_told() -> None:
    now = BEGUN + 24 * HOUR
    series = recount(WATCH, usual(24), BEGUN, now)
    later = now + 3 * HOUR
    brief = count(series, [*burst(now + 600, 25)], WATCH, BEGUN, later)
    assert series[WHOLE].alarm is None
    assert brief[WHOLE].observed >= 25
    assert count(series, [], WATCH, BEGUN, later + HOUR) == {}


def test_a_storm_that_goes_on_is_no_brief_one() -> None:
    now = BEGUN + 24 * HOUR
    series = recount(WATCH, usual(24), BEGUN, now)
    assert count(series, burst(now, 25), WATCH, BEGUN, now + 1600) == {}
    assert series[WHOLE].alarm is not None


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_texts_counted_in_any_order_or_in_parts_say_the_same(chance: random.Random) -> None:
    entries = [*usual(30), *burst(BEGUN + 29 * HOUR, 20)]
    now = BEGUN + 30 * HOUR
    whole = recount(WATCH, entries, BEGUN, now)
    shuffled = recount(WATCH, chance.sample(entries, len(entries)), BEGUN, now)
    assert {topic: one.to_state() for topic, one in whole.items()} == {
        topic: one.to_state() for topic, one in shuffled.items()
    }


def test_an_archive_that_comes_late_is_counted_anew() -> None:
    now = BEGUN + 30 * HOUR
    series = recount(WATCH, usual(30), BEGUN, now)
    assert came_too_late(series, usual(10, seed=2))
    assert not came_too_late(series, [Entry("s", now - HOUR, True, 1, [])] * 20)


def test_a_replay_finds_what_surged_and_is_the_same_each_time() -> None:
    entries = [*usual(24 * 10), *burst(BEGUN + 5 * DAY, 40)]
    now = BEGUN + 10 * DAY
    surges = replay(WATCH, entries, BEGUN, now)
    assert [one.topic for one in surges] == [WHOLE]
    assert abs(surges[0].raised - (BEGUN + 5 * DAY)) < HOUR
    assert surges == replay(WATCH, list(reversed(entries)), BEGUN, now)


def test_each_not_useful_makes_a_watch_slower_and_each_useful_makes_up_for_one() -> None:
    from skills.monitor.following.counting import sensitivity_of

    rates = [sensitivity_of(replace(WATCH, not_useful=number)).false_alarms_per_quarter for number in (0, 5, 20)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > rates[-1]
    assert sensitivity_of(replace(WATCH, not_useful=5, useful=5)) == sensitivity_of(WATCH)
