"""What a summed head adds up: regressions on an encoder's vectors and on n-grams, in the order that one text wants.

One message is read right after an encoder's pass, which has emptied the processor's caches: what counts is how few
bytes are touched and how few calls are made, and that nothing waits for a second thread (see `regression.product`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import numpy as np

from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import COLUMNS, Counts, Floats


@dataclass(frozen=True, slots=True, eq=False)
class VectorPart:
    """A regression on the vectors of `encoder` less `mean`, at unit length again, and on squares of their products.

    All are float32: `mean` (dimensions,), `linear` (labels, dimensions); `axes` (axes, dimensions) are the directions
    along which the squares are taken, none for a linear regression, and `squares` (labels, axes) their weights.
    """

    encoder: str
    mean: Floats
    linear: Floats
    axes: Floats
    squares: Floats
    _stacked: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_stacked", np.vstack([self.linear, self.axes]))

    @classmethod
    def linear_only(cls, encoder: str, mean: Floats, linear: Floats) -> VectorPart:
        """Returns the part without squares; `linear` is float32 (labels, dimensions)."""
        labels, dimensions = linear.shape
        return cls(encoder, mean, linear, np.empty((0, dimensions), np.float32), np.empty((labels, 0), np.float32))

    @property
    def bends(self) -> bool:
        """Returns whether there are squares."""
        return len(self.axes) > 0

    def logits(self, grams: Counts, vectors: Mapping[str, Floats]) -> Floats:
        """Returns float32 (texts, labels), without an offset."""
        rows = centred(vectors[self.encoder], self.mean)
        labels = len(self.linear)
        if len(rows) == 1:
            products = np.vecdot(self._stacked, rows[0])
            along = products[labels:]
            bent: Floats = products[:labels] + np.vecdot(self.squares, along * along)
            return bent[None, :]
        many: Floats = rows @ self.linear.T + np.square(rows @ self.axes.T) @ self.squares.T
        return many

    def arrays(self) -> dict[str, Floats]:
        """Returns what `part_of` makes it from."""
        return {"mean": self.mean, "linear": self.linear, "axes": self.axes, "squares": self.squares}

    def fits(self, labels: int) -> bool:
        """Returns whether the arrays fit each other and so many labels."""
        (width,) = self.mean.shape
        return (
            self.linear.shape == (labels, width)
            and self.axes.shape[1:] == (width,)
            and self.squares.shape == (labels, len(self.axes))
        )


@dataclass(frozen=True, slots=True, eq=False)
class GramsPart:
    """A regression on n-grams, scaled by `inverse` frequencies, float32 (COLUMNS,), each text's at unit length.

    `weights` is float32 (COLUMNS, labels).
    """

    inverse: Floats
    weights: Floats
    _table: Floats = field(init=False, repr=False)
    """By column the scaled weights and, last, the square of the scale, for the length: all that one n-gram touches."""

    encoder: ClassVar[None] = None
    bends: ClassVar[bool] = False

    def __post_init__(self) -> None:
        scale = self.inverse[:, None]
        object.__setattr__(self, "_table", np.hstack([self.weights * scale, scale * scale]))

    def logits(self, grams: Counts, vectors: Mapping[str, Floats]) -> Floats:
        """Returns float32 (texts, labels), without an offset; zeros for a text without n-grams."""
        logits = np.zeros((len(grams), self._table.shape[1] - 1), dtype=np.float32)
        for row, (start, end) in enumerate(pairwise(grams.starts.tolist())):
            if start < end:
                frequencies = grams.frequencies[start:end]
                touched = self._table.take(grams.columns[start:end], axis=0).T
                length = np.sqrt(np.vecdot(touched[-1], frequencies * frequencies))
                logits[row] = np.vecdot(touched[:-1], frequencies) / length
        return logits

    def arrays(self) -> dict[str, Floats]:
        """Returns what `part_of` makes it from."""
        return {"inverse": self.inverse, "weights": self.weights}

    def fits(self, labels: int) -> bool:
        """Returns whether the arrays fit each other and so many labels."""
        return self.inverse.shape == (COLUMNS,) and self.weights.shape == (COLUMNS, labels)


Part = VectorPart | GramsPart


def part_of(encoder: str | None, arrays: Mapping[str, Floats]) -> Part:
    """Returns the part with these `arrays`, of n-grams where there is no encoder.

    Raises KeyError when one is missing, ValueError when they can't belong together.
    """
    if encoder is None:
        return GramsPart(arrays["inverse"], arrays["weights"])
    return VectorPart(encoder, arrays["mean"], arrays["linear"], arrays["axes"], arrays["squares"])
