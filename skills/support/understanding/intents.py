"""What a message wants, as the team's answer book has it: a head trained from its examples whenever they change.

Training runs in a thread of its own beside the answers, some seconds for a few hundred examples; until it is done, and
when it fails, the last good head serves. Heads lie in the data folder, so that a restart trains nothing; that of a book
which ships lies in the user's cache folder, so that an empty data folder has it at once. A book too small to learn from
is served by its nearest example.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import re
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.encoders.cache import cache_folder, write_folder
from index.search import QuestionVectors
from skills.base import Services
from skills.classifiers.champions import Champion
from skills.classifiers.curating.examples import Row
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances
from skills.classifiers.heads.head import Head, Prediction
from skills.classifiers.retraining.corpus import bare_text
from skills.classifiers.retraining.learners import INTENT, load_head
from skills.classifiers.tuning.tuned_encoder import open_tuned
from skills.classifiers.tuning.tuned_head import ADAPTER_FILE
from skills.support.book.answer_book import AnswerBook

if TYPE_CHECKING:
    from index.encoders.base import Encoder, Vectors
    from index.library import Library

log = logging.getLogger("deskhand.support")

LEAST_INTENTS = 2
LEAST_EXAMPLES = 5
"""A book with fewer intents, or fewer examples of one than a head asks for, is served by nearest examples."""

_NEEDED = 2
"""Examples that a label needs to be learned."""

_BATCH = 32
_PREFERRED = ("multilingual", "english")
"""The encoder that a head stands on, the better one first: a book's customers write in more languages than the book."""

_MIDDLE: Mapping[str, float] = {"multilingual": 0.89, "english": 0.65}
_SLOPE: Mapping[str, float] = {"multilingual": 70.0, "english": 14.0}
"""Cosine at which the nearest example is right half of the time, and how fast that grows: read off the demo's book."""

_SCHEME = "2"
"""Counts the ways of training: another one makes stored heads old."""

Failed = Callable[[str, str], Awaitable[None]]
"""Tells somebody that the head of a team could not be trained: team, reason."""


class Classifier(Protocol):
    """Tells intents by vectors of `encoders`."""

    @property
    def encoders(self) -> tuple[str, ...]: ...

    def predict(self, text: str, vectors: Mapping[str, Vectors]) -> Prediction:
        """Returns what `text` is taken for."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Tells intents by the nearest example. `matrix`: unit vectors of the examples, float32 (examples, dimensions)."""

    encoder: str
    labels: tuple[str, ...]
    matrix: Vectors

    @property
    def encoders(self) -> tuple[str, ...]:
        return (self.encoder,)

    def predict(self, text: str, vectors: Mapping[str, Vectors]) -> Prediction:
        """Returns the label of the nearest example; every label's share follows from its own nearest one."""
        near: dict[str, float] = {}
        for label, cosine in zip(self.labels, (self.matrix @ vectors[self.encoder]).tolist(), strict=True):
            near[label] = max(near.get(label, -1.0), cosine)
        slope = _SLOPE.get(self.encoder, 14.0)
        best = max(near, key=lambda label: near[label])
        weights = {label: math.exp(slope * (cosine - near[best])) for label, cosine in near.items()}
        total = sum(weights.values())
        in_scope = 1 / (1 + math.exp(-slope * (near[best] - _MIDDLE.get(self.encoder, 0.62))))
        scores = {label: weight / total for label, weight in weights.items()}
        return Prediction(best, scores[best], in_scope, in_scope >= 0.5, scores)


@dataclass(frozen=True, slots=True)
class _Served:
    """What tells a team's intents, and the tuned encoder that it wants beside the untouched ones, if any.

    `of` are the versions of the answer book and of the champion.
    """

    of: tuple[int, int]
    classifier: Classifier
    tuned: Encoder | None = None


