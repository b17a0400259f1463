"""Sorts what a team finished into kinds of work, and says how good everybody is at each.

A task's kind is told by its label where it has one, by its vector, and by who did it: what experts in a kind do is
likely of that kind. How good people are follows from that, and how vectors tell kinds; each is told anew from the
others a few times (as in expectation maximisation). A vector is judged by a regression that has not seen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.tasks.assigning.labels import having
from skills.tasks.assigning.levels import Standing, infer
from skills.tasks.assigning.ridge import Floats, fit

_ROUNDS = 3
_PENALTY = 0.5
_SHARPNESS = 8.0
"""How fast a kind becomes unlikely as the regression says less of it than of another."""

_AS_WELL = 0.12
"""Labels are taken where the logarithm of the chance of who did a task is so little below that by groups, on average.

Groups are made to tell that. On simulated teams labels come to -0.08 or more from 150 tasks on, and to -0.16 or less
where they are shuffled.
"""

_GROUPS = 12
_LEAST_IN_GROUP = 8
"""Kinds that are looked for without labels, but no more than people, and tasks that there are for each at least."""

_TRIES = 4
_STEPS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Sorts:
    """Kinds of work: `weights` (d, k) and `usual` (k,) tell them from centred vectors; `standing` is of the people."""

    weights: npt.NDArray[np.float64]
    usual: npt.NDArray[np.float64]
    standing: Standing

    def likely(self, rows: Floats) -> npt.NDArray[np.float64]:
        """Returns how likely each kind is for centred unit vectors (n, d), as rows (n, k) that sum to 1."""
        return _likely(rows @ self.weights + self.usual)


def sort(
    rows: Floats,
    places: Floats,
    owners: npt.NDArray[np.intp],
    labels: Sequence[Sequence[str]],
    recency: npt.NDArray[np.float64],
) -> Sorts:
    """Returns the kinds of finished tasks: centred vectors (n, d), oldest first, their places (n, k), who did them.

    Labels are taken for kinds where they tell better who does what than groups of near places do: labels such as
    "urgent" don't.
    """
    groups = _grouped(places, max(2, min(_GROUPS, int(owners.max()) + 1, len(rows) // _LEAST_IN_GROUP)))
    sorts, told = _sorted(rows, owners, recency, groups, np.zeros(len(rows), dtype=bool))
    labelled = _labelled(labels)
    if labelled is not None:
        by_labels, told_by_labels = _sorted(rows, owners, recency, labelled, np.asarray(labelled.any(axis=1)))
        if told_by_labels > told - _AS_WELL:
            return by_labels
    return sorts


def _sorted(
    rows: Floats,
    owners: npt.NDArray[np.intp],
    recency: npt.NDArray[np.float64],
    begun: npt.NDArray[np.float64],
    certain: npt.NDArray[np.bool_],
) -> tuple[Sorts, float]:
    """Returns kinds that begin as (n, k) says and stay so where `certain`, and how well vectors then tell owners."""
    began = np.unique(owners, return_index=True)[1]
    seen = certain if certain.any() else np.ones(len(rows), dtype=bool)
    usual = begun[seen].mean(axis=0)
    first = fit(rows[seen], begun[seen] - usual, _PENALTY)
    by_vector = _likely(rows @ first.weights + usual)
    by_vector[seen] = _likely(first.left_out + usual)
    kinds = np.where(certain[:, None], begun, by_vector)
    for _ in range(_ROUNDS):
        standing = _standing(kinds, owners, recency, began)
        kinds = by_vector * standing.chances[owners]
        kinds = np.where(certain[:, None], begun, kinds / kinds.sum(axis=1, keepdims=True))
        usual = kinds.mean(axis=0)
        again = fit(rows, kinds - usual, _PENALTY)
        by_vector = _likely(again.left_out + usual)
    standing = _standing(kinds, owners, recency, began)
    told = float(np.log((by_vector * standing.chances[owners]).sum(axis=1)).mean())
    return Sorts(again.weights, usual, standing), told


def _standing(
    kinds: npt.NDArray[np.float64],
    owners: npt.NDArray[np.intp],
    recency: npt.NDArray[np.float64],
    began: npt.NDArray[np.intp],
) -> Standing:
    weighed = kinds * recency[:, None]
    counts = np.zeros((len(began), kinds.shape[1]))
    np.add.at(counts, owners, weighed)
    since = np.cumsum(weighed[::-1], axis=0)[::-1]
    return infer(counts, np.maximum(since[began] / np.maximum(since[0], 1e-9), 1e-3))


def _likely(told: Floats) -> npt.NDArray[np.float64]:
    odds = np.exp(_SHARPNESS * (told - told.max(axis=1, keepdims=True))) + 1e-6
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _labelled(labels: Sequence[Sequence[str]]) -> npt.NDArray[np.float64] | None:
    """Returns the shares of labels that could be kinds (n, k), rows of zeros where there are none of them."""
    shown = having(labels)
    if shown.shape[1] < 2:
        return None
    return np.asarray(shown / np.maximum(shown.sum(axis=1, keepdims=True), 1.0))


def _grouped(places: Floats, groups: int) -> npt.NDArray[np.float64]:
    """Returns zeros and ones (n, groups): near places (unit rows) together, the best of some tries (k-means)."""
    rng = np.random.default_rng(0)
    best, closest = np.zeros(len(places), dtype=np.intp), -np.inf
    for _ in range(_TRIES):
        centres = places[rng.choice(len(places), groups, replace=False)]
        for _ in range(_STEPS):
            nearest = (places @ centres.T).argmax(axis=1)
            sums = np.eye(groups)[nearest].T @ places
            lengths = np.linalg.norm(sums, axis=1, keepdims=True)
            centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
        cosines = places @ centres.T
        if cosines.max(axis=1).sum() > closest:
            best, closest = cosines.argmax(axis=1), float(cosines.max(axis=1).sum())
    return np.eye(groups)[best]
