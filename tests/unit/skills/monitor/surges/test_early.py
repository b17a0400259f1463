"""Storms before anything is known of a series."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.surges.early import early_surge

BEGUN = 1_790_000_000.0
HOUR = 3600.0


def spread(begin: float, end: float, number: int, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return sorted(chance.uniform(begin, end) for _ in range(number))


def test_thirty_where_three_were_usual_are_told_in_the_second_hour() -> None:
    now = BEGUN + 1.5 * HOUR
    usual = spread(BEGUN, now, 5)
    finding = early_surge(sorted([*usual, *spread(now - 600, now, 30)]), BEGUN, now)
    assert finding is not None
    assert finding.observed >= 30
    assert finding.since >= now - 900
    assert finding.expected < 5


def test_a_storm_keeps_its_begin_as_time_goes_on() -> None:
    now = BEGUN + 2 * HOUR
    storm = spread(now - 600, now, 30)
    later = [*storm, *spread(now, now + 1200, 40)]
    first, second = early_surge(storm, BEGUN, now), early_surge(later, BEGUN, now + 1200)
    assert first is not None
    assert second is not None
    assert abs(first.since - second.since) <= 600


def test_before_half_an_hour_is_known_nothing_is_told() -> None:
    assert early_surge(spread(BEGUN, BEGUN + 1200, 100), BEGUN, BEGUN + 1200) is None


def test_what_grows_by_and_by_is_no_storm() -> None:
    steps = [t for k in range(20) for t in spread(BEGUN + k * 900, BEGUN + (k + 1) * 900, 3 + 2 * k, k)]
    assert all(
        early_surge([t for t in steps if t <= now], BEGUN, now) is None
        for now in (BEGUN + k * 600 for k in range(4, 30))
    )


@given(st.lists(st.floats(0, 5 * HOUR), max_size=60), st.floats(0, 5 * HOUR))
def test_any_times_give_a_finding_that_adds_up_or_none(times: list[float], at: float) -> None:
    negatives = sorted(BEGUN + t for t in times if t <= at)
    finding = early_surge(negatives, BEGUN, BEGUN + at)
    if finding is not None:
        assert 15 <= finding.observed <= len(negatives)
        assert finding.observed >= 6 * finding.expected
