"""Whether texts have changed: can a classifier tell the new ones from those before (Lopez-Paz and Oquab 2017)?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors

LEAST_TEXTS = 50
"""Texts of each time from which on something is said."""
PERMUTATIONS = 999
"""Enough for a chance of 0.001, which stands after correction for fifty tests; a report makes eight."""
_FOLDS = 5
_PENALTY = 40.0
"""On the classifier's weights: of 1 to 400 what finds foreign texts and a grown subject best, with both encoders."""
_RESAMPLED = 500
_SEED = 20261202

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Apart:
    """How well new texts can be told from those before.

    `auc` is the chance that a new text looks newer than one from before, 0.5 where they are the same; `low` and `high`
    are its 90 % bootstrap interval. `p` is the chance of one as large, were the times the same.
    """

    auc: float
    low: float
    high: float
    p: float

    @property
    def share(self) -> float:
        """The least share of the new texts that must be of another kind than before.

        Where that share (the total variation distance) is d, no classifier's true positives exceed its false ones by
        more than d at any threshold, and the area under such a curve is 1 - (1 - d)² / 2 at most.
        """
        return max(0.0, 1 - math.sqrt(2 * (1 - self.auc)))


def told_apart(before: Vectors, now: Vectors, permutations: int = PERMUTATIONS) -> Apart | None:
    """Returns how well a classifier tells `now` from `before`; None where one has fewer than `LEAST_TEXTS` texts.

    `before` and `now` are float32, (texts, dimensions), of one encoder. A linear classifier gives each text a score by
    models that have not seen it, and the same is done for permutations of the times (Lopez-Paz and Oquab, Revisiting
    classifier two-sample tests, arXiv:1610.06545). It is learned by least squares, not logistic regression, which tells
    the same texts apart as well: so all permutations are learned at once, each anew, and the chance is exact.
    Imports scikit-learn and SciPy; blocking for a second.
    """
    if min(len(before), len(now)) < LEAST_TEXTS:
        return None
    random = np.random.default_rng(_SEED)
    # Centred and scaled over both times, so that nothing is known of what is permuted.
    vectors = np.concatenate([before, now]).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    vectors /= max(float(np.sqrt((vectors**2).sum(axis=1).mean())), 1e-9)
    is_new = np.repeat([False, True], [len(before), len(now)])
    orders = np.column_stack([is_new, *(random.permutation(is_new) for _ in range(permutations))])
    scores = _held_out(vectors, orders)
    aucs = _aucs(scores, orders)
    p = float((aucs >= aucs[0]).mean())
    low, high = _interval(scores[~is_new, 0], scores[is_new, 0], random)
    return Apart(float(aucs[0]), low, high, p)


def _held_out(vectors: Array, orders: npt.NDArray[np.bool_]) -> Array:
    """Returns each text's score by a model of the other folds, (texts, orders): how new it looks."""
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold

    # Centred as a whole: a fold's own mean would tell how many new texts it lacks.
    wanted = orders - orders.mean(axis=0)
    scores = np.empty(orders.shape)
    for learned, held in KFold(_FOLDS, shuffle=True, random_state=_SEED).split(vectors):
        model = Ridge(_PENALTY, fit_intercept=False).fit(vectors[learned], wanted[learned])
        scores[held] = model.predict(vectors[held])
    return scores


def _aucs(scores: Array, orders: npt.NDArray[np.bool_]) -> Array:
    """Returns the area under the ROC curve, (orders,): Mann and Whitney's statistic as a share, ties counted half."""
    from scipy.stats import rankdata

    new = orders.sum(axis=0)
    ranks = np.where(orders, rankdata(scores, axis=0), 0.0).sum(axis=0)
    return np.asarray((ranks - new * (new + 1) / 2) / (new * (len(scores) - new)), dtype=np.float64)


def _interval(before: Array, now: Array, random: np.random.Generator) -> tuple[float, float]:
    drawn = [random.choice(scores, (len(scores), _RESAMPLED)) for scores in (before, now)]
    is_new = np.repeat([[False], [True]], [len(before), len(now)], axis=0)
    aucs = _aucs(np.concatenate(drawn), np.broadcast_to(is_new, (len(is_new), _RESAMPLED)))
    low, high = np.quantile(aucs, [0.05, 0.95])
    return float(low), float(high)
