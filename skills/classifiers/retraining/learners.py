"""How each task learns from a corpus: intents anew from all rows, the tasks of the starter by what was corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from skills.classifiers.heads.head import Head, Prediction
from skills.classifiers.heads.training import LEAST, can_refit, refit, train_head
from skills.classifiers.heads.versions import CARD_FILE
from skills.classifiers.retraining.corpus import Corpus
from skills.classifiers.served import STARTER
from skills.classifiers.summed.summed_head import SummedHead
from skills.classifiers.summed.teaching import teach
from skills.classifiers.tuning.tuned_head import FROZEN, TunedHead

INTENT = "intent"
STARTER_FOLDERS: Mapping[str, str] = {"sentiment": "opinion", "topic": "topic", "priority": "priority"}
"""The tasks that a team can teach beside its intents, and the starter version of each. What is corrected as sentiment
are posts that the monitor has read."""


class Classifier(Protocol):
    """What a task's rows are taken for."""

    def predict(self, corpus: Corpus) -> list[Prediction]:
        """Returns one prediction a row, in order."""
        ...

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Writes itself into the empty `folder`, with a card that begins with `facts`."""
        ...


class Teaches(Protocol):
    """A way of learning."""

    def learn(self, corpus: Corpus, like: Classifier | None = None) -> Classifier:
        """Returns what is learned from all rows. Raises ValueError, in a sentence, for labels that can't be learned.

        `like` is what was learned from about the same rows: what was chosen for it by measurement is taken from there.
        """
        ...


class Learner(Teaches, Protocol):
    """One task's way of learning, and what serves it."""

    def champion(self, folder: Path | None, corpus: Corpus) -> Classifier:
        """Returns what serves now: the classifier in `folder`, without one what is made of the corpus' base rows.

        Raises OSError or DamagedVersionError when it can't be loaded, ValueError where there is nothing to make it of.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OfHead:
    """A head, tuned or not; it wants the vectors of its encoders in the corpus."""

    head: Head | TunedHead

    def predict(self, corpus: Corpus) -> list[Prediction]:
        return self.head.predict_many(corpus.texts, corpus.vectors) if corpus.rows else []

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        self.head.save(folder, facts)


@dataclass(frozen=True, slots=True, eq=False)
class OfSummed:
    """A head of the starter's kind; it uses those vectors that are there."""

    head: SummedHead

    def predict(self, corpus: Corpus) -> list[Prediction]:
        languages, texts = corpus.languages, corpus.texts
        found: dict[int, Prediction] = {}
        for language in dict.fromkeys(languages):
            rows = np.array([row for row, one in enumerate(languages) if one == language], dtype=np.intp)
            some = {name: vectors[rows] for name, vectors in corpus.vectors.items()}
            read = self.head.predict_many([texts[row] for row in rows], language, some)
            found.update(zip(rows.tolist(), read, strict=True))
        return [found[row] for row in range(len(texts))]

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        self.head.save(folder, facts)


class IntentLearner:
    """Learns a head of the answer book's examples and the feedback."""

    def __init__(self, encoder: str) -> None:
        """`encoder` is the name of the one that the head stands on."""
        self._encoder = encoder

    def champion(self, folder: Path | None, corpus: Corpus) -> Classifier:
        if folder is not None:
            return OfHead(load_head(folder))
        return self.learn(corpus.take(corpus.where("base")))

    def learn(self, corpus: Corpus, like: Classifier | None = None) -> Classifier:
        head = like.head if isinstance(like, OfHead) and isinstance(like.head, Head) else None
        return OfHead(learn_head(corpus, self._encoder, head))


class StarterLearner:
    """Teaches a task of the starter what was corrected; its base rows are to be read as before."""

    def __init__(self, task: str) -> None:
        self._shipped = STARTER / STARTER_FOLDERS[task]

    def champion(self, folder: Path | None, corpus: Corpus) -> Classifier:
        return OfSummed(SummedHead.load(folder or self._shipped))

    def learn(self, corpus: Corpus, like: Classifier | None = None) -> Classifier:
        labels = [None if row.role == "base" else row.label for row in corpus.rows]
        shipped = SummedHead.load(self._shipped)
        return OfSummed(teach(shipped, corpus.bare_texts, labels, corpus.languages, corpus.bare, corpus.weights))


def load_head(folder: Path) -> Head | TunedHead:
    """Returns the head in `folder`, tuned or not. Raises OSError or DamagedVersionError."""
    return TunedHead.load(folder) if (folder / FROZEN / CARD_FILE).is_file() else Head.load(folder)


def learn_head(corpus: Corpus, encoder: str, like: Head | None = None) -> Head:
    """Returns a head of all rows but those whose label has too few, fitted as `like` was where that can be done.

    Raises ValueError, in a sentence, for labels that can't be learned.
    """
    kept = corpus.take(learnable(corpus))
    labels = [row.label for row in kept.rows]
    vectors = {encoder: kept.bare[encoder]}
    if like is not None and can_refit(like):
        head = refit(like, kept.bare_texts, labels, vectors, weights=kept.weights.tolist())
    else:
        head = train_head(INTENT, kept.bare_texts, labels, vectors, weights=kept.weights.tolist())
    own = {row.text for row in kept.rows if row.role == "base"}
    # What people wrote lies in the database, where it is forgotten on request, and in no version.
    return replace(head, texts=tuple(text if text in own else "" for text in head.texts))


def learnable(corpus: Corpus) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Returns the places of the rows whose label has `LEAST` of them, or is "none of these"."""
    counts = Counter(row.label for row in corpus.rows)
    kept = [place for place, row in enumerate(corpus.rows) if row.label is None or counts[row.label] >= LEAST]
    return np.array(kept, dtype=np.intp)


def too_rare(corpus: Corpus) -> Sequence[str]:
    """Returns the labels that have too few rows to be learned."""
    counts = Counter(row.label for row in corpus.rows)
    return sorted(label for label, count in counts.items() if label is not None and count < LEAST)


def learner_of(task: str, encoder: str) -> Learner:
    """Returns the way in which `task` learns; intents stand on the vectors of `encoder`."""
    return IntentLearner(encoder) if task == INTENT else StarterLearner(task)
