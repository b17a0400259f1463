"""Bands and forecasts: quantiles of negative-binomial counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skills.monitor.surges.rhythm import Expected

_EXACT_UP_TO = 500.0


@dataclass(frozen=True, slots=True)
class Band:
    """One hour: its begin in Unix seconds, the expected count and the band that holds `cover` of the counts."""

    begin: float
    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The 24 hours from `begin`: their total with its band, and the hours."""

    begin: float
    expected: float
    low: int
    high: int
    cover: float
    hours: tuple[Band, ...]


def band(begin: float, expected: Expected, cover: float) -> Band:
    """Returns the band of one hour."""
    low, high = interval(expected.mean, 1 / expected.certainty + expected.dispersion, cover)
    return Band(begin, expected.mean, low, high)


def forecast(begin: float, total: float, doubt: float, hours: Sequence[Band], cover: float) -> Forecast:
    """Returns the forecast whose total has mean `total` and whose rate has the relative variance `doubt`."""
    low, high = interval(total, doubt, cover)
    return Forecast(begin, total, low, high, cover, tuple(hours))


def interval(mean: float, doubt: float, cover: float) -> tuple[int, int]:
    """Returns the least and the greatest count of the central interval nearest to `cover`.

    The counts are negative-binomial with variance `mean + doubt * mean ** 2`; each tail is as near to half the rest
    as whole numbers allow.
    """
    tail = (1 - cover) / 2
    if mean <= 0:
        return 0, 0
    if mean > _EXACT_UP_TO:
        return _by_gamma(mean, mean + doubt * mean * mean, cover)
    low, high = -1, -1
    below = 0.0
    count = 0
    shape = 1 / doubt if doubt > 1e-6 else math.inf
    chance = math.exp(-mean) if math.isinf(shape) else math.exp(-shape * math.log1p(mean / shape))
    while True:
        reached = below + chance
        if low < 0 and reached > tail:
            low = count if tail - below <= reached - tail else count + 1
        if reached >= 1 - tail:
            high = count if reached - (1 - tail) <= (1 - tail) - below or count == 0 else count - 1
            return min(low, high), high
        below = reached
        count += 1
        if math.isinf(shape):
            chance *= mean / count
        else:
            chance *= (shape + count - 1) / count * (mean / (shape + mean))
        if count > 50 * (mean + 10):
            return low, count


def _by_gamma(mean: float, variance: float, cover: float) -> tuple[int, int]:
    """The same for large counts, by a gamma distribution and Wilson and Hilferty's cube root (1931)."""
    from statistics import NormalDist

    shape = mean * mean / variance
    z = NormalDist().inv_cdf((1 + cover) / 2)
    ninth = 1 / (9 * shape)
    bounds = [mean * max(0.0, 1 - ninth + side * math.sqrt(ninth)) ** 3 for side in (-z, z)]
    return round(bounds[0]), round(bounds[1])
