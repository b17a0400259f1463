"""Kinds of work as a team has them: what is similar is learned from who finished what, and from its labels.

How near two titles stand in an encoder's space is mostly about what they name ("the billing area"), less about what is
to be done with it. So a title's place here is who in the team would do such a thing and how it would be labelled, both
told by ridge regression from its vector; what was finished is placed without having seen itself. Titles are similar
where these places are: two things that the same people do are one kind of work, whatever the words. While a team
finished too little to learn that from, a title's place is its centred vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from skills.tasks.assigning.labels import having
from skills.tasks.assigning.ridge import Floats, fit
from skills.tasks.assigning.sorting import Sorts, sort

LEAST_FINISHED = 25
"""With fewer finished tasks stated skills alone tell more (simulated teams, `tests/benchmarks/tasks/teams`)."""

LEAST_LEARNED = 80
"""From so many on places and kinds are learned; with fewer the vectors as they are do as well or better."""

_PENALTY = 1.0
_WIDTH = 0.1
"""How fast similarity falls off with the cosine of two places."""

_HALF_LIFE_SECONDS = 365 * 86_400.0
_ALIKE = 0.8
_ALIKE_AS_THEY_ARE = 0.5
"""The cosine of two places, and of two centred vectors, from which a finished task is told as similar."""

_SHORT = 0.1
"""Added to the part of similar work that was done since somebody began: one task in a first week proves little."""

_RARE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """What a team finished: unit vectors of the titles float32 (n, d), by whom, when (epoch seconds), its labels."""

    vectors: Vectors
    by: Sequence[str]
    at: npt.NDArray[np.float64]
    labels: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Experience:
    """What somebody did of a kind of work.

    `share` is their part of the team's similar work since they began, newer work counting more, and `usual` their part
    of all work, both 0 to 1; `similar` is how many similar tasks they finished.
    """

    share: float
    usual: float
    similar: int


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Made by `learn`. `places` are unit rows float32 (n, k), oldest first; `owners` and `recency` belong to them.

    `began` is the row of everybody's first task, `usual` everybody's part of all work. `weights` (d, k) lead from
    centred vectors to places; None where these are the places. `sorts` are kinds told apart; None too.
    """

    people: tuple[str, ...]
    centre: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32] | None
    blocks: tuple[int, ...]
    places: npt.NDArray[np.float32]
    owners: npt.NDArray[np.intp]
    recency: npt.NDArray[np.float64]
    began: npt.NDArray[np.intp]
    usual: npt.NDArray[np.float64]
    sorts: Sorts | None

    def centred(self, vectors: Vectors) -> Floats:
        """Returns unit rows (n, d) less the mean of what was finished, from vectors (n, d); `sorts` takes these."""
        return _centred(vectors, self.centre)

    def place(self, vectors: Vectors) -> npt.NDArray[np.float32]:
        """Returns the places of titles, unit rows float32 (n, k), from their vectors (n, d)."""
        rows = _centred(vectors, self.centre)
        return rows.astype(np.float32) if self.weights is None else _placed(rows @ self.weights, self.blocks)

    def experience(self, vector: Vectors) -> Mapping[str, Experience]:
        """Returns by id what everybody who finished something did of what a title's vector (d,) is about."""
        near = self.places @ self.place(vector[None])[0]
        closeness = self.recency * np.exp((near - near.max()) / _WIDTH)
        closeness /= closeness.sum()
        since = np.cumsum(closeness[::-1])[::-1][self.began]
        shares = np.bincount(self.owners, closeness, len(self.people)) / (since + _SHORT)
        alike = _ALIKE_AS_THEY_ARE if self.weights is None else _ALIKE
        counts = np.bincount(self.owners[near >= alike], minlength=len(self.people))
        return {
            id_: Experience(share, usual, count)
            for id_, share, usual, count in zip(
                self.people, shares.tolist(), self.usual.tolist(), counts.tolist(), strict=True
            )
        }


def learn(finished: Finished, now: float) -> Kinds | None:
    """Returns the kinds of work of a team at `now` (epoch seconds); None where it finished too little to tell.

    It takes some tenths of a second for 500 tasks: keep it until more is finished.
    """
    if len(finished.by) < LEAST_FINISHED:
        return None
    at = np.asarray(finished.at, dtype=np.float64)
    order = np.argsort(at, kind="stable")
    people = tuple(sorted(set(finished.by)))
    owners = np.searchsorted(people, [finished.by[row] for row in order])
    vectors = finished.vectors[order]
    labels = [finished.labels[row] for row in order]
    centre = vectors.mean(axis=0)
    rows = _centred(vectors, centre)

    weights: npt.NDArray[np.float32] | None = None
    blocks: tuple[int, ...] = ()
    places = rows.astype(np.float32)
    if len(rows) >= LEAST_LEARNED:
        weights, blocks, places = _learned(rows, owners, labels)
    recency = 0.5 ** (np.maximum(0.0, now - at[order]) / _HALF_LIFE_SECONDS)
    usual = np.bincount(owners, recency, len(people))
    sorts = None if weights is None else sort(rows, places, owners, labels, recency)
    return Kinds(
        people,
        centre,
        weights,
        blocks,
        places,
        owners,
        recency,
        np.unique(owners, return_index=True)[1],
        usual / usual.sum(),
        sorts,
    )


def _learned(
    rows: Floats, owners: npt.NDArray[np.intp], labels: Sequence[Sequence[str]]
) -> tuple[npt.NDArray[np.float32], tuple[int, ...], npt.NDArray[np.float32]]:
    """Returns weights, the sizes of their blocks (people, labels), and the places of `rows` told without themselves."""
    doing = np.eye(owners.max() + 1)[owners]
    # Who does much would else stand near to everything.
    doing /= np.sqrt(doing.mean(axis=0) + _RARE)
    by_people = fit(rows, doing, _PENALTY)
    weights, told, blocks = [by_people.weights], [by_people.left_out], [doing.shape[1]]

    shown = having(labels)
    labelled = np.flatnonzero(shown.any(axis=1))
    if len(labelled):
        by_labels = fit(rows[labelled], shown[labelled], _PENALTY)
        told_labels = rows @ by_labels.weights
        told_labels[labelled] = by_labels.left_out
        weights.append(by_labels.weights)
        told.append(told_labels)
        blocks.append(shown.shape[1])
    return np.hstack(weights).astype(np.float32), tuple(blocks), _placed(np.hstack(told), blocks)


def _centred(vectors: Vectors, centre: npt.NDArray[np.float32]) -> Floats:
    return _unit(vectors - centre)


def _placed(told: Floats, blocks: Sequence[int]) -> npt.NDArray[np.float32]:
    """Returns unit rows in which people and labels weigh the same."""
    parts = np.split(told, np.cumsum(blocks)[:-1], axis=1)
    return _unit(np.hstack([_unit(part) for part in parts])).astype(np.float32)


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
