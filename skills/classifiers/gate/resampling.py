"""Figures of one model on texts drawn anew again and again, all draws at once.

A draw is a row of weights: how often it took each text. Weights of one give the figures of the texts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

BINS = 15
"""Bins of equal width by which calibration is measured, as `heads.calibration` does."""
_AT_ONCE = 1_000_000
"""Weights that are held at a time: 8 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What texts should have been taken for: the place of each one's class, and whether it is in scope at all.

    `classes` counts the classes, out of scope being one where it occurs.
    """

    place: Places
    inside: Flags
    classes: int


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What a model took the same texts for.

    `place` is each one's class, that of out of scope where it was refused; `right`: the classes agree. `found`: the
    likeliest label is the one wanted, refused or not. `probability` and `in_scope` are the prediction's.
    """

    place: Places
    right: Flags
    accepted: Flags
    found: Flags
    probability: Floats
    in_scope: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Figures by draw, NaN where a draw has no text that they are about.

    Those of the model are (draws,), of each class (draws, classes).
    """

    accuracy: Floats
    macro_f1: Floats
    oos_auroc: Floats
    oos_recall: Floats
    refused: Floats
    ece: Floats
    precision: Floats
    recall: Floats
    f1: Floats


def draws(texts: int, count: int, generator: np.random.Generator) -> Iterator[Floats]:
    """Yields weights (some, texts): first a row of ones, then `count` draws with replacement, some at a time.

    `texts` is at least 1.
    """
    yield np.ones((1, texts))
    most = max(1, _AT_ONCE // texts)
    for begun in range(0, count, most):
        rows = min(most, count - begun)
        drawn = generator.integers(texts, size=(rows, texts)) + texts * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * texts).reshape(rows, texts).astype(np.float64)


def joined(parts: list[Measured]) -> Measured:
    """Returns the figures of all draws in one."""
    return Measured(*(np.concatenate([getattr(part, name) for part in parts]) for name in Measured.__slots__))


def measure(weights: Floats, wanted: Wanted, answered: Answered) -> Measured:
    """Returns the figures of a model under `weights` (draws, texts).

    Refused texts in scope count as wrong, and out of scope is a class of the macro-F1 like the others: the mean is
    over the classes that were wanted or answered, as in `deskhand evaluate intents`.
    """
    inside, outside = wanted.inside, ~wanted.inside
    support = _by_class(weights, wanted.place, wanted.classes)
    said = _by_class(weights, answered.place, wanted.classes)
    hits = _by_class(weights * answered.right, wanted.place, wanted.classes)
    f1 = _share(2 * hits, support + said)
    return Measured(
        accuracy=_share(hits.sum(axis=1), weights.sum(axis=1)),
        macro_f1=_share(np.nan_to_num(f1).sum(axis=1), (support + said > 0).sum(axis=1)),
        oos_auroc=_area(weights, wanted.inside, answered.in_scope),
        oos_recall=_mean(weights[:, outside], ~answered.accepted[outside]),
        refused=_mean(weights[:, inside], ~answered.accepted[inside]),
        ece=_calibration_error(weights[:, inside], answered.probability[inside], answered.found[inside]),
        precision=_share(hits, said),
        recall=_share(hits, support),
        f1=f1,
    )


def bins_of(probabilities: Floats) -> Places:
    """Returns each probability's bin, from 0; its upper edge belongs to a bin."""
    return np.clip(np.ceil(probabilities * BINS).astype(np.intp) - 1, 0, BINS - 1)


def _by_class(weights: Floats, place: Places, classes: int) -> Floats:
    """Returns the weight of the texts of each class, (draws, classes)."""
    from scipy.sparse import csr_array

    members = csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=(classes, len(place)))
    summed: Floats = (members @ weights.T).T
    return summed


def _share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    return share


def _mean(weights: Floats, values: npt.NDArray[Any]) -> Floats:
    return _share(weights @ values.astype(np.float64), weights.sum(axis=1))


def _area(weights: Floats, inside: Flags, scores: Floats) -> Floats:
    """Returns `heads.scope.area_under_curve` by draw: the weight of the pairs in order, ties counting half."""
    others = np.argsort(scores[~inside], kind="stable")
    sorted_scores = scores[~inside][others]
    below = np.zeros((len(weights), len(others) + 1))
    np.cumsum(weights[:, ~inside][:, others], axis=1, out=below[:, 1:])
    under = below[:, np.searchsorted(sorted_scores, scores[inside], side="left")]
    upto = below[:, np.searchsorted(sorted_scores, scores[inside], side="right")]
    ours = weights[:, inside]
    return _share((ours * (under + upto)).sum(axis=1) / 2, ours.sum(axis=1) * below[:, -1])


def _calibration_error(weights: Floats, probabilities: Floats, found: Flags) -> Floats:
    """Returns `heads.calibration.expected_calibration_error` by draw."""
    gaps = _by_class(weights * (found - probabilities), bins_of(probabilities), BINS)
    return _share(np.abs(gaps).sum(axis=1), weights.sum(axis=1))
