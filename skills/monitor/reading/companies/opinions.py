"""The classifier of what a text says of one of the companies in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.base import Vectors
from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import softmax
from skills.classifiers.heads.versions import CARD_FILE, WEIGHTS_FILE, DamagedVersionError, read_card
from skills.monitor.reading.companies.features import COLUMNS, columns_of
from skills.monitor.reading.companies.spans import Span

LABELS = ("negative", "neutral", "positive")
VECTOR_LENGTH = 0.5
"""Length of the vector's part of a row, that of the words' being 1.4: chosen on SEntFiN, with 1.0 a point less."""
WORDS_LENGTH = 1.4
CODE_VERSION = 1
"""Counted up when the features change, so that older weights no longer fit them."""


@dataclass(frozen=True, slots=True)
class Named:
    """A company in a text: where it is named, and where others are."""

    text: str
    spans: Sequence[Span]
    others: Sequence[Span]


@dataclass(frozen=True, slots=True, eq=False)
class CompanyHead:
    """A linear classifier of `LABELS` over the whole text's vector and the words around a name. Thread-safe.

    `mean` float32 (dimensions,) is the training texts' mean vector of `encoder`, `dense` float32 (dimensions, labels)
    and `words` float32 (COLUMNS, labels) the weights, `bias` (labels,); logits are divided by `temperature`.
    """

    encoder: str
    mean: Floats
    dense: Floats
    words: Floats
    bias: Floats
    temperature: float

    def read(self, named: Sequence[Named], vectors: Vectors) -> list[dict[str, float]]:
        """Returns the probability of each label for each of `named`; `vectors` are its text's, unit rows."""
        if not named:
            return []
        logits = VECTOR_LENGTH * (centred(vectors, self.mean) @ self.dense) + self.bias
        for row, one in enumerate(named):
            columns, values = weighed(one)
            logits[row] += values @ self.words[columns]
        shares = softmax(logits.astype(np.float64) / self.temperature)
        return [dict(zip(LABELS, row.tolist(), strict=True)) for row in shares]

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Writes weights (float16) and a readable card, which begins with `facts`, into `folder`."""
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        arrays = {"mean": self.mean, "dense": self.dense, "words": self.words, "bias": self.bias}
        save_file(
            {name: np.ascontiguousarray(values, np.float16) for name, values in arrays.items()}, folder / WEIGHTS_FILE
        )
        card = {**facts, "encoder": self.encoder, "temperature": self.temperature, "code_version": CODE_VERSION}
        (folder / CARD_FILE).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> CompanyHead:
        """Returns what `save` wrote. Raises OSError when it is missing, DamagedVersionError when it is damaged."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        card = read_card(folder)
        try:
            arrays = {name: values.astype(np.float32) for name, values in load_file(folder / WEIGHTS_FILE).items()}
            head = cls(
                card["encoder"], arrays["mean"], arrays["dense"], arrays["words"], arrays["bias"], card["temperature"]
            )
        except (SafetensorError, KeyError) as error:
            raise DamagedVersionError(f"{folder}: card and weights don't fit; train it again") from error
        shapes = head.dense.shape == (len(head.mean), len(LABELS)) and head.words.shape == (COLUMNS, len(LABELS))
        if card.get("code_version") != CODE_VERSION or not shapes:
            raise DamagedVersionError(f"{folder}: it was made by other code; train it again")
        return head


def weighed(named: Named) -> tuple[Any, Floats]:
    """Returns the columns of the words around a name, each once, and their values, together `WORDS_LENGTH` long."""
    columns, times = np.unique(columns_of(named.text, named.spans, named.others), return_counts=True)
    values = np.log1p(times).astype(np.float32)
    return columns, values * np.float32(WORDS_LENGTH / np.sqrt(values @ values))
