"""The labelled examples nearest to a text: how near they are, and for which label they speak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.ngrams import Floats

NEAREST = 10
SHARPNESS = 10.0
"""An example's vote is exp(this x its cosine)."""
DOUBT = 0.02
"""Added to each label's share of the votes, so that a label without a near example is not impossible."""

SHORTLIST = 5
"""Labels, the likeliest by their logits, among whose examples the nearest are looked for: others hardly ever win."""
LOOKED_AT = 500
"""Examples that are looked at for one text when there are more (BANKING77: as good as all, and a twentieth of them)."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Labelled examples lying label by label, so that those of a few labels are read in a few strides.

    `rows` are unit rows, float32 (examples, dense); label i's are those from `starts[i]` to `starts[i + 1]`.
    """

    rows: Floats
    starts: tuple[int, ...]

    @classmethod
    def of(cls, near: Floats, target: npt.NDArray[np.intp], labels: int) -> Neighbourhood:
        """Returns that of the examples whose `target` is below `labels`; of a label with very many, some."""
        most = LOOKED_AT // min(SHORTLIST, labels)
        kept = []
        for label in range(labels):
            places = np.flatnonzero(target == label)
            kept.append(places[np.linspace(0, len(places) - 1, most).astype(np.intp)] if len(places) > most else places)
        starts = np.cumsum([0, *map(len, kept)])
        return cls(np.ascontiguousarray(near[np.concatenate(kept)]), tuple(starts.tolist()))

    def nearest(self, near: Floats, logits: Floats) -> tuple[npt.NDArray[np.float64], Floats]:
        """Returns each text's mean cosine to its `NEAREST` nearest examples, and what they vote.

        `near` are the texts' unit rows; examples of the `SHORTLIST` likeliest labels by `logits` (texts, labels) are
        looked at. A vote, float32 (texts, labels), is the logarithm of a label's share.
        """
        labels = len(self.starts) - 1
        count = min(SHORTLIST, labels)
        likeliest = np.argpartition(logits, labels - count, axis=1)[:, labels - count :]
        means = np.empty(len(near))
        votes = np.full((len(near), labels), np.log(DOUBT), dtype=np.float32)
        for row, listed in enumerate(likeliest.tolist()):
            # Of one thread, unlike matrix products: waking others takes longer than so small a product.
            parts = [np.vecdot(self.rows[self.starts[label] : self.starts[label + 1]], near[row]) for label in listed]
            similar = np.concatenate(parts)
            top = np.argpartition(similar, -NEAREST)[-NEAREST:] if len(similar) > NEAREST else np.arange(len(similar))
            cosines = similar[top]
            weights = np.exp(SHARPNESS * (cosines - cosines.max()))
            owner = np.searchsorted(np.cumsum([len(part) for part in parts]), top, side="right")
            means[row] = cosines.mean()
            votes[row, listed] = np.log(np.bincount(owner, weights, minlength=count) / weights.sum() + DOUBT)
        return means, votes
