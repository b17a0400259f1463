"""A simulated desk on CLINC150 that learns by the product's own path; what `stream.py` and `poison.py` share.

A desk has an answer book, a champion, and the feedback that people gave; `Desk.trained` is a night's training from
there on: the feedback is curated beside the book, doubtful labels are dropped, a challenger learns, and the gate judges
it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.encoders.base import Encoder, Role, Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.curating.curating import curate
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.doubts import without_doubtful
from skills.classifiers.curating.examples import DEFAULT, Collected, Policy, Row
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances
from skills.classifiers.feedback.collected import NONE, WEIGHTS, Source
from skills.classifiers.gate.deciding import Verdict
from skills.classifiers.heads.head import Prediction
from skills.classifiers.retraining.challenging import Challenge, challenge
from skills.classifiers.retraining.corpus import Corpus, encode, encoded
from skills.classifiers.retraining.judging import judge
from skills.classifiers.retraining.learners import INTENT, Classifier, IntentLearner

DAY = 86_400.0
ENGLISH = "en"
Labelled = tuple[str, str | None]
"""A text and its intent, None for out of scope."""


class Remembering:
    """An encoder that makes the pass of each text once; what it has in `file` it makes never again."""

    def __init__(self, encoder: Encoder, file: Path | None = None) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self.reads = encoder.reads
        self._encoder, self._file = encoder, file
        self._known: dict[str, Vectors] = {}
        if file is not None and file.is_file():
            stored = np.load(file)
            self._known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new, role), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dimensions)

    def prepare(self, texts: Sequence[str]) -> None:
        """Makes the passes of `texts`, and keeps all in the file where there is one."""
        before = len(self._known)
        encode(texts, self, lambda count: None)
        if self._file is not None and len(self._known) > before:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._file, texts=np.array(list(self._known)), vectors=np.array(list(self._known.values())))


@dataclass(frozen=True, slots=True)
class Clinc:
    """CLINC150: texts by intent of each part, those out of scope, and the intents in the order of their domains."""

    train: Mapping[str, Sequence[str]]
    val: Mapping[str, Sequence[str]]
    test: Mapping[str, Sequence[str]]
    oos_test: Sequence[str]
    oos_other: Sequence[str]
    intents: Sequence[str]

    @classmethod
    def read(cls, folder: Path) -> Clinc:
        """Returns what lies in `folder`, as in /work/shared/data/clinc150."""
        domains = json.loads((folder / "domains.json").read_text(encoding="utf-8"))
        oos = {part: [text for text, _ in _rows(folder / f"oos_{part}.jsonl")] for part in ("train", "val", "test")}
        return cls(
            *(_by_label(_rows(folder / f"{part}.jsonl")) for part in ("train", "val", "test")),
            oos_test=oos["test"],
            oos_other=oos["train"] + oos["val"],
            intents=[intent for of_domain in domains.values() for intent in of_domain],
        )

    def texts(self) -> list[str]:
        """Returns every text that there is."""
        parts = (self.train, self.val, self.test)
        return [text for part in parts for of in part.values() for text in of] + [*self.oos_test, *self.oos_other]


def _rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(row["text"], row["label"]) for row in map(json.loads, lines)]


def _by_label(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text, label in rows:
        found.setdefault(label, []).append(text)
    return found


def opened(name: str, clinc: Clinc, cache: Path | None) -> Remembering:
    """Returns the encoder `name` with every text of `clinc` behind it; vectors are kept in the folder `cache`."""
    encoder = Remembering(open_encoder(name, "cpu"), cache / f"{name}.npz" if cache else None)
    encoder.prepare([*clinc.texts(), *(row.text for row in nothing_known("shipped", clinc))])
    return encoder


def nothing_known(kind: str, clinc: Clinc) -> list[Row]:
    """Returns base rows that are none of a book's intents.

    `shipped` are those that go beside every answer book: many of them are intents of CLINC150 (jokes, sums, the
    weather). `clinc` are the 100 for training that come with the set.
    """
    if kind == "shipped":
        return [Row(INTENT, one.text, None, one.language, 1.0, "base") for one in read_utterances(OUT_OF_SCOPE)]
    texts = clinc.oos_other[:100] if kind == "clinc" else []
    return book({None: texts})


def book(texts: Mapping[str | None, Sequence[str]]) -> list[Row]:
    """Returns an answer book's examples."""
    return [Row(INTENT, text, intent, ENGLISH, 1.0, "base") for intent, of in texts.items() for text in of]


