"""What the classifiers that serve read in a message: how it feels, what it is about, how much it hurries.

They are the starter versions or what a team has taught them, loaded in milliseconds without torch or scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from index.encoders.base import Encoder, Vectors
from index.languages import ENGLISH, UNKNOWN, detect
from index.search import QuestionVectors
from skills.classifiers.features.ngrams import count_ngrams
from skills.classifiers.heads.head import Prediction
from skills.classifiers.summed.summed_head import SummedHead

STARTER = Path(__file__).parent / "starter"

_AT_ONCE = 512
"""Texts that are read together in bulk: their n-grams' products fit the memory that a small machine has to spare."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one text: negative, neutral or positive; the topic; low, normal or urgent."""

    sentiment: Prediction
    topic: Prediction
    priority: Prediction


class Classifiers:
    """Sentiment, topic and priority of messages, each from the vectors that serve its language best. Thread-safe."""

    def __init__(
        self,
        encoders: Sequence[Encoder],
        folder: Path = STARTER,
        feelings: Literal["sentiment", "opinion"] = "sentiment",
    ) -> None:
        """Loads the versions in `folder`; `encoders` make the passes, none is needed.

        `feelings` says which reads sentiment: that of messages, or that of posts and company news.

        Raises OSError or DamagedVersionError when a version can't be loaded.
        """
        self._encoders = {encoder.name: encoder for encoder in encoders}
        self._sentiment, self._topic, self._priority = (
            SummedHead.load(folder / task) for task in (feelings, "topic", "priority")
        )

    def taught(self, heads: Mapping[str, SummedHead]) -> Classifiers:
        """Returns what reads by `heads` where there is one for a task: sentiment, topic or priority."""
        if not heads:
            return self
        other = copy(self)
        other._sentiment = heads.get("sentiment", self._sentiment)
        other._topic = heads.get("topic", self._topic)
        other._priority = heads.get("priority", self._priority)
        return other

    def wants(self, language: str) -> tuple[str, ...]:
        """Returns the encoders whose passes serve a message in `language` best: in English two of them."""
        return tuple(name for name in self._sentiment.encoders(_known(language)) if name in self._encoders)

    def read(self, question: QuestionVectors) -> Reading:
        """Returns what is read in a message, by its passes and those it `wants`.

        Blocking: below a millisecond where the passes are there, some more for each that is made.
        """
        if not question.text.strip():
            return self._readings([question.text], question.language, {})[0]
        vectors = {name: vector[None, :] for name, vector in question.by_encoder.items()}
        language = _known(question.language)
        passes = vectors | self._passes([question.text], language, vectors)
        return self._readings([question.text], language, passes)[0]

    def read_many(
        self,
        texts: Sequence[str],
        languages: Sequence[str] | None = None,
        vectors: Mapping[str, Vectors] | None = None,
    ) -> list[Reading]:
        """Returns what is read in each text, in order. Blocking.

        `languages` (ISO 639-1) are detected where they are not given. By `vectors`, rows of all texts by encoder, no
        further passes are made: in bulk one pass for all texts is half the work, and reads tweets as well as two.
        """
        languages = [_known(one) for one in languages or [detect(text) for text in texts]]
        readings: dict[int, Reading] = {}
        for language in dict.fromkeys(languages):
            rows = [row for row, one in enumerate(languages) if one == language]
            spoken = [texts[row] for row in rows]
            if vectors is None:
                passes = self._passes(spoken, language, {})
            else:
                passes = {name: given[rows] for name, given in vectors.items()}
            for begin in range(0, len(rows), _AT_ONCE):
                some = slice(begin, begin + _AT_ONCE)
                found = self._readings(spoken[some], language, {name: rows_[some] for name, rows_ in passes.items()})
                readings.update(zip(rows[some], found, strict=True))
        return [readings[row] for row in range(len(texts))]

    def _passes(self, texts: Sequence[str], language: str, known: Mapping[str, Vectors]) -> dict[str, Vectors]:
        """Returns the vectors of the encoders that serve the language best and are not `known`."""
        missing = [self._encoders[name] for name in self.wants(language) if name not in known]
        return {encoder.name: encoder.encode(texts, "query") for encoder in missing}

    def _readings(self, texts: Sequence[str], language: str, vectors: Mapping[str, Vectors]) -> list[Reading]:
        grams = count_ngrams(texts)
        kept = {name: np.asarray(rows, dtype=np.float32) for name, rows in vectors.items()}
        columns = [
            head.predict_many(texts, language, kept, grams) for head in (self._sentiment, self._topic, self._priority)
        ]
        return [Reading(*row) for row in zip(*columns, strict=True)]


def _known(language: str) -> str:
    # What has no language (a code, a name, "ok?") is read as English is.
    return ENGLISH if language == UNKNOWN else language
