"""Cosine search by FAISS over the vectors of one encoder.

Every vector is compared. They are kept as float16, which is what the database has: 100,000 of 384 dimensions take
77 MB and 3.9 ms of one core, as float32 twice as much of both, and no cosine differs by more than 0.0005.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.lexical import Scores, Slots

_faiss: Any = faiss
"""Its stubs describe the C++ calls, not the Python ones laid over them."""

_faiss.omp_set_num_threads(1)  # a question's scan is too short to share, and threads that wait cost others time

_AT_ONCE = 4096
"""Vectors that are made float32 at once."""

Rows = npt.NDArray[np.floating[Any]]
"""Vectors as they are kept or come from an encoder: float16 or float32, shape (n, dimensions)."""

Mask = npt.NDArray[np.bool_]
"""Which slots may be found, shape (slots,)."""


class DenseIndex:
    """Unit vectors by slot. Not thread-safe: its owner serialises calls."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        quantizer = _faiss.ScalarQuantizer.QT_fp16
        self._index = _faiss.IndexIDMap2(
            _faiss.IndexScalarQuantizer(dimensions, quantizer, _faiss.METRIC_INNER_PRODUCT)
        )

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, slots: Slots, vectors: Rows) -> None:
        """Adds unit vectors, float16 or float32, shape (len(slots), dimensions)."""
        for begin in range(0, len(slots), _AT_ONCE):
            some = slice(begin, begin + _AT_ONCE)
            self._index.add_with_ids(np.ascontiguousarray(vectors[some], np.float32), slots[some])

    def remove(self, slots: Slots) -> None:
        """Removes the slots that are there; others are passed over."""
        self._index.remove_ids(slots)

    def top(self, query: Vectors, limit: int, allowed: Mask | None) -> tuple[Slots, Scores]:
        """Returns the `limit` nearest of the allowed slots (None: all) and their cosines, best first."""
        limit = min(limit, len(self))
        if not limit:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters: Any = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))
        cosines, slots = self._index.search(query.reshape(1, -1), limit, params=parameters)
        found = slots[0] >= 0
        return slots[0][found], cosines[0][found]

    def cosines(self, query: Vectors, slots: Slots) -> Scores:
        """Returns the cosines of slots that are in the index, shape (len(slots),)."""
        return np.asarray(self.vectors(slots) @ query, np.float32)

    def vectors(self, slots: Slots) -> Vectors:
        """Returns the vectors of slots that are in the index, float32 (len(slots), dimensions)."""
        if not len(slots):
            return np.empty((0, self._dimensions), np.float32)
        return np.asarray(self._index.reconstruct_batch(slots), np.float32)
