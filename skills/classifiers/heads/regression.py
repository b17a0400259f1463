"""Multinomial logistic regression by L-BFGS on dense rows: the same result as scikit-learn's, several times as fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.ngrams import Counts, Floats

if TYPE_CHECKING:
    from skills.classifiers.heads.wide import WideRows


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """`weights` float32 (features, classes) and `bias` float32 (classes,)."""

    weights: Floats
    bias: Floats

    def logits(self, rows: Floats | WideRows) -> Floats:
        """Returns float32 (rows, classes)."""
        found = product(rows, self.weights) if isinstance(rows, np.ndarray) else rows @ self.weights
        logits: Floats = found + self.bias
        return logits

    def logits_of_wide(self, dense: Floats, counts: Counts, values: Floats) -> Floats:
        """Returns float32 (rows, classes) of rows that begin with `dense` and have `values` at the counts' columns."""
        logits = product(dense, self.weights[: dense.shape[1]]) + self.bias
        if len(values):
            touched = self.weights[dense.shape[1] :].take(counts.columns, axis=0) * values[:, None]
            filled = np.flatnonzero(np.diff(counts.starts))
            logits[filled] += np.add.reduceat(touched, counts.starts[filled], axis=0)
        return logits

    def logits_of_one(self, dense: Floats, places: npt.NDArray[np.intp], values: Floats) -> Floats:
        """Returns float32 (1, classes) of a row that begins with `dense` (1, n) and is 0 behind but for `values`.

        Those stand at `places`, counted from n, and add up where places are the same: of thousands of n-gram features
        a message has hundreds, and the others' weights are not read.
        """
        first = dense.shape[1]
        behind = self.weights[first:].take(places, axis=0)
        logits: Floats = product(dense, self.weights[:first]) + product(values[None, :], behind) + self.bias
        return logits


def fit(
    rows: Floats | WideRows,
    target: npt.NDArray[np.intp],
    classes: int,
    *,
    strength: float,
    row_weights: Floats,
    smoothing: float = 0.0,
    steps: int = 40,
    start: Linear | None = None,
    reach: Floats | None = None,
) -> Linear:
    """Returns the regression of `target` (class of each row) on `rows`, float32 (texts, features).

    `strength` is the inverse of the L2 penalty (C in scikit-learn), `smoothing` the share of each target that is
    spread over all classes (Szegedy et al. 2016, Rethinking the Inception Architecture, section 7). At most `steps`
    steps are taken: stopping early is part of the regularisation, and steps beyond gained nothing. `start` is where
    to begin, else from nothing. `reach`, positive, float32 (features, classes), eases the penalty: not a weight but its
    quotient by its reach is penalised. Deterministic.
    """
    from scipy.optimize import minimize

    size = rows.shape[1]
    wanted = np.full((len(rows), classes), smoothing / classes, dtype=np.float32)
    wanted[np.arange(len(rows)), target] += 1.0 - smoothing
    scale = 1.0 / float(row_weights.sum())

    def loss(flat: npt.NDArray[Any]) -> tuple[float, npt.NDArray[Any]]:
        weights = flat[:-classes].astype(np.float32).reshape(size, classes)
        logits = rows @ (weights if reach is None else weights * reach) + flat[-classes:].astype(np.float32)
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        total = shares.sum(axis=1, keepdims=True)
        missed = np.log(total[:, 0]) - (wanted * logits).sum(axis=1)
        value = float(row_weights @ missed) + 0.5 / strength * float((weights * weights).sum())
        slope = (shares / total - wanted) * row_weights[:, None]
        turned = rows.T @ slope if isinstance(rows, np.ndarray) else rows.transposed_by(slope)
        if reach is not None:
            turned *= reach
        gradient = np.concatenate([(turned + weights / strength).ravel(), slope.sum(axis=0)])
        return value * scale, gradient.astype(np.float64) * scale

    begin = np.zeros(size * classes + classes)
    if start is not None:
        weights = start.weights if reach is None else start.weights / reach
        begin = np.concatenate([weights.ravel(), start.bias])
    found = minimize(
        loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": 1e-7, "gtol": 1e-7}
    ).x.astype(np.float32)
    weights = found[:-classes].reshape(size, classes)
    return Linear(weights if reach is None else weights * reach, found[-classes:])


def product(rows: Floats, columns: Floats) -> Floats:
    """Returns the matrix product of float32 (rows, features) and (features, columns).

    A single row stays in one thread, which BLAS would not let it: on a busy machine waiting for a second one takes up
    to a hundred times as long as so small a product.
    """
    return np.einsum("ij,jk->ik", rows, columns) if len(rows) == 1 else rows @ columns


def balanced(target: npt.NDArray[np.intp], classes: int) -> Floats:
    """Returns row weights under which every class counts alike, float32 (texts,), 1 on average."""
    counts = np.maximum(np.bincount(target, minlength=classes), 1)
    weights: Floats = (len(target) / (classes * counts))[target].astype(np.float32)
    return weights


def softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns the shares of each row (the last axis), summing to 1."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: npt.NDArray[Any] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def log_softmax(logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Returns the logarithms of each row's shares."""
    lowered = logits - logits.max(axis=-1, keepdims=True)
    logs: npt.NDArray[Any] = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    return logs


def own_axes(rows: Floats) -> tuple[Floats, Floats]:
    """Returns `rows` (texts, features) in axes of their own, (texts, texts), and the map back, (features, texts).

    For fewer texts than features: a regression with an L2 penalty has its optimum in the rows' span, so the map times
    the small regression's weights is the large one's.
    """
    values, axes = np.linalg.eigh((rows @ rows.T).astype(np.float64))
    size = np.sqrt(np.maximum(values, values[-1] * 1e-6))
    back = rows.T @ (axes / size).astype(np.float32)
    return rows @ back, back
