"""Which skill a message is for, as the router that ships reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from index.encoder_choice import EncoderChoice
from index.encoders.base import Encoder, Vectors
from index.languages import ENGLISH, UNKNOWN, detect
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.versions import read_card
from skills.classifiers.served import STARTER
from skills.classifiers.starter.material import NONE, examples_hash
from skills.classifiers.summed.summed_head import SummedHead

SURE = 0.7
"""Below this probability a message is read once more, by two encoders where the search may need both anyway."""

OWN = "deskhand"
"""The bot's own skill: greetings, thanks and questions about the bot."""


class ShippedRouting:
    """The starter router over its skills' intents. Thread-safe; below a millisecond a message."""

    def __init__(self, encoders: Sequence[Encoder], folder: Path = STARTER) -> None:
        """Loads the version in `folder`; `encoders` make the passes of `read_many`.

        Raises OSError or DamagedVersionError when it can't be loaded.
        """
        self._choice = EncoderChoice(encoders)
        self._head = SummedHead.load(folder / "router")
        self._skills: dict[str, str] = read_card(folder / "router")["skills"]

    def knows(self, examples: Mapping[str, Path]) -> bool:
        """Returns whether it was trained for these encoders on these files of examples by skill, perhaps on more."""
        trained = {part.encoder for part in self._head.parts.values()}
        return {encoder.name for encoder in self._choice.encoders} <= trained and all(
            self._skills.get(skill) == examples_hash(path) for skill, path in examples.items()
        )

    def read(self, text: str, language: str, vectors: Mapping[str, Vectors]) -> Prediction:
        """Returns the prediction for a message by the unit vectors that are there: SKILL/INTENT or `NONE`."""
        return self._head.predict(text, ENGLISH if language == UNKNOWN else language, vectors)

    def read_many(self, texts: Sequence[str]) -> list[Prediction]:
        """Returns one prediction a text with the skills as labels, in order; what is for the bot itself is `NONE`.

        Each text has the one pass that a question gets before it is routed, and the second that one gets of which that
        leaves doubts. Blocking.
        """
        found: dict[int, Prediction] = {}
        languages = [detect(text) for text in texts]
        for language in dict.fromkeys(languages):
            rows = [row for row, one in enumerate(languages) if one == language]
            spoken = [texts[row] for row in rows]
            encoder = self._choice.first(language)
            vectors = {} if encoder is None else {encoder.name: encoder.encode(spoken, "query")}
            known = ENGLISH if language == UNKNOWN else language
            read = self._head.predict_many(spoken, known, vectors)
            doubts = [place for place, one in enumerate(read) if one.probability < SURE]
            others = [name for name in self._head.encoders(known) if name not in vectors]
            if doubts and others:
                doubtful = [spoken[place] for place in doubts]
                both = {name: kept[doubts] for name, kept in vectors.items()}
                both |= {name: self._choice.by_name[name].encode(doubtful, "query") for name in others}
                for place, one in zip(doubts, self._head.predict_many(doubtful, known, both), strict=True):
                    read[place] = one
            found.update(zip(rows, map(_by_skill, read), strict=True))
        return [found[row] for row in range(len(texts))]


def _by_skill(prediction: Prediction) -> Prediction:
    label = _skill(prediction.label)
    scores: dict[str, float] = {}
    for name, score in prediction.scores.items():
        scores[_skill(name)] = scores.get(_skill(name), 0.0) + score
    return Prediction(label, scores[label], prediction.in_scope, label != NONE, scores)


def _skill(label: str) -> str:
    skill = label.partition("/")[0]
    return NONE if skill == OWN else skill
