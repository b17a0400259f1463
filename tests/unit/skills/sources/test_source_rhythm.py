"""How a source is doing, and when it is looked at again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.rhythm import (
    LONGEST_BACK_OFF,
    Pulse,
    back_off,
    first_pulse,
    interval,
    jittered,
    lane_pause,
)

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOURLY = Pulse(posts=50, gap=3600.0, longest_gap=7200.0)


def test_failing_is_told_once_and_being_well_again_once() -> None:
    pulse, told = Pulse(), []
    for _ in range(20):
        pulse, what = pulse.failed()
        told.append(what)
    assert [what for what in told if what] == ["failing"]
    assert told[4] == "failing"
    pulse, what = pulse.answered(0, 300.0)
    assert what == "well"
    assert pulse.answered(0, 300.0)[1] is None


def test_a_few_failures_are_not_told() -> None:
    pulse = Pulse()
    for _ in range(10):
        for _ in range(4):
            pulse, told = pulse.failed()
            assert told is None
        pulse, told = pulse.answered(1, 300.0)
        assert told is None


def test_silence_is_told_once_by_the_sources_own_rhythm_and_its_end_once() -> None:
    pulse, hours, told = HOURLY, 0.0, []
    while hours < 100:
        pulse, what = pulse.answered(0, 900.0)
        hours += 0.25
        if what:
            told.append((what, hours))
    assert told == [("silent", 8.25)]
    pulse, what = pulse.answered(3, 900.0)
    assert what == "well"
    assert pulse.answered(1, 900.0)[1] is None


def test_a_source_whose_nights_are_quiet_is_not_silent_by_night() -> None:
    pulse = HOURLY
    for day in range(30):
        for quarter in range(96):
            new = int(quarter >= 32 and quarter % 4 == 0)
            pulse, told = pulse.answered(new, 900.0)
            assert told is None or day < 1


def test_what_was_long_quiet_when_it_was_added_has_not_fallen_silent() -> None:
    times = [NOW - timedelta(days=200 + number) for number in range(20)]
    pulse = first_pulse(Pulse(), times, NOW)
    for _ in range(24 * 30):
        pulse, told = pulse.answered(0, 3600.0)
        assert told is None


def test_a_source_is_looked_at_some_times_for_each_post_within_bounds() -> None:
    assert interval(Pulse(), 300, 3600) == 300
    assert interval(Pulse(gap=60.0), 300, 3600) == 300
    assert interval(Pulse(gap=1800.0), 300, 3600) == 900
    assert interval(Pulse(gap=1e6), 300, 3600) == 3600
    assert interval(Pulse(gap=60.0), 300, 3600, fresh_for=7200) == 7200
    assert interval(Pulse(gap=1e6), 300, 3600, complete=False) == 300


@given(st.integers(1, 10_000), st.floats(1, 604_800), st.none() | st.floats(0, 86_400), st.integers())
def test_back_off_never_ends_and_never_comes_sooner_than_asked(
    failures: int, usual: float, retry_after: float | None, seed: int
) -> None:
    pause = back_off(failures, usual, retry_after, random.Random(seed))
    assert pause >= max(0.8 * usual, retry_after or 0.0)
    assert pause <= max(1.2 * max(LONGEST_BACK_OFF, usual), 1.1 * (retry_after or 0.0))


@given(st.integers(1, 10_000), st.none() | st.floats(0, 86_400))
def test_a_host_is_spared_for_as_long_as_it_asks(refusals: int, retry_after: float | None) -> None:
    assert 0 <= lane_pause(refusals, retry_after) <= 86_400
    assert retry_after is None or lane_pause(refusals, retry_after) == retry_after


@given(st.floats(1, 1e5), st.integers())
def test_jitter_is_small(seconds: float, seed: int) -> None:
    assert 0.94 * seconds <= jittered(seconds, random.Random(seed)) <= 1.06 * seconds