class IntentHeads:
    """The heads of all teams. `failed` is told when one can't be trained.

    `shipped` reads the book that ships, where there is one: its head is kept for every data folder of the user.
    """

    def __init__(self, failed: Failed | None = None) -> None:
        self._served: dict[str, _Served] = {}
        self._tried: dict[str, tuple[int, int]] = {}
        self._training: dict[str, asyncio.Task[None]] = {}
        self._begun: dict[str, asyncio.Event] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intents")
        self.failed = failed
        self.shipped: Callable[[], AnswerBook] | None = None

    async def read(
        self, team: str, book: AnswerBook, version: int, question: QuestionVectors, services: Services
    ) -> tuple[Prediction | None, QuestionVectors]:
        """Returns what a question is taken for, and its vectors with the passes that this may have needed.

        None for a book without examples. A new `version` of the book, or a new champion, is made ready beside this,
        unless `learn` has done so before; only the very first one is waited for.
        """
        served = self._served.get(team)
        if served is None or served.of != (version, services.champions.of(team).version):
            self._train_once(team, book, version, services)
            if served is None:
                await self._begun[team].wait()
                served = self._served.get(team)
        if served is None:
            return None, question
        question = await services.library.encode_by(question, served.classifier.encoders)
        if (tuned := served.tuned) is not None and tuned.name not in question.by_encoder:
            rows = await asyncio.to_thread(tuned.encode, [question.text], "query")
            question = replace(question, by_encoder={**question.by_encoder, tuned.name: rows[0]})
        return served.classifier.predict(question.text, question.by_encoder), question

    async def read_parts(self, team: str, parts: Sequence[str], library: Library) -> list[Prediction]:
        """Returns what parts of a message that was read are taken for, each with passes of its own."""
        served = self._served.get(team)
        if served is None:
            return []
        classifier = served.classifier
        encoders = library.choice.by_name | ({served.tuned.name: served.tuned} if served.tuned else {})
        vectors = {
            name: await asyncio.to_thread(encoders[name].encode, list(parts), "query") for name in classifier.encoders
        }
        return [
            classifier.predict(part, {name: rows[place] for name, rows in vectors.items()})
            for place, part in enumerate(parts)
        ]

    async def learn(self, team: str, book: AnswerBook, version: int, services: Services) -> None:
        """Returns when the head of this version and of the champion serves, or its training has failed."""
        # What is under way may have begun before the one or the other was there.
        for _ in range(2):
            self._train_once(team, book, version, services)
            if (task := self._training.get(team)) is not None:
                await asyncio.wait((task,))

    def _train_once(self, team: str, book: AnswerBook, version: int, services: Services) -> None:
        running = self._training.get(team)
        champion = services.champions.of(team)
        wanted = (version, champion.version)
        if (running is not None and not running.done()) or (self._tried.get(team) == wanted and team in self._served):
            return
        self._tried[team] = wanted
        self._begun.setdefault(team, asyncio.Event())
        self._training[team] = asyncio.create_task(self._train(team, book, version, champion, services))

    async def _train(self, team: str, book: AnswerBook, version: int, champion: Champion, services: Services) -> None:
        try:
            await self._follow(team, book, version, champion, services)
        except Exception as error:
            log.exception("the intents could not be learned; the last good head serves", extra={"team": team})
            if self.failed is not None:
                await self.failed(team, str(error))
        finally:
            self._begun[team].set()

    async def _follow(self, team: str, book: AnswerBook, version: int, champion: Champion, services: Services) -> None:
        encoder = preferred(services.library.choice.encoders)
        if encoder is None or not any(intent.all_examples() for intent in book.intents):
            self._served.pop(team, None)
            return
        home = home_of(services.data, team)
        loop = asyncio.get_running_loop()
        if team not in self._served:
            # A moment's work, so that the first question waits for no training.
            stand_in = await loop.run_in_executor(self._thread, _stored_or_nearest, book, encoder, home)
            done = champion.of(INTENT) is None and (isinstance(stand_in, Head) or not can_learn(book))
            self._served[team] = _Served((version if done else -1, champion.version), stand_in)
            self._begun[team].set()
            if done:
                return
        trained, tuned = await loop.run_in_executor(self._thread, self._trained, book, encoder, home, champion)
        self._served[team] = _Served((version, champion.version), trained, tuned)
        log.info("learned the intents of the answer book", extra={"team": team, "version": version})

    def _trained(
        self, book: AnswerBook, encoder: Encoder, home: Path, champion: Champion
    ) -> tuple[Classifier, Encoder | None]:
        """Returns what tells the intents, and the tuned encoder where it wants one."""
        promoted = champion.of(INTENT)
        if promoted is None:
            ships = self.shipped is not None and fingerprint(self.shipped(), encoder) == fingerprint(book, encoder)
            return train(book, encoder, shipped_heads() if ships else home), None
        if champion.book() != fingerprint(book, encoder):
            # The book has changed since: what was learned beside it is learned with the new one, till the next night.
            return train(book, encoder, home, champion.feedback), None
        head = load_head(promoted)
        if isinstance(head, Head):
            return head, None
        return head, open_tuned(head.base, promoted / ADAPTER_FILE)


