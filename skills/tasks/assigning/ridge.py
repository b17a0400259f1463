"""Ridge regression that also says what it would have said of each row without having seen it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Fit:
    """`weights` (features, targets); `left_out` (rows, targets): predictions for each row by all others.

    `unknown` says how little the others told of each row (rows,), as `unknown_of` does of rows never seen: the variance
    of a prediction is that of the errors times 1 + this.
    """

    weights: npt.NDArray[np.float64]
    left_out: npt.NDArray[np.float64]
    unknown: npt.NDArray[np.float64]
    inverse: npt.NDArray[np.float64]

    def unknown_of(self, rows: Floats) -> npt.NDArray[np.float64]:
        """Returns how little is known of rows (n, d), from 0 up: 1 / penalty for a unit row like no other."""
        return np.asarray(np.einsum("nd,de,ne->n", rows, self.inverse, rows))


def fit(rows: Floats, targets: Floats, penalty: float) -> Fit:
    """Returns the ridge regression of `targets` (n, k) on `rows` (n, d), no intercept; `penalty` is above 0.

    Leaving a row out needs no second fit: with h its leverage, (prediction - h x target) / (1 - h) (Hastie, Tibshirani
    and Friedman, The Elements of Statistical Learning, 7.10).
    """
    x = np.asarray(rows, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    inverse = np.asarray(np.linalg.inv(x.T @ x + penalty * np.eye(x.shape[1])), dtype=np.float64)
    weights = inverse @ (x.T @ y)
    leverage = np.einsum("nd,nd->n", x @ inverse, x)
    left_out = (x @ weights - leverage[:, None] * y) / (1.0 - leverage[:, None])
    return Fit(weights, left_out, np.asarray(leverage / (1.0 - leverage)), inverse)
