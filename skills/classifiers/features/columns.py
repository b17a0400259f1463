"""What a head sees of a text: the centred vectors of its encoders and its folded n-grams, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.ngrams import (
    COLUMNS,
    Counts,
    Floats,
    count_ngrams,
    folded,
    inverse_frequencies,
    placed,
)

NEAR_BUCKETS = 1024
"""Columns in which texts are compared where there is no encoder."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """How texts become rows. `means` are the training texts' mean vectors by encoder, float32 (dimensions,).

    `inverse` is the n-grams' inverse document frequency, float32 (columns,), `buckets` how many columns they fold into,
    and `emphasis` the length of the n-grams' part, each encoder's being 1.
    """

    means: Mapping[str, Floats]
    inverse: Floats
    buckets: int
    emphasis: float = 1.0

    @property
    def wide(self) -> bool:
        """Whether there are so many columns that rows are kept by what is in them."""
        return self.buckets > COLUMNS

    @property
    def dense(self) -> int:
        """How many columns the encoders' vectors take; they come first."""
        return sum(len(mean) for mean in self.means.values())

    def near(self, rows: Floats) -> Floats:
        """Returns unit rows in which texts are compared: the encoders' part, or the n-grams' where there is none."""
        if self.means:
            return rows[:, : self.dense] / np.float32(np.sqrt(len(self.means)))
        parts = rows.reshape(len(rows), -1, min(NEAR_BUCKETS, self.buckets)).copy()
        parts[:, 1::2] *= -1.0
        summed = parts.sum(axis=1)
        unit: Floats = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-9)
        return unit

    def rows(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> Floats:
        """Returns float32 (texts, dense + buckets).

        `vectors` are unit rows by encoder; others than `means` names are ignored. Raises KeyError when one is missing.
        """
        return self._joined(count_ngrams(texts, len(self.inverse)), vectors)

    def parts(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> tuple[Floats, Counts, Floats]:
        """Returns the encoders' part of the rows, float32 (texts, dense), the n-grams, and what each adds, (entries,).

        For n-grams that are not folded: then a column is its place behind the encoders' part.
        """
        counts = count_ngrams(texts, len(self.inverse))
        _, values = placed(counts, self.inverse, self.buckets)
        return self.dense_part(vectors), counts, values * np.float32(self.emphasis)

    def dense_part(self, vectors: Mapping[str, Floats]) -> Floats:
        """Returns the centred vectors side by side, float32 (texts, dense)."""
        return np.hstack([centred(vectors[name], mean) for name, mean in self.means.items()])

    def one(self, text: str, vectors: Mapping[str, Floats]) -> tuple[Floats, npt.NDArray[np.intp], Floats]:
        """Returns the row of one text by what is in it: the encoders' part, float32 (1, dense), places and values.

        The places of n-grams (entries,) are counted from the encoders' part on; what shares one adds up.
        """
        counts = count_ngrams([text], len(self.inverse))
        places, values = placed(counts, self.inverse, self.buckets)
        return self.dense_part(vectors), places, values * np.float32(self.emphasis)

    def _joined(self, counts: Counts, vectors: Mapping[str, Floats]) -> Floats:
        grams = folded(counts, self.inverse, self.buckets) * np.float32(self.emphasis)
        return np.hstack([*(centred(vectors[name], mean) for name, mean in self.means.items()), grams])


def fit_features(texts: Sequence[str], vectors: Mapping[str, Floats], buckets: int) -> tuple[Features, Floats]:
    """Returns the features of these training texts, and their rows."""
    counts = count_ngrams(texts)
    features = Features(_means(vectors), inverse_frequencies(counts), buckets)
    return features, features._joined(counts, vectors)


def fit_wide_features(texts: Sequence[str], vectors: Mapping[str, Floats], columns: int) -> Features:
    """Returns the features of these training texts with so many columns of n-grams, none of them folded."""
    return Features(_means(vectors), inverse_frequencies(count_ngrams(texts, columns)), columns)


def _means(vectors: Mapping[str, Floats]) -> dict[str, Floats]:
    return {name: rows.mean(axis=0).astype(np.float32) for name, rows in vectors.items()}


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Returns `vectors` (one a row) less `mean`, at unit length again.

    Some encoders' vectors fill a narrow cone (cosines of 0.7 to 1); a linear head wants them spread.
    """
    moved = vectors - mean
    spread: Floats = moved / np.maximum(np.sqrt(np.vecdot(moved, moved)), 1e-9)[:, None]
    return spread
