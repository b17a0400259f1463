"""Ridge regression that also says what it would have said of each row without having seen it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Fit:
    """`weights` (features, targets); `left_out` (rows, targets): predictions for each row by all others."""

    weights: npt.NDArray[np.float64]
    left_out: npt.NDArray[np.float64]


def fit(rows: Floats, targets: Floats, penalty: float) -> Fit:
    """Returns the ridge regression of `targets` (n, k) on `rows` (n, d), no intercept; `penalty` is above 0.

    Leaving a row out needs no second fit: with h its leverage, (prediction - h x target) / (1 - h) (Hastie, Tibshirani
    and Friedman, The Elements of Statistical Learning, 7.10).
    """
    x = np.asarray(rows, dtype=np.float64)
    y = np.asarray(targets, dtype=np.float64)
    hat = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T)
    weights = hat @ y
    leverage = np.einsum("nd,dn->n", x, hat)[:, None]
    return Fit(weights, (x @ weights - leverage * y) / (1.0 - leverage))