def preferred(encoders: Iterable[Encoder]) -> Encoder | None:
    """Returns the encoder on which heads stand."""
    by_name = {encoder.name: encoder for encoder in encoders}
    return next((by_name[name] for name in _PREFERRED if name in by_name), next(iter(by_name.values()), None))


def shipped_heads() -> Path:
    """Returns where the heads of books that ship are kept."""
    return cache_folder() / "intents"


def can_learn(book: AnswerBook) -> bool:
    """Returns whether the book has enough examples for a head."""
    counts = [len(intent.all_examples()) for intent in book.intents if intent.all_examples()]
    return len(counts) >= LEAST_INTENTS and sum(counts) >= LEAST_EXAMPLES and min(counts) >= _NEEDED


def train(book: AnswerBook, encoder: Encoder, home: Path, feedback: Sequence[Row] = ()) -> Classifier:
    """Returns the classifier of `book`, as it was stored or newly trained and stored under `home` (blocking).

    `feedback` is learned beside the book, as far as it is about intents that are still in it. Raises ValueError for
    examples that can't be learned from, OSError when it can't be stored.
    """
    from skills.classifiers.heads.training import train_head

    known = stored(book, encoder, home, feedback)
    if known is not None:
        return known
    if not can_learn(book):
        return _nearest(book, encoder)
    rows = [*examples(book), *_still_meant(book, feedback)]
    texts = [bare_text(row) for row in rows]
    vectors = {encoder.name: _encoded(encoder, texts)}
    head = train_head(INTENT, texts, [row.label for row in rows], vectors, weights=[row.weight for row in rows])
    _store(head, home, fingerprint(book, encoder, feedback), len(book.intents), len(texts))
    return head


def home_of(data: Path, team: str) -> Path:
    """Returns where the heads of a team's own books are kept."""
    return data / "support" / "intents" / re.sub(r"\W", "_", team)


def fingerprint(book: AnswerBook, encoder: Encoder, feedback: Sequence[Row] = ()) -> str:
    """Returns the name of the head that `book` and `feedback` lead to: the same for the same examples."""
    learned = [(row.text, row.label, row.weight) for row in _still_meant(book, feedback)]
    rows = [(row.text, row.label) for row in examples(book)]
    identity = [_SCHEME, encoder.fingerprint, rows, *([learned] if learned else [])]
    return hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:16]


def examples(book: AnswerBook) -> list[Row]:
    """Returns the book's examples with their intents, and what people say that is none of them."""
    rows = [
        Row(INTENT, text, intent.name, language, 1.0, "base")
        for intent in book.intents
        for language, text in intent.all_examples()
    ]
    return rows + [Row(INTENT, one.text, None, one.language, 1.0, "base") for one in read_utterances(OUT_OF_SCOPE)]


def _still_meant(book: AnswerBook, feedback: Sequence[Row]) -> list[Row]:
    names = {None, *(intent.name for intent in book.intents if intent.all_examples())}
    return [row for row in feedback if row.label in names]


def _stored_or_nearest(book: AnswerBook, encoder: Encoder, home: Path) -> Classifier:
    return stored(book, encoder, home) or stored(book, encoder, shipped_heads()) or _nearest(book, encoder)


def stored(book: AnswerBook, encoder: Encoder, home: Path, feedback: Sequence[Row] = ()) -> Head | None:
    """Returns the head of `book` as it lies in `home`; None where there is none, or a damaged one (blocking)."""
    path = home / fingerprint(book, encoder, feedback)
    if not path.is_dir():
        return None
    try:
        return Head.load(path)
    except (OSError, ValueError):
        log.warning("a stored head is damaged; it is trained anew")
        shutil.rmtree(path, ignore_errors=True)
        return None


def _nearest(book: AnswerBook, encoder: Encoder) -> Nearest:
    rows = [(text, intent.name) for intent in book.intents for _, text in intent.all_examples()]
    return Nearest(encoder.name, tuple(name for _, name in rows), _encoded(encoder, [text for text, _ in rows]))


def _store(head: Head, home: Path, name: str, intents: int, examples: int) -> None:
    """Writes aside and renames; of the heads of one home the newest two stay."""
    write_folder(home / name, lambda partial: head.save(partial, {"intents": intents, "examples": examples}))
    heads = (one for one in home.iterdir() if one.is_dir() and not one.name.startswith("."))
    kept = sorted(heads, key=lambda one: one.stat().st_mtime, reverse=True)
    for old in kept[2:]:
        shutil.rmtree(old, ignore_errors=True)


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    import numpy as np

    batches = [encoder.encode(texts[at : at + _BATCH], "query") for at in range(0, len(texts), _BATCH)]
    return np.concatenate(batches)
