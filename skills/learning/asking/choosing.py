"""Which texts are worth a person's look: those in doubt, spread over what they are about, and none twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skills.classifiers.curating.duplicates import Alike
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.features.sketches import sketch
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.heads.head import Prediction

LEAST_DOUBT = 0.5
"""From it on a text may be shown: its two likeliest labels are then at most fifty points apart."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A text that could be shown; `doubt` from 0 to 1 is how little its label is known."""

    text: str
    doubt: float


def shares_of(prediction: Prediction, *, scoped: bool) -> list[tuple[str, float]]:
    """Returns each label with its probability, the likeliest first; they sum to 1.

    `scoped`: the text may be none of the task's labels at all, and `NONE` is among them.
    """
    inside = prediction.in_scope if scoped else 1.0
    shares = [(label, share * inside) for label, share in prediction.scores.items()]
    if scoped:
        shares.append((NONE, 1.0 - inside))
    return sorted(shares, key=lambda one: (-one[1], one[0]))


def doubt_of(shares: Sequence[tuple[str, float]], given: str | None = None, *, flagged: bool = False) -> float:
    """Returns from 0 to 1 how little is known of a text's label.

    Without a label it is how close the two likeliest stand (margin sampling; Scheffer et al., Active hidden Markov
    models for information extraction, 2001). A label that somebody has `given` is doubted as far as the classifier is
    against it (self-confidence; Northcutt, Jiang and Chuang, Confident learning, 2021), wholly where training has
    `flagged` it as likely wrong.

    ActiveLab (Goh and Mueller, 2023; cleanlab's `get_active_learning_scores`) weighs several people's labels of one
    text by how often they agree. Here a text has one label or none, and there it falls back on the greatest
    probability alone, which tells two close labels from many distant ones worse than the margin does.
    """
    if flagged:
        return 1.0
    if given is not None:
        return 1.0 - dict(shares).get(given, 0.0)
    first, second = (share for _, share in (*shares, ("", 0.0), ("", 0.0))[:2])
    return 1.0 - (first - second)


def choose(
    candidates: Sequence[Doubted],
    vectors: Floats,
    count: int,
    *,
    known: Sequence[str] = (),
    near: Floats | None = None,
) -> list[int]:
    """Returns the places of at most `count` candidates, the most useful first. Blocking.

    One by one the text is taken for which doubt times distance is greatest: its distance (1 - cosine) from all that
    were taken, and from `near`, the vectors of what was shown lately. With doubt alone the texts of one day are often
    of one kind, and teach the same; distance alone is the farthest-first traversal, at most twice as far from covering
    all texts as can be (Gonzalez, Clustering to minimize the maximum intercluster distance, 1985), which Sener and
    Savarese take for active learning (A core-set approach, 2018). Nothing below `LEAST_DOUBT` is taken, and no
    near-duplicate of another or of `known`.

    `vectors` are the candidates' unit vectors, float32 (candidates, dimensions); `near` those of other texts.
    """
    alike = Alike()
    for text in known:
        alike.add(sketch(text))
    doubts = np.array([one.doubt for one in candidates], dtype=np.float64)
    free = doubts >= LEAST_DOUBT
    # Before the first is taken, and with nothing shown lately, doubt alone decides.
    distances = np.ones(len(candidates))
    if near is not None and len(near) and len(candidates):
        distances = 1.0 - (vectors @ near.T).max(axis=1)
    chosen: list[int] = []
    while len(chosen) < count and free.any():
        worth = np.where(free, doubts * np.maximum(distances, 0.0), -1.0)
        place = int(worth.argmax())
        free[place] = False
        own = sketch(candidates[place].text)
        if next(alike.like(own), None) is not None:
            continue
        alike.add(own)
        chosen.append(place)
        distances = np.minimum(distances, 1.0 - vectors @ vectors[place])
    return chosen
