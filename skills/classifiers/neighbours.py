"""The labelled examples nearest to a text: how near they are, and for which label they speak."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from skills.classifiers.ngrams import Floats

NEAREST = 10
_SHARPNESS = 10.0
"""An example's vote is exp(this x its cosine)."""
_DOUBT = 0.02
"""Added to each label's share of the votes, so that a label without a near example is not impossible."""
_AT_ONCE = 512


def nearest(
    near: Floats, known: Floats, target: npt.NDArray[np.intp], labels: int
) -> tuple[npt.NDArray[np.float64], Floats]:
    """Returns each text's mean cosine to its `NEAREST` nearest examples, and what they vote, float32 (texts, labels).

    `near` and `known` are unit rows of texts and examples, `target` (examples,) the examples' labels. A vote is the
    logarithm of a label's share.
    """
    count = min(NEAREST, len(known))
    means = np.empty(len(near))
    votes = np.empty((len(near), labels), dtype=np.float32)
    for start in range(0, len(near), _AT_ONCE):
        similar = near[start : start + _AT_ONCE] @ known.T
        top = np.argpartition(similar, similar.shape[1] - count, axis=1)[:, -count:]
        cosines = np.take_along_axis(similar, top, axis=1)
        means[start : start + _AT_ONCE] = cosines.mean(axis=1)
        weights = np.exp(_SHARPNESS * (cosines - cosines.max(axis=1, keepdims=True)))
        place = np.arange(len(similar))[:, None] * labels + target[top]
        shares = np.bincount(place.ravel(), weights.ravel(), minlength=len(similar) * labels).reshape(-1, labels)
        votes[start : start + _AT_ONCE] = np.log(shares / weights.sum(axis=1, keepdims=True) + _DOUBT)
    return means, votes
