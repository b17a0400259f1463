"""Groups token lists of like length into padded batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded rows: `ids` and `mask` int64 (texts, tokens), mask 1 on real tokens; `rows` the texts' positions."""

    rows: npt.NDArray[np.intp]
    ids: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]


def batches_by_length(tokens: Sequence[Sequence[int]], pad: int, budget: int) -> list[Batch]:
    """Returns batches of at most `budget` tokens with padding (or of one text), longest first.

    Every text is in exactly one batch. Longest first keeps workers busy to the end and fails early on memory.
    """
    lengths = np.array([len(ids) for ids in tokens], dtype=np.intp)
    order = np.argsort(-lengths, kind="stable")
    batches: list[Batch] = []
    start = 0
    while start < len(order):
        width = int(lengths[order[start]])
        rows = order[start : start + max(1, budget // width)]
        ids = np.full((len(rows), width), pad, dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for row, text in enumerate(rows):
            ids[row, : lengths[text]] = tokens[text]
            mask[row, : lengths[text]] = 1
        batches.append(Batch(rows, ids, mask))
        start += len(rows)
    return batches
