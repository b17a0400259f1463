"""What a task will take, in minutes, from what similar ones took, its size words, and whoever does it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from skills.tasks.assigning.ridge import Fit, Floats, fit
from skills.tasks.assigning.sizes import SIZES, Sizing, sizing

LEAST_TASKS = 8
"""So many finished tasks with their minutes tell what a team's tasks take."""

_USUAL_FACTORS = (0.35, 0.6, 1.7, 2.8)
"""What the size words make of an ordinary task, tiny to huge, until a team's own tasks tell."""

_USUAL_COUNT = 0.9
"""So many things take so many times the minutes, to the power of this."""

_TRUST = 5.0
"""So many tasks weigh as much as what is usual: in size words, and in somebody's speed."""

_PENALTY = 1.0
_ROUNDS = 4
_COVERED = 0.84
"""Of the errors on tasks left out, the range covers so much: of new tasks 0.8, whose kinds are newer still."""

_TENTH = 1.28
"""Standard deviations above which a tenth lies (normal distribution)."""

_USUAL_SPREAD = 1.1
_FEW = 20.0
"""A third to three times as long is usual; so many tasks weigh as much as that."""

_ALIKE = 0.5
"""The centred cosine from which a task is called similar."""

_TOLD = 3

_LEAST_MINUTES = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Finished tasks: ids, unit vectors float32 (n, d), titles, minutes (n,) and by whom, None where unknown."""

    ids: Sequence[str]
    vectors: Vectors
    texts: Sequence[str]
    minutes: npt.NDArray[np.float64]
    by: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Effort:
    """Minutes a task will take: between `low` and `high` in 80 % of the cases, half of the time above `likely`.

    `basis` is what this rests on: `similar` tasks (the nearest ones' ids are in `similar`), size `words` alone, or the
    `team_median`.
    """

    low: float
    likely: float
    high: float
    basis: Literal["similar", "words", "team_median"]
    similar: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """What a team's tasks take; made by `learn`. All but the ids and `rows` (n, d) is in logarithms of minutes.

    `differing` is how far people's speeds lie apart: who will do a task is often not known yet.
    """

    ids: tuple[str, ...]
    rows: npt.NDArray[np.float32]
    centre: npt.NDArray[np.float32]
    median: float
    kind: Fit
    sizes: npt.NDArray[np.float64]
    speeds: Mapping[str, float]
    differing: float
    below: float
    above: float

    def predict(self, vector: Vectors, text: str, person: str | None = None) -> Effort:
        """Returns what a task takes, by its vector (d,) and its title; the speed of `person` counts where known."""
        row = _unit((vector - self.centre)[None])[0]
        said = sizing(text)
        likely = self.median + float(row @ self.kind.weights[:, 0]) + float(_said(said) @ self.sizes)
        differing = self.differing
        if person is not None and person in self.speeds:
            likely += self.speeds[person]
            differing = 0.0
        near = self.rows @ row
        order = np.argsort(-near, kind="stable")[:_TOLD]
        similar = tuple(self.ids[place] for place in order if near[place] >= _ALIKE)
        wide = math.sqrt(1.0 + float(self.kind.unknown_of(row[None])[0]))
        return Effort(
            max(_LEAST_MINUTES, math.exp(likely - math.hypot(wide * self.below, differing))),
            max(_LEAST_MINUTES, math.exp(likely)),
            max(_LEAST_MINUTES, math.exp(likely + math.hypot(wide * self.above, differing))),
            "similar" if similar else "words" if said.says_anything else "team_median",
            similar,
        )


def learn(timed: Timed) -> Pace | None:
    """Returns the pace of a team; None where it finished too few tasks to tell.

    The logarithm of the minutes is the team's median, plus what the kind of work adds (ridge regression from the
    vector, which comes to nothing for what resembles nothing), plus the words of size, plus the person's slowness, each
    fitted to what the others leave until they agree. The range is that of
    the errors on tasks left out, wider for what resembles little.
    """
    if len(timed.ids) < LEAST_TASKS:
        return None
    logs = np.log(np.maximum(timed.minutes, _LEAST_MINUTES))
    centre = timed.vectors.mean(axis=0)
    rows = _unit(timed.vectors - centre)
    said = np.stack([_said(sizing(text)) for text in timed.texts])
    sizes = _usual_sizes()
    people = sorted({one for one in timed.by if one is not None})
    owners = np.array([people.index(one) if one is not None else len(people) for one in timed.by])
    slow = np.zeros(len(people) + 1)
    median = float(np.median(logs - said @ sizes))
    for _ in range(_ROUNDS):
        kind = fit(rows, (logs - median - said @ sizes - slow[owners])[:, None], _PENALTY)
        others = logs - median - kind.left_out[:, 0]
        sizes = _fitted_sizes(said, others - slow[owners])
        left = others - said @ sizes
        counts = np.bincount(owners, minlength=len(people) + 1)
        slow = np.bincount(owners, left, len(people) + 1) / (counts + _TRUST)
        slow[-1] = 0.0
    errors = (left - slow[owners]) / np.sqrt(1.0 + kind.unknown)
    below, above = np.quantile(errors, ((1 - _COVERED) / 2, (1 + _COVERED) / 2))
    return Pace(
        tuple(timed.ids),
        rows.astype(np.float32),
        centre,
        median,
        kind,
        sizes,
        dict(zip(people, slow.tolist(), strict=False)),
        _TENTH * float(np.std(slow[:-1])) if people else 0.0,
        _spread(-float(below), len(logs)),
        _spread(float(above), len(logs)),
    )


def _spread(seen: float, tasks: int) -> float:
    """Returns how far to one side the range goes: as far as errors were `seen`, or usual while tasks are few."""
    return math.sqrt((tasks * max(0.0, seen) ** 2 + _FEW * _USUAL_SPREAD**2) / (tasks + _FEW))


def _usual_sizes() -> npt.NDArray[np.float64]:
    return np.array([*np.log(_USUAL_FACTORS), _USUAL_COUNT])


def _said(said: Sizing) -> npt.NDArray[np.float64]:
    """Returns which size word was said, as zeros and a one, and the logarithm of the count."""
    return np.array([*(float(said.size == size) for size in SIZES), math.log(said.count)])


def _fitted_sizes(said: Floats, left: Floats) -> npt.NDArray[np.float64]:
    """Returns what size words and counts add, pulled towards what is usual as `_TRUST` tasks would."""
    usual = _usual_sizes()
    gram = said.T @ said + _TRUST * np.eye(len(usual))
    return np.asarray(np.linalg.solve(gram, said.T @ (left - said @ usual)) + usual)


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
