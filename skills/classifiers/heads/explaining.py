"""Why a head took a text for what it did."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from skills.classifiers.features.ngrams import Floats, count_ngrams, folded, plain
from skills.classifiers.heads.head import Head, Neighbour, Why

_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
"""What is taken away to see what it did: a word, or one Chinese character together with its next."""


def explain(head: Head, text: str, vectors: Mapping[str, Floats], neighbours: int, words: int) -> Why:
    """Returns the nearest examples, and the words whose n-grams raise the chosen label's logit most."""
    rows = head.features.rows([text], {name: vectors[name][None, :] for name in head.encoders})
    similar = head.near @ head.features.near(rows)[0]
    nearest = np.argsort(-similar, kind="stable")[:neighbours]
    names = [*head.labels, None]
    found = tuple(
        Neighbour(head.texts[place], names[head.target[place]], min(1.0, float(similar[place]))) for place in nearest
    )
    label = int(head.linear.logits(rows)[0, : len(head.labels)].argmax())
    return Why(found, _telling_words(head, text, label)[:words])


def _telling_words(head: Head, text: str, label: int) -> tuple[tuple[str, float], ...]:
    read = plain(text)
    units = _units(read)
    if not units:
        return ()
    without = [read[:start] + read[end:] for start, end in units]
    inverse = head.features.inverse
    grams = folded(count_ngrams([read, *without], len(inverse)), inverse, head.features.buckets)
    weights = head.linear.weights[head.features.dense :, : len(head.labels)]
    pull = grams @ (weights[:, label] - weights.mean(axis=1))
    moved: dict[str, float] = {}
    for (start, end), remaining in zip(units, pull[1:].tolist(), strict=True):
        word = read[start:end]
        moved[word] = max(moved.get(word, 0.0), float(pull[0]) - remaining)
    return tuple(sorted(((word, by) for word, by in moved.items() if by > 0), key=lambda pair: -pair[1]))


def _units(text: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _UNIT.finditer(text)]
    units = []
    for place, (start, end) in enumerate(spans):
        follows = spans[place + 1] if place + 1 < len(spans) else None
        if end - start == 1 and text[start] >= "\u3400":
            if follows is not None and follows[0] == end and follows[1] - follows[0] == 1:
                units.append((start, follows[1]))
            elif not units or units[-1][1] != end:
                units.append((start, end))
        else:
            units.append((start, end))
    return units
