"""Central intervals of negative-binomial counts, against scipy."""

from __future__ import annotations

import pytest

from skills.monitor.surges.forecast import interval


@pytest.mark.parametrize("mean", [0.3, 2.0, 20.0, 125.0, 499.0, 501.0, 5000.0])
@pytest.mark.parametrize("doubt", [0.0, 0.01, 0.2])
def test_an_interval_leaves_about_a_tenth_on_either_side(mean: float, doubt: float) -> None:
    from scipy.stats import nbinom, poisson

    low, high = interval(mean, doubt, 0.8)
    law = poisson(mean) if doubt == 0 else nbinom(1 / doubt, 1 / (1 + doubt * mean))
    step = max(law.pmf(low), law.pmf(high))
    assert abs(law.cdf(low - 1) - 0.1) <= max(step, 0.01) or low == 0
    assert abs(law.sf(high) - 0.1) <= max(step, 0.01)


def test_nothing_expected_is_an_interval_of_nothing() -> None:
    assert interval(0.0, 0.1, 0.8) == (0, 0)
