"""The order in which a training sees its texts, and how much each counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from index.encoders.batching import Batch, batches_by_length
from skills.classifiers.features.ngrams import Floats

Rows = npt.NDArray[np.intp]


def epoch_batches(
    lengths: Mapping[str, Rows], kept: Mapping[str, Rows], size: int, seed: Sequence[int]
) -> list[tuple[str, Rows]]:
    """Returns an epoch's batches of at most `size` rows, each of one task and of texts of like length, shuffled.

    `lengths` are the tokens of each text of each task, `kept` the rows to learn from: each is in exactly one batch,
    so that a small task is seen in every epoch.
    """
    random = np.random.default_rng(seed)
    batches = []
    for task, rows in kept.items():
        # A little noise, so that no two epochs have the same batches.
        ordered = rows[np.argsort(lengths[task][rows] + random.uniform(0, 2, len(rows)))]
        batches += [(task, ordered[begin : begin + size]) for begin in range(0, len(ordered), size)]
    return [batches[place] for place in random.permutation(len(batches))]


def padded(tokens: Sequence[Sequence[int]], rows: Rows, pad: int) -> tuple[Rows, Batch]:
    """Returns `rows` longest text first, and their ids and mask as one batch."""
    texts = [tokens[row] for row in rows]
    (batch,) = batches_by_length(texts, pad, max(map(len, texts)) * len(texts))
    return rows[batch.rows], batch


def balanced(target: Rows, weights: Floats, power: float) -> Floats:
    """Returns `weights` times each class's frequency to minus `power`, with the same mean as before.

    0 leaves them, 1 makes all classes weigh alike; between them is what rare classes of noisy labels bear.
    """
    counts = np.bincount(target, weights=weights)
    scaled = weights * np.maximum(counts, 1e-9)[target] ** -power
    return np.asarray(scaled * (weights.sum() / max(float(scaled.sum()), 1e-9)), dtype=np.float32)
