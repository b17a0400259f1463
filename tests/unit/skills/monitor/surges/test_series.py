"""A watched series: order of arrival, clocks that lie, state, alarms and what is said of them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.monitor.surges import HIGH, LOW, Sensitivity, Series

BEGIN = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAY = 86400.0
Text = tuple[float, bool]


def steady(days: float, every: float, *, seed: int = 1, negative: float = 0.5, begin: float = BEGIN) -> list[Text]:
    """Texts at random moments, one `every` seconds on average, a share of them negative."""
    chance = random.Random(seed)
    texts, moment = [], begin
    while (moment := moment + chance.expovariate(1 / every)) < begin + days * DAY:
        texts.append((moment, chance.random() < negative))
    return texts


def burst(at: float, hours: float, every: float, seed: int = 2) -> list[Text]:
    """Negatives only."""
    return steady(hours / 24, every, seed=seed, negative=1.0, begin=at)


def fed(texts: Sequence[Text], series: Series | None = None) -> Series:
    watched = Series(begun=BEGIN) if series is None else series
    for moment, negative in texts:
        watched.add(moment, negative)
    return watched


def alarms(texts: Sequence[Text], series: Series | None = None) -> list[float]:
    watched = Series(begun=BEGIN) if series is None else series
    raised, before = [], None
    for moment, negative in texts:
        watched.add(moment, negative)
        if watched.alarm is not None and watched.alarm is not before:
            raised.append(moment)
        before = watched.alarm
    return raised


def test_a_surge_is_found_soon_and_explained_with_observed_expected_and_days_of_data() -> None:
    at = BEGIN + 10 * DAY
    watched = fed(sorted([*steady(10, 600), *burst(at, 2, 120)]))
    found = watched.finding()
    assert found is not None
    assert found.kind == "count"
    assert at - 2 * HOUR < found.since <= found.raised < at + HOUR
    assert found.observed > 3 * found.expected > 0
    assert found.factor > 3
    assert found.by_chance_every_days > 90
    assert found.share is not None
    assert found.share > found.usual_share
    assert found.days_of_data == pytest.approx(10.1, abs=0.2)


def test_a_surge_is_over_when_counts_are_usual_again_and_is_one_alarm() -> None:
    at = BEGIN + 10 * DAY
    texts = sorted([*steady(12, 600), *burst(at, 6, 120)])
    assert len(alarms(texts)) == 1
    assert fed(texts).finding() is None


def test_a_surge_teaches_nothing_so_that_the_next_one_is_found_as_soon() -> None:
    first, second = BEGIN + 10 * DAY, BEGIN + 12 * DAY
    raised = alarms(sorted([*steady(13, 600), *burst(first, 12, 100), *burst(second, 2, 100, seed=3)]))
    assert [moment > second for moment in raised] == [False, True]
    assert raised[1] - second < HOUR


def test_a_level_that_stays_becomes_the_usual_one_after_some_days() -> None:
    texts = [*steady(10, 600), *steady(10, 150, begin=BEGIN + 10 * DAY)]
    watched = fed(texts)
    assert watched.finding() is None
    assert watched.forecast().expected == pytest.approx(0.5 * DAY / 150, rel=0.15)
    assert len(alarms(texts)) <= 2


def test_nothing_is_called_a_surge_before_anything_is_known() -> None:
    assert alarms(steady(0.2, 20, negative=1.0)) == []


def test_the_first_days_say_on_how_little_data_they_stand_and_still_find_a_great_surge() -> None:
    at = BEGIN + 1.5 * DAY
    watched = fed(sorted([*steady(1.5, 400), *burst(at, 1, 60)]))
    found = watched.finding()
    assert found is not None
    assert found.days_of_data == pytest.approx(1.54, abs=0.05)


def test_a_share_that_rises_while_all_texts_get_fewer_is_found() -> None:
    at = BEGIN + 10 * DAY
    fewer = steady(2, 1500, negative=0.85, begin=at)
    watched = Series(begun=BEGIN)
    kinds = set()
    for moment, negative in [*steady(10, 300, negative=0.15), *fewer]:
        watched.add(moment, negative)
        if watched.alarm is not None:
            kinds.add(watched.alarm.kind)
    assert kinds == {"share"}


def test_a_rare_topic_of_four_a_day_surges_too() -> None:
    at = BEGIN + 20 * DAY
    texts = sorted([*steady(21, DAY / 8), *burst(at, 6, 1200)])
    assert [moment > at for moment in alarms(texts)] == [True]


def test_a_higher_sensitivity_needs_less_evidence() -> None:
    at = BEGIN + 10 * DAY
    texts = sorted([*steady(11, 600), *burst(at, 12, 450)])
    delays = [alarms(texts, Series(begun=BEGIN, sensitivity=one))[:1] for one in (HIGH, LOW)]
    assert delays[0]
    assert not delays[1] or delays[0][0] <= delays[1][0]
    assert Sensitivity().halved().threshold(100, 30) > Sensitivity().threshold(100, 30)


def test_a_text_from_the_future_is_taken_as_of_now() -> None:
    watched = fed(steady(2, 600))
    now = BEGIN + 2 * DAY
    watched.add(now + 400 * DAY, True, now=now)
    assert watched.now <= now
    assert watched.tally.ahead == 1


def test_a_flood_of_texts_that_came_too_late_raises_nothing() -> None:
    watched = fed(steady(5, 600))
    for number in range(500):
        watched.add(BEGIN + 4 * DAY + number, True)
    assert watched.finding() is None
    assert watched.tally.late == 500


def test_a_clock_that_leaps_ahead_and_back_raises_nothing() -> None:
    watched = fed(steady(5, 600))
    watched.advance(BEGIN + 4000 * DAY)
    watched.advance(BEGIN)
    watched = fed(steady(5, 600, begin=BEGIN + 4000 * DAY), watched)
    assert watched.finding() is None


def test_a_source_that_was_silent_for_a_day_is_no_lower_level_and_its_return_no_surge() -> None:
    texts = [*steady(10, 600), *steady(2, 600, begin=BEGIN + 11 * DAY)]
    watched = fed(steady(10, 600))
    watched.advance(BEGIN + 11 * DAY)
    assert watched.silent_hours > 6
    assert alarms(texts) == []
    assert fed(texts).silent_hours == 0


def test_a_holiday_that_is_quiet_is_learned() -> None:
    days = [int(BEGIN // DAY) + day for day in (9, 17, 22, 31, 37)]
    texts = [
        text for text in steady(38, 300) if int(text[0] // DAY) not in days or random.Random(text[0]).random() < 0.3
    ]
    watched = fed(
        [text for text in texts if text[0] < BEGIN + 37 * DAY], Series(begun=BEGIN, is_holiday=days.__contains__)
    )
    usual = Series(begun=BEGIN)
    fed([text for text in texts if text[0] < BEGIN + 37 * DAY], usual)
    assert watched.forecast(BEGIN + 37 * DAY).expected < 0.65 * usual.forecast(BEGIN + 37 * DAY).expected


def test_the_rhythm_of_day_and_week_is_learned() -> None:
    texts = [
        (moment, negative)
        for moment, negative in steady(28, 60)
        if 9 <= moment % DAY / HOUR < 17 and (moment // DAY + 3) % 7 < 5
    ]
    watched = fed(texts)
    monday = BEGIN + 28 * DAY
    bands = watched.band(monday, monday + 7 * DAY)
    noon, night = bands[12], bands[3]
    saturday = bands[5 * 24 + 12]
    assert noon.expected > 20 > 2 > night.expected
    assert noon.low <= 30 <= noon.high
    assert saturday.expected < noon.expected / 3


def test_the_forecast_adds_up_and_its_hours_follow_each_other() -> None:
    watched = fed(steady(14, 300))
    foretold = watched.forecast(BEGIN + 14 * DAY + 1800)
    assert foretold.low < foretold.expected < foretold.high
    assert foretold.expected == pytest.approx(144, rel=0.15)
    assert [band.begin for band in foretold.hours] == [BEGIN + 14 * DAY + hour * HOUR for hour in range(25)]


moments = st.lists(st.tuples(st.integers(0, int(2.9 * 3600)), st.booleans()), min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(moments, st.randoms(use_true_random=False))
def test_any_order_of_arrival_within_the_bound_comes_to_the_same(
    texts: list[tuple[int, bool]], chance: random.Random
) -> None:
    history = [text for text in steady(3, 900) if text[0] < BEGIN + 2.5 * DAY]
    recent = [(BEGIN + 2.5 * DAY + HOUR + offset, negative) for offset, negative in texts]
    shuffled = list(recent)
    chance.shuffle(shuffled)
    one = fed([*history, *sorted(recent)])
    other = fed([*history, *shuffled])
    for watched in (one, other):
        watched.advance(BEGIN + 4 * DAY)
    assert one.to_state() == other.to_state()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 4 * 86400), st.integers(0, 5))
def test_a_state_that_went_through_json_goes_on_the_same(cut: int, seed: int) -> None:
    texts = sorted([*steady(4, 500, seed=seed), *burst(BEGIN + 3 * DAY, 3, 100)])
    whole = fed(texts)
    before = fed([text for text in texts if text[0] < BEGIN + cut])
    again = Series.from_state(json.loads(json.dumps(before.to_state())))
    fed([text for text in texts if text[0] >= BEGIN + cut], again)
    assert again.to_state() == whole.to_state()
    assert again.forecast() == whole.forecast()


def test_a_state_of_another_version_is_refused() -> None:
    state = {**Series(begun=BEGIN).to_state(), "version": 99}
    with pytest.raises(ValueError, match="version 99"):
        Series.from_state(state)


@pytest.mark.parametrize("days", [2, 40])
def test_the_state_stays_small_however_long_it_watches(days: int) -> None:
    watched = fed(steady(days, 60))
    assert len(json.dumps(watched.to_state())) < 16_000
