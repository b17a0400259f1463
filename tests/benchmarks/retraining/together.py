"""Tells whether an encoder that is tuned for several tasks at once serves any of them better than one tuned for one.

    python tests/benchmarks/retraining/together.py --data FOLDER [--encoder english] [--intents 60] [--texts 25]
        [--seeds 3] [--seconds 600]

FOLDER is CLINC150's, as for `stream.py`: so many of its intents with so many texts of each are one task; topic,
sentiment and priority, by the texts written for the starter in the encoder's language, are the others. Each seed draws
other intents. `untouched` is a regression on the vectors as they are; `alone` and `together` are what serves with a
tuned encoder: the head with which it learned and a regression on its vectors, summed. Intents are tested on the set's
test texts, the other tasks on a fifth of their texts that nothing has seen. Prints one JSON object of accuracies.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from desks import Clinc

from index.encoders.base import Encoder, Vectors
from index.encoders.catalog import open_encoder
from skills.classifiers.features.columns import centred
from skills.classifiers.heads.regression import Linear
from skills.classifiers.retraining.learners import INTENT
from skills.classifiers.starter.material import own
from skills.classifiers.tuning.fine_tuning import Settings, Task, tune
from skills.classifiers.tuning.lora import open_base
from skills.classifiers.tuning.tuned_encoder import export, open_exported, tuned_name
from skills.classifiers.tuning.tuned_training import added, kept_out, regression

OTHERS = {
    "english": {"topic": ("topic", "en"), "sentiment": ("sentiment_en", "en"), "priority": ("priority", "en")},
    "multilingual": {"topic": ("topic", ""), "sentiment": ("sentiment_zh", ""), "priority": ("priority", "")},
}
TESTED = 5
"""One text in so many of the other tasks is kept for the test."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A task's texts to learn from and to be tested on, with their labels' places and the untouched vectors."""

    texts: Sequence[str]
    target: np.ndarray
    test: Sequence[str]
    wanted: np.ndarray
    near: Vectors
    labels: int

    @classmethod
    def of(cls, known: Sequence[tuple[str, str]], test: Sequence[tuple[str, str]], encoder: Encoder) -> Learned:
        labels = sorted({label for _, label in known})
        texts = [text for text, _ in known]
        target, wanted = (np.array([labels.index(label) for _, label in some], np.intp) for some in (known, test))
        return cls(texts, target, [text for text, _ in test], wanted, encoder.encode(texts, "query"), len(labels))

    @property
    def mean(self) -> Vectors:
        return self.near.mean(axis=0).astype(np.float32)

    def head(self, vectors: Vectors) -> Linear:
        """Returns the regression on vectors of the texts."""
        ones = np.ones(len(self.target), np.float32)
        return regression(centred(vectors, self.mean), self.target, ones, self.labels)

    def task(self, name: str) -> Task:
        held = kept_out(self.target)
        seen = np.setdiff1d(np.arange(len(self.target)), held)
        ones = np.ones(len(self.target), np.float32)
        start = regression(centred(self.near[seen], self.mean), self.target[seen], ones[seen], self.labels)
        return Task(name, self.texts, self.target, ones, self.mean, start, held)

    def accuracy(self, head: Linear, encoder: Encoder) -> float:
        """Returns how many test texts a head on the encoder's vectors gets right."""
        found = head.logits(centred(encoder.encode(self.test, "query"), self.mean)).argmax(axis=1)
        return float((found == self.wanted).mean())


def tuned(tasks: Mapping[str, Learned], base: str, seed: int, seconds: float) -> dict[str, float]:
    """Returns the accuracy of each task on an encoder that was tuned for all of them."""
    wanted = [one.task(name) for name, one in tasks.items()]
    outcome = tune(open_base(base), wanted, Settings(patience=2, seed=seed), seconds=seconds)
    export(base, outcome.adapter)
    encoder = open_exported(base, tuned_name(base, outcome.adapter))
    return {
        name: one.accuracy(added(outcome.heads[name], one.head(encoder.encode(one.texts, "query"))), encoder)
        for name, one in tasks.items()
    }


def drawn(clinc: Clinc, encoder: Encoder, seed: int, intents: int, texts: int) -> dict[str, Learned]:
    """Returns the tasks of a seed."""
    chance = random.Random(seed)
    some = sorted(chance.sample(list(clinc.intents), intents))
    known = [(text, intent) for intent in some for text in chance.sample(list(clinc.train[intent]), texts)]
    tasks = {INTENT: Learned.of(known, [(text, intent) for intent in some for text in clinc.test[intent]], encoder)}
    for task, (name, language) in OTHERS[encoder.name].items():
        rows = [(one.text, str(one.label)) for one in own(name) if not language or one.language == language]
        chance.shuffle(rows)
        tasks[task] = Learned.of(rows[len(rows) // TESTED :], rows[: len(rows) // TESTED], encoder)
    return tasks


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", choices=tuple(OTHERS), default="english")
    parser.add_argument("--intents", type=int, default=60)
    parser.add_argument("--texts", type=int, default=25)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600.0, help="that one tuning may take")
    asked = parser.parse_args()
    clinc, encoder = Clinc.read(asked.data), open_encoder(asked.encoder, "cpu")
    found: dict[str, dict[str, list[float]]] = {}
    for seed in range(1, asked.seeds + 1):
        tasks = drawn(clinc, encoder, seed, asked.intents, asked.texts)
        sides = {
            "untouched": {name: one.accuracy(one.head(one.near), encoder) for name, one in tasks.items()},
            "alone": {
                name: tuned({name: one}, asked.encoder, seed, asked.seconds)[name] for name, one in tasks.items()
            },
            "together": tuned(tasks, asked.encoder, seed, asked.seconds),
        }
        for side, accuracies in sides.items():
            for name, value in accuracies.items():
                found.setdefault(name, {}).setdefault(side, []).append(round(value, 4))
        print(seed, sides, file=sys.stderr, flush=True)
    means = {name: {side: round(statistics.mean(of), 4) for side, of in one.items()} for name, one in found.items()}
    print(json.dumps({"encoder": asked.encoder, "mean": means, "by_seed": found}, indent=2))


if __name__ == "__main__":
    main()
