"""The servable classifier of one task: what a message is taken for, how surely, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.columns import Features
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.kernel import Kernel
from skills.classifiers.heads.neighbours import Neighbourhood
from skills.classifiers.heads.regression import Linear, log_softmax, softmax
from skills.classifiers.heads.scope import ScopeRule, Whitened, scope_scores


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a text is taken for.

    `label` is the likeliest one, `probability` its calibrated share among the labels and `scores` every label's;
    `in_scope` is the calibrated probability that the text belongs to any of them at all. `accepted`: `in_scope`
    reaches the head's threshold.
    """

    label: str
    probability: float
    in_scope: float
    accepted: bool
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled example near a text; `label` is None for out of scope, `similarity` a cosine, at most 1."""

    text: str
    label: str | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Why:
    """What a prediction stands on: the nearest examples, and the words that spoke for its label, most first.

    A word's number is by how much its n-grams raise the label's logit above the mean of the labels.
    """

    neighbours: tuple[Neighbour, ...]
    words: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A classifier over the vectors of `encoders` and n-grams. Thread-safe; blocking, below a millisecond a text.

    Vectors are given by encoder name: the encoders' own unit vectors of the texts in the role `query`, float32
    (dimensions,) for one text, (texts, dimensions) for several; those of other encoders are ignored.

    `texts` are the examples it was trained on, `target` the position of each one's label, that of "none of these",
    which come last, being `len(labels)`. `near` holds the part of their features in which texts are compared, float32.
    `vote` is how much the nearest examples' votes count beside the logits; `kernel`'s scores are added where there is
    one, and `whitened` is there where the scope rule asks for it. `strength` is the inverse of the L2 penalty that the
    regression was fitted with, 0 where it isn't known.
    """

    task: str
    labels: tuple[str, ...]
    features: Features
    linear: Linear
    temperature: float
    rule: ScopeRule
    texts: tuple[str, ...]
    target: npt.NDArray[np.intp]
    near: Floats
    vote: float
    whitened: Whitened | None
    kernel: Kernel | None = None
    strength: float = 0.0
    _neighbourhood: Neighbourhood = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_neighbourhood", Neighbourhood.of(self.near, self.target, len(self.labels)))

    @property
    def encoders(self) -> tuple[str, ...]:
        """Names of the encoders whose vectors it wants; none where it reads characters only."""
        return tuple(self.features.means)

    def predict(self, text: str, vectors: Mapping[str, Floats]) -> Prediction:
        """Returns what `text` is taken for. Raises KeyError when the vector of one of `encoders` is missing."""
        return self.predict_many([text], {name: vectors[name][None, :] for name in self.encoders})[0]

    def predict_many(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> list[Prediction]:
        """Returns one prediction a text, in order. Raises KeyError when vectors of one of `encoders` are missing."""
        if len(texts) == 1 and self.encoders:
            dense, places, values = self.features.one(texts[0], vectors)
            near = self.features.near(dense)
            logits = self.linear.logits_of_one(dense, places, values)
        else:
            near, logits = self._many(texts, vectors)
        inside = logits[:, : len(self.labels)]
        surer = log_softmax(inside)
        similarity = np.zeros(len(texts))
        # Looking for the nearest of thousands of examples is what takes longest.
        if self.vote or "neighbours" in self.rule.names:
            similarity, votes = self._neighbourhood.nearest(near, inside)
            surer = surer + self.vote * votes
        if self.kernel is not None:
            surer = surer + self.kernel.scores(near)
        shares = softmax(surer / self.temperature)
        in_scope = np.ones(len(texts))
        if self.rule.parts:
            scores = scope_scores(logits, near, similarity, self.whitened, len(self.labels))
            in_scope = self.rule.probability(self.rule.total(scores))
        best = shares.argmax(axis=1)
        return [
            Prediction(
                self.labels[best[row]],
                float(shares[row, best[row]]),
                float(in_scope[row]),
                bool(in_scope[row] >= self.rule.threshold),
                dict(zip(self.labels, shares[row].tolist(), strict=True)),
            )
            for row in range(len(texts))
        ]

    def _many(self, texts: Sequence[str], vectors: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Returns the part of the texts' rows in which they are compared, and their logits."""
        if self.features.wide:
            dense, counts, values = self.features.parts(texts, vectors)
            return self.features.near(dense), self.linear.logits_of_wide(dense, counts, values)
        rows = self.features.rows(texts, vectors)
        return self.features.near(rows), self.linear.logits(rows)

    def why(self, text: str, vectors: Mapping[str, Floats], neighbours: int = 3, words: int = 5) -> Why:
        """Returns what the prediction for `text` stands on: at most so many examples and words."""
        from skills.classifiers.heads.explaining import explain

        return explain(self, text, vectors, neighbours, words)

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Writes weights, examples and a readable card with `facts` about the training into the empty `folder`."""
        from skills.classifiers.heads.versions import save_head

        save_head(self, folder, facts)

    @classmethod
    def load(cls, folder: Path) -> Head:
        """Returns what `save` wrote. Raises OSError when it is missing, `DamagedVersionError` when it is damaged."""
        from skills.classifiers.heads.versions import load_head

        return load_head(folder)
