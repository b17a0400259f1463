"""When a promotion is rolled back by itself: how people were served before and after, and what chance would do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from skills.learning.watching import LEAST_TURNS, Served, is_worse, p_worse


@st.composite
def times(draw: st.DrawFn) -> Served:
    turns = draw(st.integers(1, 400))
    return Served(turns, draw(st.integers(0, turns)))


@given(times(), times())
def test_the_chance_is_that_of_fishers_exact_test(before: Served, now: Served) -> None:
    table = [[now.bad, now.turns - now.bad], [before.bad, before.turns - before.bad]]
    assert p_worse(before, now) == pytest.approx(fisher_exact(table, alternative="greater").pvalue, abs=1e-9)


def test_a_version_that_hands_over_four_times_as_often_is_worse() -> None:
    assert is_worse(Served(200, 20), Served(60, 24))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Served(200, 20), Served(60, 9)),
        (Served(200, 20), Served(60, 2)),
        (Served(LEAST_TURNS - 1, 0), Served(60, 60)),
        (Served(200, 0), Served(LEAST_TURNS - 1, LEAST_TURNS - 1)),
        (Served(0, 0), Served(0, 0)),
    ],
)
def test_what_chance_explains_and_what_few_questions_say_is_not_worse(before: Served, now: Served) -> None:
    assert not is_worse(before, now)


def test_of_a_thousand_versions_that_are_as_good_few_are_taken_for_worse_in_two_weeks_of_looking() -> None:
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(1000):
        before = Served(300, int(random.binomial(300, 0.15)))
        bad = np.cumsum(random.random(300) < 0.15)
        alarms += any(is_worse(before, Served(turns, int(bad[turns - 1]))) for turns in range(30, 301, 10))
    assert alarms <= 20
