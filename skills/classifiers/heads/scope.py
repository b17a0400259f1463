"""How surely a text belongs to any of a head's labels at all.

Scores from the literature, higher for what is surely in scope: the greatest logit (Hendrycks et al. 2022, Scaling
Out-of-Distribution Detection), the energy (Liu et al. 2020), the mean similarity of the nearest training examples (Sun
et al. 2022), the relative Mahalanobis distance (Ren et al. 2021), and the log-odds against a class trained on
examples of "none of these" where there are any. Each is standardised on in-scope texts that were held out, so that
sums of them make sense; which sum serves is decided by measurement in training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import product

Scores = npt.NDArray[np.float64]
"""One number a text."""

_SHRINKAGE = 0.1
"""Share of the mean variance in the covariances, which are of fewer texts than they have entries."""


@dataclass(frozen=True, slots=True)
class Part:
    """One score of the sum, with its mean and standard deviation on in-scope texts."""

    name: str
    mean: float
    deviation: float

    @classmethod
    def of(cls, name: str, inside: Scores) -> Part:
        """Returns the part whose score took the values `inside` on texts in scope."""
        return cls(name, float(inside.mean()), float(max(inside.std(), 1e-6)))


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """The sum of `parts` becomes a probability by a sigmoid of `slope` x sum + `offset` (Platt 1999).

    `threshold` is the least probability that is accepted. Without parts nothing is refused.
    """

    parts: tuple[Part, ...]
    slope: float
    offset: float
    threshold: float

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores it sums."""
        return tuple(part.name for part in self.parts)

    def standardised(self, scores: Mapping[str, Scores]) -> ScopeRule:
        """Returns the rule with the means and deviations of `scores`, which are those of texts in scope."""
        return replace(self, parts=tuple(Part.of(part.name, scores[part.name]) for part in self.parts))

    def total(self, scores: Mapping[str, Scores]) -> Scores:
        """Returns the standardised sum."""
        total: Scores = np.sum([(scores[part.name] - part.mean) / part.deviation for part in self.parts], axis=0)
        return total

    def probability(self, total: Scores) -> Scores:
        """Returns the probabilities of being in scope."""
        probability: Scores = 1.0 / (1.0 + np.exp(np.clip(-(self.slope * total + self.offset), -500, 500)))
        return probability


NOTHING_REFUSED = ScopeRule((), 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """Class means and the overall mean under the two covariances of the relative Mahalanobis distance.

    `within` and `overall` are float32 (dense, dense), such that a row times them has unit covariance; `means` float32
    (labels, dense) is whitened already, as is `mean` (dense,).
    """

    within: Floats
    means: Floats
    overall: Floats
    mean: Floats

    @classmethod
    def of(cls, near: Floats, target: npt.NDArray[np.intp], labels: int) -> Whitened:
        """Returns them for rows (texts, dense) by label."""
        kept = target < labels
        rows, classes = near[kept].astype(np.float64), target[kept]
        counts = np.maximum(np.bincount(classes, minlength=labels), 1)
        means = np.zeros((labels, rows.shape[1]))
        np.add.at(means, classes, rows)
        means /= counts[:, None]
        within, overall = _whitening(rows - means[classes]), _whitening(rows - rows.mean(axis=0))
        return cls(
            within, (means @ within).astype(np.float32), overall, (rows.mean(axis=0) @ overall).astype(np.float32)
        )

    def score(self, near: Floats) -> Scores:
        """Returns the distance to the overall mean less that to the nearest class mean, both squared."""
        rows = product(near, self.within)
        squared = (
            (rows * rows).sum(axis=1)[:, None] - 2 * product(rows, self.means.T) + (self.means * self.means).sum(axis=1)
        )
        away = product(near, self.overall) - self.mean
        score: Scores = ((away * away).sum(axis=1) - squared.min(axis=1)).astype(np.float64)
        return score


def logit_scores(logits: Floats, labels: int) -> dict[str, Scores]:
    """Returns the scores that logits (texts, labels or labels + 1 where the last is "none of these") alone give."""
    inside = logits[:, :labels].astype(np.float64)
    top = inside.max(axis=1)
    energy = top + np.log(np.exp(inside - top[:, None]).sum(axis=1))
    scores = {"max_logit": top, "energy": energy}
    if logits.shape[1] > labels:
        scores["none_odds"] = energy - logits[:, labels]
    return scores


def scope_scores(
    logits: Floats, near: Floats, similarity: Scores, whitened: Whitened | None, labels: int
) -> dict[str, Scores]:
    """Returns the scores of texts with these logits, comparable rows `near` and `similarity` to their nearest examples.

    The Mahalanobis score is there when `whitened` is.
    """
    scores = {**logit_scores(logits, labels), "neighbours": similarity}
    if whitened is not None:
        scores["mahalanobis"] = whitened.score(near)
    return scores


def area_under_curve(inside: Scores, outside: Scores) -> float:
    """Returns the probability that a text in scope scores above one that is not (ties count half)."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([inside, outside]))
    count = len(inside)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(outside)))


def _whitening(rows: npt.NDArray[Any]) -> Floats:
    covariance = rows.T @ rows / max(1, len(rows))
    size = len(covariance)
    covariance = (1 - _SHRINKAGE) * covariance
    covariance[np.diag_indices(size)] += _SHRINKAGE * np.trace(covariance) / size + 1e-9
    values, axes = np.linalg.eigh(covariance)
    whitening: Floats = (axes / np.sqrt(values)).astype(np.float32)
    return whitening
