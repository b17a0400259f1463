"""Trains a `LinearClassifier` in seconds. scikit-learn is imported here only, when something is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.characters import COLUMNS, hashed_ngrams
from skills.classifiers.linear import Calibration, Floats, LinearClassifier, centred, scope_gap, scope_probability

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STRENGTH = 30.0
"""Inverse of the L2 penalty, chosen by five-fold validation on the shipped examples."""

_THRESHOLDS = tuple(round(0.2 + 0.025 * step, 3) for step in range(25))
_AS_GOOD = 0.005
"""Of thresholds whose macro-F1 differs by less the one nearest one half is taken: the curve's top is flat and noisy."""

_FOLDS = 5
_SEED = 20261123


def train(texts: Sequence[str], labels: Sequence[str | None], vectors: Floats | None) -> LinearClassifier:
    """Returns a classifier of `texts` by their `labels`, None being "none of these".

    `vectors` are the encoder's, float32 (texts, dimensions); without them it reads characters only. Calibration and
    threshold come from out-of-fold logits, so they hold for texts that were not trained on. Raises ValueError when
    a label, or "none of these", has fewer than five examples.
    """
    names = tuple(sorted({label for label in labels if label is not None}))
    target = np.array([names.index(label) if label is not None else len(names) for label in labels])
    counts = np.bincount(target, minlength=len(names) + 1)
    if not names or counts.min() < _FOLDS:
        scarce = [*names, "none of these"][int(counts.argmin())]
        raise ValueError(f"{scarce}: {counts.min()} examples, at least {_FOLDS} are needed")
    dense = vectors if vectors is not None else np.empty((len(texts), 0), dtype=np.float32)
    mean = dense.mean(axis=0).astype(np.float32)
    features = _features(texts, centred(dense, mean) if dense.shape[1] else dense)
    calibration = _calibrate(_out_of_fold(features, target), target, len(names))
    weights, bias = _fit(features, target)
    size = dense.shape[1]
    return LinearClassifier(names, mean, weights[:, :size], weights[:, size:], bias, calibration)


def _features(texts: Sequence[str], dense: Floats) -> csr_matrix:
    from scipy.sparse import csr_matrix, hstack

    found = [hashed_ngrams(text) for text in texts]
    starts = np.cumsum([0, *(len(columns) for columns, _ in found)])
    grams = csr_matrix(
        (np.concatenate([weights for _, weights in found]), np.concatenate([columns for columns, _ in found]), starts),
        shape=(len(texts), COLUMNS),
    )
    return csr_matrix(hstack([csr_matrix(dense), grams]))


def _fit(features: csr_matrix, target: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Returns weights (classes, features) and bias (classes)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-3, class_weight="balanced").fit(features, target)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        # scikit-learn keeps one row for two classes: the second one's log-odds.
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return weights.astype(np.float32), bias.astype(np.float32)


def _out_of_fold(features: csr_matrix, target: npt.NDArray[Any]) -> Floats:
    from sklearn.model_selection import StratifiedKFold

    logits = np.zeros((features.shape[0], int(target.max()) + 1), dtype=np.float32)
    for kept, held in StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(features, target):
        weights, bias = _fit(features[kept], target[kept])
        logits[held] = features[held] @ weights.T + bias
    return logits


def _calibrate(logits: Floats, target: npt.NDArray[Any], labels: int) -> Calibration:
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax
    from sklearn.linear_model import LogisticRegression

    inside = target < labels
    rows = np.flatnonzero(inside)

    def loss(log_temperature: float) -> float:
        shares = log_softmax(logits[rows, :labels] / np.exp(log_temperature), axis=1)
        return -float(shares[np.arange(len(rows)), target[rows]].mean())

    temperature = float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))
    gap = scope_gap(logits)
    platt = LogisticRegression(C=1e3).fit(gap[:, None], inside)
    calibration = Calibration(temperature, float(platt.coef_[0, 0]), float(platt.intercept_[0]), 0.5)
    probability = scope_probability(gap, calibration)
    choice = logits[:, :labels].argmax(axis=1)
    scores = {least: _macro_f1(np.where(probability >= least, choice, labels), target) for least in _THRESHOLDS}
    good = [least for least, score in scores.items() if score >= max(scores.values()) - _AS_GOOD]
    threshold = min(good, key=lambda least: abs(least - 0.5))
    return Calibration(calibration.temperature, calibration.slope, calibration.offset, threshold)


def _macro_f1(chosen: npt.NDArray[Any], target: npt.NDArray[Any]) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(target, chosen, average="macro", zero_division=0.0))
