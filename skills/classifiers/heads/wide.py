"""Rows with tens of thousands of n-gram columns, of which a text has some hundreds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.columns import Features
from skills.classifiers.features.ngrams import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


_LEAST_REACH = 0.15
"""Reach of an n-gram that tells no label from the others: with 0, as in the paper, macro-F1 is a little lower."""


@dataclass(frozen=True, slots=True, eq=False)
class WideRows:
    """The encoders' part, float32 (texts, dense), and the n-grams' part, sparse (texts, columns), side by side."""

    dense: Floats
    grams: csr_matrix

    @classmethod
    def of(cls, features: Features, texts: Sequence[str], vectors: Mapping[str, Floats]) -> WideRows:
        """Returns the rows of `texts`. Imports SciPy."""
        from scipy.sparse import csr_matrix

        dense, counts, values = features.parts(texts, vectors)
        return cls(dense, csr_matrix((values, counts.columns, counts.starts), (len(counts), features.buckets)))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), self.dense.shape[1] + self.grams.shape[1]

    def __len__(self) -> int:
        return len(self.dense)

    def __getitem__(self, rows: npt.NDArray[np.intp]) -> WideRows:
        return WideRows(self.dense[rows], self.grams[rows])

    def emphasised(self, by: float) -> WideRows:
        """Returns the rows with the n-grams' part so many times as long."""
        return WideRows(self.dense, self.grams * np.float32(by))

    def reach(self, target: npt.NDArray[np.intp], classes: int) -> Floats:
        """Returns how far each weight may reach (see `regression.fit`), float32 (dense + columns, classes).

        That of an n-gram grows with its log-count ratio, by how much more often it is in texts of the class than in
        others: an L2 penalty on rows times these ratios, naive Bayes' weights, is Wang & Manning 2012 (Baselines and
        Bigrams). That of an encoder's column is 1.
        """
        present = self.grams.copy()
        present.data = (present.data != 0).astype(np.float32)
        among = present.T @ np.eye(classes, dtype=np.float32)[target] + 1.0
        elsewhere = among.sum(axis=1, keepdims=True) - among - (classes - 2.0)
        counts = np.bincount(target, minlength=classes)
        ratios = np.log(among / counts) - np.log(elsewhere / np.maximum(len(target) - counts, 1))
        eased = (np.abs(ratios) + _LEAST_REACH).astype(np.float32)
        return np.vstack([np.ones((self.dense.shape[1], classes), dtype=np.float32), eased])

    def __matmul__(self, weights: Floats) -> Floats:
        """Returns float32 (texts, columns of `weights`)."""
        width = self.dense.shape[1]
        found: Floats = self.dense @ weights[:width] + self.grams @ weights[width:]
        return found

    def transposed_by(self, slope: Floats) -> Floats:
        """Returns the product of the transposed rows and `slope` (texts, n), (dense + columns, n)."""
        return np.vstack([self.dense.T @ slope, self.grams.T @ slope])
