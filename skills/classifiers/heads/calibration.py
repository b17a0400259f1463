"""Turns held-out logits and scope scores into probabilities and a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.heads.scope import NOTHING_REFUSED, Part, ScopeRule, Scores, area_under_curve

CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("none_odds", "max_logit", "neighbours"),
    ("max_logit", "neighbours"),
    ("max_logit",),
    ("energy",),
    ("neighbours",),
    ("mahalanobis",),
    ("energy", "neighbours"),
    ("max_logit", "mahalanobis"),
    ("max_logit", "neighbours", "mahalanobis"),
    ("none_odds",),
    ("none_odds", "neighbours"),
)
"""The sums of scores that are compared, the one that did best elsewhere first: it wins where others gain nothing."""

_THRESHOLDS = tuple(round(0.05 + 0.01 * step, 2) for step in range(91))
_REFUSED = 0.05
_AS_GOOD = 0.003
"""Of thresholds whose outcome differs by less the one nearest one half is taken: the curve's top is flat and noisy."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rule, and the area under the curve of every candidate on the held-out texts, by its names joined by `+`."""

    rule: ScopeRule
    areas: Mapping[str, float]


def fit_temperature(logits: npt.NDArray[Any], target: npt.NDArray[np.intp]) -> tuple[float, float]:
    """Returns the temperature at which the softmax of held-out `logits` fits `target` best, and the loss there.

    The loss is the mean negative log-likelihood (Guo et al. 2017, On Calibration of Modern Neural Networks).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    rows = np.arange(len(target))

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(logits / np.exp(log_temperature), axis=1)[rows, target].mean())

    found = minimize_scalar(loss, bounds=(-4.0, 3.0), method="bounded")
    return float(np.exp(found.x)), float(found.fun)


def choose_rule(scores: Mapping[str, Scores], inside: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_]) -> Chosen:
    """Returns the rule that tells held-out texts in scope from others best.

    `scores` holds each text's scores by name, `inside` whether it is in scope, `right` whether its label was found.
    Both kinds weigh alike, however many there are of each.
    """
    if inside.all() or not inside.any():
        return Chosen(NOTHING_REFUSED, {})
    totals: dict[tuple[str, ...], Scores] = {}
    parts: dict[tuple[str, ...], tuple[Part, ...]] = {}
    for names in CANDIDATES:
        if all(name in scores for name in names):
            parts[names] = tuple(Part.of(name, scores[name][inside]) for name in names)
            totals[names] = ScopeRule(parts[names], 1.0, 0.0, 0.5).total(scores)
    areas = {names: area_under_curve(total[inside], total[~inside]) for names, total in totals.items()}
    best = max(areas.values())
    first = next(iter(areas))
    # Of few texts an area is known only so well: less than its standard error is no gain (Hanley & McNeil 1982).
    noise = np.sqrt(max(best * (1 - best), 1e-6) / min(inside.sum(), (~inside).sum()))
    names = first if areas[first] >= best - noise else max(areas, key=lambda one: areas[one])
    slope, offset = _platt(totals[names], inside)
    rule = ScopeRule(parts[names], slope, offset, 0.5)
    threshold = _threshold(rule.probability(totals[names]), inside, right)
    rule = ScopeRule(parts[names], slope, offset, threshold)
    return Chosen(rule, {"+".join(names): round(area, 4) for names, area in areas.items()})


def with_threshold_of(
    rule: ScopeRule, scores: Mapping[str, Scores], inside: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_]
) -> ScopeRule:
    """Returns the rule with the threshold that is best for these texts, given as to `choose_rule`."""
    return replace(rule, threshold=_threshold(rule.probability(rule.total(scores)), inside, right))


def expected_calibration_error(probabilities: npt.ArrayLike, right: npt.ArrayLike, bins: int = 15) -> float:
    """Returns the mean gap between probability and share of right answers, by bins of equal width."""
    given, hits = np.asarray(probabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    place = np.clip(np.ceil(given * bins).astype(int) - 1, 0, bins - 1)
    return float(np.abs(np.bincount(place, hits - given, minlength=bins)).sum() / len(given))


def area_under_risk_coverage(probabilities: npt.ArrayLike, right: npt.ArrayLike) -> float:
    """Returns the mean error rate over all coverages, the surest answers first (Geifman & El-Yaniv 2017); 0 is best."""
    order = np.argsort(-np.asarray(probabilities), kind="stable")
    wrong = 1.0 - np.asarray(right, dtype=np.float64)[order]
    return float((np.cumsum(wrong) / np.arange(1, len(wrong) + 1)).mean())


def _platt(total: Scores, inside: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Returns slope and offset of the sigmoid, both kinds of texts weighing alike."""
    from scipy.optimize import minimize

    weights = np.where(inside, 0.5 / inside.sum(), 0.5 / (~inside).sum())
    sign = np.where(inside, 1.0, -1.0)

    def loss(values: npt.NDArray[np.float64]) -> float:
        # The little penalty keeps the slope finite where the two kinds don't overlap.
        return float(weights @ np.logaddexp(0.0, -sign * (values[0] * total + values[1])) + 1e-3 * values[0] ** 2)

    slope, offset = minimize(loss, np.array([1.0, 1.0]), method="L-BFGS-B").x
    return float(slope), float(offset)


def _threshold(probability: Scores, inside: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_]) -> float:
    """Returns the threshold at which two shares are greatest: in scope, right and accepted; foreign and refused.

    The first counts twice, since most of what people write is in scope; for the same reason a threshold that refuses
    more than `_REFUSED` of it is taken only where every one does.
    """
    bearable = [least for least in _THRESHOLDS if (probability < least)[inside].mean() <= _REFUSED] or _THRESHOLDS[:1]
    outcome = {
        least: 2 / 3 * float((right & (probability >= least))[inside].mean())
        + 1 / 3 * float((probability < least)[~inside].mean())
        for least in bearable
    }
    good = [least for least, share in outcome.items() if share >= max(outcome.values()) - _AS_GOOD]
    return min(good, key=lambda least: abs(least - 0.5))
