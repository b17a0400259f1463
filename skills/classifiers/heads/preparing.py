"""From labelled texts to a head: which encoders it stands on is decided by measurement, then all texts are encoded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN, detect
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.head import Head, Prediction
from skills.classifiers.heads.training import FEW_LABELS, MANY, SEED, held_out_loss, train_head

_COMPARED = 1200
"""Texts on which encoders are compared, where there are more."""
_COMPARED_OF_FEW = 2400
"""The same for up to `FEW_LABELS`, where it is quick: what a second encoder adds shows late."""
_GAIN = 0.03
"""Share by which the held-out loss must fall for a costlier choice of encoders."""
_GAIN_OF_FEW = 0.005
"""The same for up to `FEW_LABELS`: on mail requests a second encoder gains more in macro-F1 than in the loss."""
_LOSS_BORNE = 0.01
"""Of thousands of texts with so few labels all encoders are taken unless the loss rises by such a share: on company
news macro-F1 rose by a point where the loss on the texts that are compared was higher by a third of a per cent."""
_READ = 0.9
"""Share of the texts whose language an encoder must read to be considered."""
_FEW = 20
"""Up to so many examples a label its name is an example too: that gains 0.6 points at 10, nothing at 100."""

_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A head with the encoders that it stands on: texts in, predictions out."""

    head: Head
    encoders: tuple[Encoder, ...]

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Returns one prediction a text, in order; the encoders' passes are made here. Blocking."""
        return self.head.predict_many(texts, _encoded(self.encoders, texts))


def prepare_head(
    task: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    encoders: Sequence[Encoder],
    *,
    refusing: bool = True,
    seed: int = SEED,
) -> Prepared:
    """Returns a head of `texts` by `labels` (None: out of scope) on those of `encoders` that serve it best.

    `encoders` come cheapest first; what is costlier has to earn it on texts that were held out. For `refusing` see
    `train_head`. Raises ValueError for labels that can't be learned from.
    """
    readers = _readers(texts, encoders)
    sample = _sample(labels, seed)
    known = _encoded(readers, [texts[place] for place in sample])
    chosen = _chosen([texts[place] for place in sample], [labels[place] for place in sample], readers, known, seed)
    spoken = _spoken_names(labels)
    rest = np.setdiff1d(np.arange(len(texts)), sample)
    fresh = _encoded(chosen, [*(texts[place] for place in rest), *spoken.values()])
    vectors = {}
    for encoder in chosen:
        rows = np.empty((len(texts) + len(spoken), encoder.dimensions), dtype=np.float32)
        rows[sample] = known[encoder.name]
        rows[[*rest, *range(len(texts), len(rows))]] = fresh[encoder.name]
        vectors[encoder.name] = rows
    head = train_head(
        task,
        [*texts, *spoken.values()],
        [*labels, *spoken],
        vectors,
        refusing=refusing,
        unjudged=len(spoken),
        seed=seed,
    )
    return Prepared(head, chosen)


def _readers(texts: Sequence[str], encoders: Sequence[Encoder]) -> tuple[Encoder, ...]:
    languages = Counter(detect(text) for text in texts[:: max(1, len(texts) // 500)])
    # Short messages in Latin letters mostly have no function word to be known by.
    languages[ENGLISH] += languages.pop(UNKNOWN, 0)
    return tuple(
        encoder
        for encoder in encoders
        if sum(count for language, count in languages.items() if encoder.reads(language)) >= _READ * languages.total()
    )


def _sample(labels: Sequence[str | None], seed: int) -> npt.NDArray[np.intp]:
    """Returns the places of some `_COMPARED` texts, as evenly over the labels as they allow, ascending."""
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    seen: Counter[str | None] = Counter()
    turn = np.empty(len(labels), dtype=np.intp)
    for place in shuffled:
        turn[place] = seen[labels[place]]
        seen[labels[place]] += 1
    compared = _COMPARED_OF_FEW if len(seen) <= FEW_LABELS else max(_COMPARED, 2 * len(seen))
    return np.sort(shuffled[np.argsort(turn[shuffled], kind="stable")][:compared])


def _chosen(
    texts: Sequence[str],
    labels: Sequence[str | None],
    readers: tuple[Encoder, ...],
    vectors: Mapping[str, Floats],
    seed: int,
) -> tuple[Encoder, ...]:
    """Returns the encoders whose head has the least held-out loss, a costlier choice only for a real gain."""
    best, least = readers[:1], np.inf
    if len(readers) < 2:
        return best
    gain = _GAIN_OF_FEW if len(set(labels)) <= FEW_LABELS else _GAIN
    lenient = len(set(labels)) <= FEW_LABELS and len(texts) >= MANY
    for count in range(1, len(readers) + 1):
        for choice in combinations(readers, count):
            loss = held_out_loss(texts, labels, {encoder.name: vectors[encoder.name] for encoder in choice}, seed)
            asked = -_LOSS_BORNE if lenient and count == len(readers) else gain
            if loss < least * (1.0 - asked):
                best, least = choice, loss
    return best


def _spoken_names(labels: Sequence[str | None]) -> dict[str, str]:
    """Returns the labels' names as people would say them, where examples are few and every name is made of words."""
    counts = Counter(label for label in labels if label is not None)
    if median(counts.values() or [0]) > _FEW or not all(_WORDS.search(label) for label in counts):
        return {}
    return {label: " ".join(label.replace("_", " ").replace("-", " ").split()) for label in counts}


def _encoded(encoders: Sequence[Encoder], texts: Sequence[str]) -> dict[str, Floats]:
    return {encoder.name: encoder.encode(texts, "query") for encoder in encoders}
