"""What the topics of a team teach each other: a prior pooled from the rhythms of sister topics.

Empirical Bayes: each factor's prior is the mean of the sisters' factors, each weighted by its data, and the prior is
as strong as they agree. A young topic leans on it, an old one has its own data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean, pvariance

from skills.monitor.surges.rhythm import DAYS, HOURS, Prior, Rhythm

_LEAST_SISTERS = 3
_LEAST_DAYS = 1.0
_WEAKEST, _STRONGEST = 3.0, 100.0
_HOLIDAYS_FROM = 10.0
"""Negatives expected on holidays before a sister's word on them counts."""


def pooled(sisters: Iterable[Rhythm], prior: Prior | None = None) -> Prior:
    """Returns what `sisters` believe together, or `prior` where they are too few or too young to tell."""
    before = prior if prior is not None else Prior()
    known = [one for one in sisters if one.days_of_data >= _LEAST_DAYS and one.count > 0]
    if len(known) < _LEAST_SISTERS:
        return before
    weights = [min(one.days_of_data, 28.0) for one in known]
    logs = [math.log(one.level) for one in known]
    festive = [one for one in known if one.holiday_expected >= _HOLIDAYS_FROM]
    hours = _means([one.hour_factors for one in known], weights, HOURS)
    weekdays = _means([one.weekday_factors for one in known], weights, DAYS)
    return Prior(
        level=math.exp(fmean(logs)),
        level_strength=min(1 / (pvariance(logs) + 0.5), 1.0),
        hours=hours,
        hours_strength=_strength([one.hour_factors for one in known], hours),
        weekdays=weekdays,
        weekdays_strength=_strength([one.weekday_factors for one in known], weekdays),
        holiday=fmean(one.holiday_factor for one in festive) if festive else before.holiday,
        holiday_strength=before.holiday_strength,
    )


def _means(rows: Sequence[Sequence[float]], weights: Sequence[float], size: int) -> tuple[float, ...]:
    total = sum(weights)
    means = [sum(w * row[place] for w, row in zip(weights, rows, strict=True)) / total for place in range(size)]
    middle = fmean(means)
    return tuple(max(mean / middle, 0.02) for mean in means)


def _strength(rows: Sequence[Sequence[float]], means: Sequence[float]) -> float:
    """Returns one over the sisters' relative variance around their mean, within bounds."""
    spread = fmean((row[place] / means[place] - 1) ** 2 for row in rows for place in range(len(means)))
    return min(max(1 / max(spread, 1e-9), _WEAKEST), _STRONGEST)
