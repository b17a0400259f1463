"""Tells how much the daily cards teach: accuracy after each week of labels, by which texts people are asked about.

    python tests/benchmarks/retraining/asking.py --data FOLDER [--set clinc150|banking77] [--encoder multilingual]
        [--intents 40] [--weeks 6] [--texts 80] [--cards 5] [--seeds 4] [--skew 1.0] [--cache FOLDER]

FOLDER holds the set as `train.jsonl`, `test.jsonl` and so on. A desk knows some intents of the set, drawn by the seed,
by five examples of each. On each of five days a week so many texts are asked, some intents far more often than others
(the k-th with a share of 1 / k to the power of `--skew`), a tenth of them about none of them; of these a rule chooses
the day's cards, which are answered rightly. At the week's end the desk learns the book and all labels so far.

Rules: `random`; `margin`, those whose two likeliest labels are closest; `cards`, what the bot does (choosing.py). All
share the days, the desk and the learner. Prints one JSON object: the mean over seeds of the accuracy on the test texts
of the desk's intents, week by week, with the standard error over seeds of its difference to `random`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from desks import Clinc, Labelled, Remembering, book, predicted

from index.encoders.catalog import open_encoder
from skills.classifiers.curating.examples import Row
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.retraining.corpus import encoded
from skills.classifiers.retraining.learners import INTENT, Classifier, IntentLearner
from skills.learning.asking.choosing import Doubted, choose, doubt_of, shares_of
from skills.learning.asking.pool import NEAR_MOST

DAYS = 5
EXAMPLES = 5
OUTSIDE = 0.1
"""Share of what is asked that is none of the desk's intents."""
FOREIGN = 100
"""Texts that are none of them, which stand beside the book."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A set: texts for training and test by intent, and texts that are none of the desk's."""

    train: Mapping[str, Sequence[str]]
    test: Mapping[str, Sequence[str]]
    outside: Sequence[str]

    @classmethod
    def read(cls, folder: Path, name: str) -> Texts:
        """Returns CLINC150 with its own out-of-scope texts, or BANKING77, whose last 17 intents are out of scope."""
        if name == "clinc150":
            clinc = Clinc.read(folder)
            return cls(clinc.train, clinc.test, clinc.oos_other)
        train, test = _by_label(folder / "train.jsonl"), _by_label(folder / "test.jsonl")
        known = sorted(train)[:60]
        outside = [text for label in sorted(train)[60:] for text in train[label]]
        return cls({label: train[label] for label in known}, {label: test[label] for label in known}, outside)

    def every(self) -> list[str]:
        """Returns all of them."""
        return [text for part in (self.train, self.test) for of in part.values() for text in of] + [*self.outside]


