"""Proposes a checklist for a task that is several: from the team's templates, or from how it split such tasks before.

An undertaking is near to a template or to an earlier undertaking, and nearer to it than to what the team does every
day. Cosines are taken after the mean of the language is taken off: a multilingual encoder's vectors else tell languages
apart first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.languages import detect

_LEAST_OF_LANGUAGE = 8
"""A language with fewer texts takes the mean of all."""

_NEAREST = 3
_LEAST_LEAD = 0.02
_LEAD_OF_FEW = 0.095
_MANY = 500
"""How much nearer a template has to be than the nearest ordinary tasks are on average, in centred cosines.

More where fewer than `_MANY` ordinary tasks are known, by the logarithm of how many times fewer: there the nearest are
farther. So one ordinary task in a hundred passes, on simulated teams with 25 to 500 (`tests/benchmarks/tasks/teams`).
"""

_LEAST_COSINE = 0.2


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a checklist: its title, the skill it asks for (None: any), the places of the items it waits for."""

    title: str
    skill: str | None = None
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A template (`name` its name), or a task that was split (`name` its title): vector (d,) and pieces."""

    name: str
    vector: Vectors
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A proposal: what it was taken from, a `template` or a `past` task and its name, and the centred cosine to it."""

    items: tuple[Item, ...]
    basis: Literal["template", "past"]
    name: str
    similarity: float


@dataclass(frozen=True, slots=True, eq=False)
class Ordinary:
    """What a team does every day, made by `learn_ordinary`: `rows` unit (n, d), the mean of all and by language."""

    rows: npt.NDArray[np.float32]
    centre: npt.NDArray[np.float32]
    centres: Mapping[str, npt.NDArray[np.float32]]

    def placed(self, vectors: Vectors, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns unit rows (n, d) less the mean of each text's language."""
        rows = vectors - np.stack([self.centres.get(detect(text), self.centre) for text in texts])
        unit: npt.NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return unit


def learn_ordinary(vectors: Vectors, texts: Sequence[str]) -> Ordinary | None:
    """Returns what is ordinary in a team, from tasks that were not split: unit vectors (n, d) and titles.

    None for fewer than `_LEAST_OF_LANGUAGE`. Keep it until more is finished.
    """
    if len(texts) < _LEAST_OF_LANGUAGE:
        return None
    languages = np.array([detect(text) for text in texts])
    names, counts = np.unique(languages, return_counts=True)
    centres = {
        str(name): vectors[languages == name].mean(axis=0)
        for name, count in zip(names, counts, strict=True)
        if count >= _LEAST_OF_LANGUAGE
    }
    bare = Ordinary(vectors, vectors.mean(axis=0), centres)
    return Ordinary(bare.placed(vectors, texts), bare.centre, centres)


def propose(
    vector: Vectors,
    text: str,
    ordinary: Ordinary | None,
    templates: Sequence[Example],
    past: Sequence[Example],
) -> Checklist | None:
    """Returns the checklist for a task with this vector (d,) and title; None where it is one piece of work.

    A template's is taken before that of an earlier task which is as near. Without `ordinary` nothing is proposed: it
    could not be told what is unusual.
    """
    examples = [*templates, *past]
    if ordinary is None or not examples:
        return None
    place = ordinary.placed(vector[None], [text])[0]
    rows = ordinary.placed(np.stack([one.vector for one in examples]), [one.name for one in examples])
    cosines = rows @ place
    best = int(np.argmax(cosines))
    usual = float(np.sort(ordinary.rows @ place)[-_NEAREST:].mean())
    similarity = float(cosines[best])
    lead = _LEAST_LEAD + _LEAD_OF_FEW * max(0.0, math.log(_MANY / len(ordinary.rows)))
    if similarity < _LEAST_COSINE or similarity - usual < lead:
        return None
    one = examples[best]
    return Checklist(one.items, "template" if best < len(templates) else "past", one.name, similarity)
