"""Whether what a classifier says has changed: how sure it is, and which labels it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LEAST_TEXTS = 50
"""Texts of each time from which on something is said."""
_EXPECTED = 5.0
"""Labels of which fewer are expected in either time count as one: the chi-squared distribution wants so many (Cochran
1954)."""
_SMOOTHING = 0.5


@dataclass(frozen=True, slots=True)
class Surer:
    """How the probabilities of two times differ.

    `before` and `now` are the shares of texts whose probability is at most `threshold`, where these shares differ most;
    `p` is the chance of a difference as large, were the times the same.
    """

    threshold: float
    before: float
    now: float
    p: float

    @property
    def distance(self) -> float:
        """How far the shares differ: the statistic of Kolmogorov and Smirnov."""
        return abs(self.now - self.before)


@dataclass(frozen=True, slots=True)
class Moved:
    """How the labels of two times differ.

    `stability` is the population stability index, `p` the chance of counts as different, were the times the same.
    `labels` are the shares before and now of the labels that move it most, the greatest first.
    """

    stability: float
    p: float
    labels: tuple[tuple[str, float, float], ...]


def confidence_moved(before: Sequence[float], now: Sequence[float]) -> Surer | None:
    """Returns how probabilities differ, by the two-sample test of Kolmogorov and Smirnov; None where they are few.

    Imports SciPy; blocking for a moment.
    """
    if min(len(before), len(now)) < LEAST_TEXTS:
        return None
    from scipy.stats import ks_2samp

    found = ks_2samp(before, now)
    threshold = float(found.statistic_location)
    then, today = (float((np.asarray(times) <= threshold).mean()) for times in (before, now))
    return Surer(threshold, then, today, float(found.pvalue))


def labels_moved(before: Mapping[str, int], now: Mapping[str, int], named: int = 2) -> Moved | None:
    """Returns how counts of labels differ; None where they are few. `named` labels are given with their shares.

    The chance is that of Pearson's chi-squared test, which a large number of texts makes small for any difference; how
    large it is says the population stability index: the sum over labels of (now - before) x ln(now / before), shares
    with half a text added to each count (Siddiqi, Credit Risk Scorecards, 2006). Imports SciPy; blocking for a moment.
    """
    counts = [sum(before.values()), sum(now.values())]
    if min(counts) < LEAST_TEXTS:
        return None
    from scipy.stats import chi2_contingency

    known = sorted({*before, *now})
    table = np.array([[times.get(label, 0) for label in known] for times in (before, now)], dtype=np.float64)
    expected = table.sum(axis=0) * min(counts) / sum(counts)
    rare = expected < _EXPECTED
    pooled = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)]) if rare.any() else table
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    shares = (pooled + _SMOOTHING) / (pooled + _SMOOTHING).sum(axis=1, keepdims=True)
    stability = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    p = float(chi2_contingency(pooled, correction=False).pvalue) if pooled.shape[1] > 1 else 1.0
    plain = table / table.sum(axis=1, keepdims=True)
    most = np.argsort(-np.abs(plain[1] - plain[0]), kind="stable")[:named]
    moved = tuple((known[at], float(plain[0, at]), float(plain[1, at])) for at in most if plain[0, at] != plain[1, at])
    return Moved(stability, p, moved)
