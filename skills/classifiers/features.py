"""What a head sees of a text: the centred vectors of its encoders and its folded n-grams, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skills.classifiers.ngrams import Floats, count_ngrams, folded, inverse_frequencies


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """How texts become rows. `means` are the training texts' mean vectors by encoder, float32 (dimensions,).

    `inverse` is the n-grams' inverse document frequency, float32 (COLUMNS,), `buckets` how many columns they fold into.
    """

    means: Mapping[str, Floats]
    inverse: Floats
    buckets: int

    @property
    def dense(self) -> int:
        """How many columns the encoders' vectors take; they come first."""
        return sum(len(mean) for mean in self.means.values())

    def near(self, rows: Floats) -> Floats:
        """Returns the part of `rows` in which texts are compared: the encoders', or the n-grams without encoders."""
        return rows[:, : self.dense or None]

    def rows(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> Floats:
        """Returns float32 (texts, dense + buckets): each encoder's part and the n-grams' part at unit length.

        `vectors` are unit rows by encoder; others than `means` names are ignored. Raises KeyError when one is missing.
        """
        grams = folded(count_ngrams(texts), self.inverse, self.buckets)
        return np.hstack([*(centred(vectors[name], mean) for name, mean in self.means.items()), grams])


def fit_features(texts: Sequence[str], vectors: Mapping[str, Floats], buckets: int) -> tuple[Features, Floats]:
    """Returns the features of these training texts, and their rows."""
    counts = count_ngrams(texts)
    means = {name: rows.mean(axis=0).astype(np.float32) for name, rows in vectors.items()}
    features = Features(means, inverse_frequencies(counts), buckets)
    grams = folded(counts, features.inverse, buckets)
    return features, np.hstack([*(centred(vectors[name], mean) for name, mean in means.items()), grams])


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Returns `vectors` (one a row) less `mean`, at unit length again.

    Some encoders' vectors fill a narrow cone (cosines of 0.7 to 1); a linear head wants them spread.
    """
    moved = vectors - mean
    spread: Floats = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return spread