def _by_label(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        found.setdefault(row["label"], []).append(row["text"])
    return found


@dataclass(slots=True)
class Day:
    """What a rule chooses from: doubts and vectors of the day's texts, and what was chosen before."""

    texts: Sequence[str]
    doubts: Sequence[float]
    vectors: Floats
    before: Sequence[str]
    before_vectors: Floats
    chance: random.Random


Rule = Callable[[Day, int], Sequence[int]]


def by_chance(day: Day, count: int) -> Sequence[int]:
    """Chooses without looking."""
    return day.chance.sample(range(len(day.texts)), min(count, len(day.texts)))


def by_margin(day: Day, count: int) -> Sequence[int]:
    """Chooses what is least certain."""
    return np.argsort(-np.array(day.doubts), kind="stable")[:count].tolist()


def by_cards(day: Day, count: int) -> Sequence[int]:
    """Chooses as the bot does."""
    doubted = [Doubted(text, doubt) for text, doubt in zip(day.texts, day.doubts, strict=True)]
    near = day.before_vectors[::-1][:NEAR_MOST]
    return choose(doubted, day.vectors, count, known=day.before, near=near)


RULES: Mapping[str, Rule] = {"random": by_chance, "margin": by_margin, "cards": by_cards}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a desk knows, and how it is asked."""

    texts: Texts
    encoder: Remembering
    intents: int
    weeks: int
    a_day: int
    cards: int
    skew: float


@dataclass(slots=True)
class Learned:
    """Figures of one rule and seed, one a week, the first before any card."""

    accuracy: list[float] = field(default_factory=list)
    labels: int = 0


def learned_by(rule: str, trial: Trial, seed: int) -> Learned:
    """Returns what the desk of a seed learns when a rule chooses."""
    chance = random.Random(f"desk {seed}")
    intents = chance.sample(sorted(trial.texts.train), trial.intents)
    drawn = {
        intent: chance.sample(list(trial.texts.train[intent]), len(trial.texts.train[intent])) for intent in intents
    }
    outside = _shuffled(trial.texts.outside, chance)
    rows = book({intent: drawn[intent][:EXAMPLES] for intent in intents}) + book({None: outside[:FOREIGN]})
    asked = {**{intent: texts[EXAMPLES:] for intent, texts in drawn.items()}, None: outside[FOREIGN:]}
    shares = [1.0 / rank**trial.skew for rank in range(1, len(intents) + 1)]
    tests = [(text, intent) for intent in intents for text in trial.texts.test[intent]]
    learner, choosing = IntentLearner(trial.encoder.name), random.Random(f"{rule} {seed}")
    first = desk = learner.learn(_corpus(rows, trial))
    found = Learned([_accuracy(desk, tests, trial)])
    shown: list[str] = []
    for _ in range(trial.weeks):
        for _ in range(DAYS):
            day = _day(asked, intents, shares, trial, chance, set(shown))
            texts = [text for text, _ in day]
            doubts = [doubt_of(shares_of(one, scoped=True)) for one in predicted(desk, texts, trial.encoder)]
            vectors, before = (trial.encoder.encode(some, "query") for some in (texts, shown))
            for place in RULES[rule](Day(texts, doubts, vectors, shown, before, choosing), trial.cards):
                text, intent = day[place]
                shown = [*shown, text]
                rows.append(Row(INTENT, text, intent, "en", 1.0, "new"))
        desk = learner.learn(_corpus(rows, trial), like=first)
        found.accuracy.append(_accuracy(desk, tests, trial))
    found.labels = len(shown)
    return found


def _day(
    asked: Mapping[str | None, Sequence[str]],
    intents: Sequence[str],
    shares: Sequence[float],
    trial: Trial,
    chance: random.Random,
    shown: set[str],
) -> list[Labelled]:
    """Returns what is asked on a day, and was not shown before."""
    drawn: dict[str, str | None] = {}
    for _ in range(trial.a_day):
        intent = None if chance.random() < OUTSIDE else chance.choices(intents, shares)[0]
        drawn[chance.choice(asked[intent])] = intent
    return [(text, intent) for text, intent in drawn.items() if text not in shown]


def _shuffled(texts: Sequence[str], chance: random.Random) -> list[str]:
    return chance.sample(list(texts), len(texts))


def _corpus(rows: Sequence[Row], trial: Trial) -> Any:
    return encoded(rows, [trial.encoder], lambda count: None)


def _accuracy(desk: Classifier, tests: Sequence[Labelled], trial: Trial) -> float:
    answers = predicted(desk, [text for text, _ in tests], trial.encoder)
    return float(np.mean([one.label == intent for one, (_, intent) in zip(answers, tests, strict=True)]))


def main() -> None:
    """Runs the trials that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", choices=("clinc150", "banking77"), default="clinc150")
    parser.add_argument("--encoder", default="multilingual")
    parser.add_argument("--intents", type=int, default=40)
    parser.add_argument("--weeks", type=int, default=6)
    parser.add_argument("--texts", type=int, default=80, help="that are asked a day")
    parser.add_argument("--cards", type=int, default=5, help="a day")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--skew", type=float, default=1.0)
    parser.add_argument("--rules", nargs="+", choices=tuple(RULES), default=list(RULES))
    parser.add_argument("--cache", type=Path, help="where vectors are kept from one run to the next")
    asked = parser.parse_args()
    texts = Texts.read(asked.data, asked.set)
    suffix = "" if asked.set == "clinc150" else f"-{asked.set}"
    file = asked.cache / f"{asked.encoder}{suffix}.npz" if asked.cache else None
    encoder = Remembering(open_encoder(asked.encoder, "cpu"), file)
    encoder.prepare(texts.every())
    trial = Trial(texts, encoder, asked.intents, asked.weeks, asked.texts, asked.cards, asked.skew)
    begun, curves = time.perf_counter(), {}
    for rule in asked.rules:
        found = [learned_by(rule, trial, seed) for seed in range(asked.seeds)]
        curves[rule] = np.array([one.accuracy for one in found])
        print(rule, curves[rule].mean(axis=0).round(4).tolist(), file=sys.stderr, flush=True)
    print(json.dumps(_told(curves, asked, time.perf_counter() - begun), indent=2))


def _told(curves: Mapping[str, Any], asked: argparse.Namespace, seconds: float) -> dict[str, Any]:
    of_rule = {}
    for rule, curve in curves.items():
        of_rule[rule] = {"accuracy": curve.mean(axis=0).round(4).tolist()}
        for other in curves:
            if other != rule:
                gain = curve[:, 1:] - curves[other][:, 1:]
                by_seed = gain.mean(axis=1)
                error = by_seed.std(ddof=1) / np.sqrt(len(by_seed)) if len(by_seed) > 1 else float("nan")
                of_rule[rule][f"points over {other}, mean of all weeks"] = round(100 * float(by_seed.mean()), 2)
                of_rule[rule][f"its standard error against {other}"] = round(100 * float(error), 2)
    settings = {name: value for name, value in vars(asked).items() if name not in ("data", "cache")}
    return {**settings, "rules": of_rule, "seconds": round(seconds, 1)}


if __name__ == "__main__":
    main()