def said(
    text: str, label: str | None, source: Source, person: str, at: float, *, reviewer: str = "", predicted: str = ""
) -> Collected:
    """Returns what `person` made known about a text at `at`, reviewed where there is a `reviewer`."""
    id = hashlib.sha256(f"{text}\n{person}\n{at}\n{source}".encode()).hexdigest()[:32]
    return Collected(
        id=id,
        task=INTENT,
        text=text,
        label=NONE if label is None else label,
        language=ENGLISH,
        predicted=predicted or None,
        author=f"asked-{id[:6]}",
        judge=person,
        source=source,
        weight=WEIGHTS[source],
        at=at,
        reviewed=reviewer != "",
        reviewer=reviewer,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Night:
    """What one training made of a desk's feedback."""

    dataset: Dataset
    challenge: Challenge
    verdict: Verdict

    def against(self) -> list[str]:
        """Returns the keys of the reasons against a promotion, with the sets that they are about."""
        bad = [reason for reason in self.verdict.reasons if not reason.good]
        return sorted({f"{one.key}:{one.values['set']}" if "set" in one.values else one.key for one in bad})

    def left_out(self) -> dict[str, int]:
        """Returns how many examples each rule left out."""
        return self.dataset.left_out()


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """A desk as it stands: its `base` is the book, `champion` serves, `feedback` is what that learned beside the book.

    `since` is when the champion's feedback was gathered, `golden` the ids of examples that only judge.
    """

    encoder: Remembering
    base: tuple[Row, ...]
    champion: Classifier
    collected: tuple[Collected, ...] = ()
    feedback: tuple[Row, ...] = ()
    golden: frozenset[str] = frozenset()
    since: float = 0.0

    @classmethod
    def opened(cls, encoder: Remembering, base: Sequence[Row]) -> Desk:
        """Returns a desk whose champion knows nothing but its book."""
        return cls(encoder, tuple(base), learned(base, encoder))

    def with_book(self, base: Sequence[Row]) -> Desk:
        """Returns the desk with another book, learned at once beside the champion's feedback, as the bot does."""
        return replace(self, base=tuple(base), champion=learned([*base, *self.feedback], self.encoder))

    def told(self, feedback: Iterable[Collected]) -> Desk:
        """Returns the desk with more feedback."""
        return replace(self, collected=(*self.collected, *feedback))

    @property
    def intents(self) -> set[str]:
        """The intents of its book."""
        return {row.label for row in self.base if row.label is not None}

    def answers(self, texts: Sequence[str]) -> list[Prediction]:
        """Returns what the champion takes texts for."""
        return predicted(self.champion, texts, self.encoder)

    def dataset(self, kept: Sequence[Labelled] = (), policy: Policy = DEFAULT) -> Dataset:
        """Returns what a training would work from; `kept` is what was asked and answered without objection."""
        found = curate(self.collected, self.base, {INTENT: self.intents}, policy, since=self.since, golden=self.golden)
        rows = [Row(INTENT, text, label, ENGLISH, 1.0, "kept") for text, label in kept]
        return Dataset((*found.rows, *rows), found.decisions)

    def trained(self, kept: Sequence[Labelled] = (), policy: Policy = DEFAULT) -> Night:
        """Returns what a night's training brings, as `retraining.training` does it."""
        gathered = self.dataset(kept, policy)
        vectors = encoded(gathered.of(INTENT), [self.encoder], _silent).vectors[self.encoder.name]
        dataset = without_doubtful(gathered, {INTENT: vectors})
        corpus = encoded(dataset.of(INTENT), [self.encoder], _silent)
        learner = IntentLearner(self.encoder.name)
        found = challenge(INTENT, corpus, encoded([], [self.encoder], _silent), self.champion, learner)
        return Night(dataset, found, judge(found))

    def after(self, night: Night, at: float) -> Desk:
        """Returns the desk the next morning: what was golden stays so, and the challenger serves if it was promoted."""
        rows = night.dataset.rows
        golden = self.golden | {row.id for row in rows if row.role == "golden"}
        if not night.verdict.promote:
            return replace(self, golden=golden)
        feedback = tuple(row for row in rows if row.role in ("earlier", "new"))
        return replace(self, champion=night.challenge.challenger, feedback=feedback, golden=golden, since=at)


def learned(rows: Sequence[Row], encoder: Remembering) -> Classifier:
    """Returns what the product's learner makes of `rows`."""
    return IntentLearner(encoder.name).learn(encoded(rows, [encoder], _silent))


def predicted(classifier: Classifier, texts: Sequence[str], encoder: Remembering) -> list[Prediction]:
    """Returns what `classifier` takes texts for."""
    rows = tuple(Row(INTENT, text, None, ENGLISH, 1.0, "kept") for text in texts)
    vectors = {encoder.name: encode(texts, encoder, _silent)}
    return classifier.predict(Corpus(rows, vectors, vectors))


def _silent(count: int) -> None:
    pass
