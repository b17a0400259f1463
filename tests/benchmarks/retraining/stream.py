"""Feeds CLINC150 to a desk as a stream, and tells what it forgets: 30 intents at first, 30 more each round.

    python tests/benchmarks/retraining/stream.py --data FOLDER [--encoder english] [--order domains|random]
        [--seed 1] [--texts 20] [--examples 5] [--none clinc|shipped|no] [--cache FOLDER] [--chart FILE]
    python tests/benchmarks/retraining/stream.py --draw RESULT... --chart FILE

FOLDER holds `train.jsonl`, `test.jsonl`, `oos_test.jsonl` and so on with `text` and `label`, and `domains.json`. Each
round the answer book gets 30 intents more (two domains, or at random by the seed) with a few examples, and ten people
give feedback on so many texts of each, half of it reviewed; then the desk trains as it does by night, on the book and
all feedback so far, and the challenger serves if the gate lets it. "At once" is the same learner on the same texts, all
given to it at once and none of them held back. Prints one JSON object; `--draw` draws results that were printed before.

Accuracies are of the likeliest label among all known so far, before refusing; `served` counts a refused text as wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from desks import DAY, Clinc, Desk, Labelled, Night, Remembering, book, learned, nothing_known, opened, predicted, said

from skills.classifiers.curating.examples import Collected, Row
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.scope import area_under_curve
from skills.classifiers.retraining.learners import Classifier

AT_ONCE = 30
"""Intents of a round."""
PEOPLE = [f"person-{number}" for number in range(10)]
REVIEWERS = ("lead-0", "lead-1")
REVIEWED = 0.5
ROUND_DAYS = 14
ASKED = 10
"""Texts of each intent that are asked in a round beside the feedback."""
OBJECTING = 0.5
"""How often somebody objects to an answer that was wrong."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is fed in which order."""

    clinc: Clinc
    encoder: Remembering
    order: Sequence[str]
    seed: int
    texts: int
    examples: int
    none: str

    def rounds(self) -> list[Sequence[str]]:
        """Returns the intents that are new in each round."""
        return [self.order[at : at + AT_ONCE] for at in range(0, len(self.order), AT_ONCE)]

    def drawn(self, intent: str) -> list[str]:
        """Returns the intent's texts for training in the order in which they are used up, the book's first."""
        texts = list(self.clinc.train[intent])
        random.Random(f"{self.seed} {intent}").shuffle(texts)
        return texts

    def base(self, intents: Sequence[str]) -> list[Row]:
        """Returns the answer book of these intents."""
        rows = book({intent: self.drawn(intent)[: self.examples] for intent in intents})
        return rows + nothing_known(self.none, self.clinc)

    def feedback(self, intents: Sequence[str], at: float) -> list[Collected]:
        """Returns what people say about these intents in the days from `at` on, all of it right."""
        chance = random.Random(f"{self.seed} feedback {at}")
        return [
            said(
                text,
                intent,
                "wrong_intent",
                chance.choice(PEOPLE),
                at + chance.random() * ROUND_DAYS * DAY,
                reviewer=chance.choice(REVIEWERS) if chance.random() < REVIEWED else "",
            )
            for intent in intents
            for text in self.drawn(intent)[self.examples : self.examples + self.texts]
        ]

    def kept(self, desk: Desk, number: int) -> list[Labelled]:
        """Returns what was asked in a round and answered, rightly or without anybody's objection."""
        chance = random.Random(f"{self.seed} kept {number}")
        begun = self.examples + self.texts + number * ASKED
        asked = [(text, intent) for intent in sorted(desk.intents) for text in self.drawn(intent)[begun:][:ASKED]]
        answers = desk.answers([text for text, _ in asked])
        return [
            (text, answer.label)
            for (text, intent), answer in zip(asked, answers, strict=True)
            if answer.accepted and (answer.label == intent or chance.random() >= OBJECTING)
        ]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a classifier took the test texts of the intents known so far for, and texts that are none of any."""

    wanted: Sequence[str]
    answers: Sequence[Prediction]
    outside: Sequence[Prediction]

    @classmethod
    def of(cls, classifier: Classifier, trial: Trial, intents: Sequence[str]) -> Reading:
        texts = [(text, intent) for intent in intents for text in trial.clinc.test[intent]]
        every = predicted(classifier, [text for text, _ in texts] + list(trial.clinc.oos_test), trial.encoder)
        return cls([intent for _, intent in texts], every[: len(texts)], every[len(texts) :])

    def accuracy(self, among: Sequence[str], served: bool = False) -> float:
        """Returns how many texts of the intents `among` are taken for what they are."""
        of = set(among)
        right = [
            answer.label == intent and (answer.accepted or not served)
            for intent, answer in zip(self.wanted, self.answers, strict=True)
            if intent in of
        ]
        return float(np.mean(right))

    def within(self, among: Sequence[str]) -> float:
        """Returns the accuracy on the intents `among` where no other is in question."""
        of = set(among)
        right = [
            max(of, key=lambda label: answer.scores.get(label, 0.0)) == intent
            for intent, answer in zip(self.wanted, self.answers, strict=True)
            if intent in of
        ]
        return float(np.mean(right))

    def flips(self, before: Reading) -> float:
        """Returns the share of the texts of `before` that were right then and are not now."""
        pairs = list(zip(before.wanted, before.answers, self.answers, strict=False))
        return float(np.mean([old.label == intent != new.label for intent, old, new in pairs]))

    def figures(self, first: Sequence[str], intents: Sequence[str]) -> dict[str, float]:
        """Returns the round's figures, shares from 0 to 1."""
        inside, outside = ([one.in_scope for one in some] for some in (self.answers, self.outside))
        found = {
            "first": self.accuracy(first),
            "all": self.accuracy(intents),
            "first_served": self.accuracy(first, served=True),
            "all_served": self.accuracy(intents, served=True),
            "first_among_first": self.within(first),
            "oos_auroc": area_under_curve(np.array(inside), np.array(outside)),
            "oos_recall": float(np.mean([not one.accepted for one in self.outside])),
            "refused": float(np.mean([not one.accepted for one in self.answers])),
        }
        return {name: round(value, 4) for name, value in found.items()}


def main() -> None:
    """Runs the stream that the command line asks for, or draws those that ran before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--encoder", default="english")
    parser.add_argument("--order", choices=("domains", "random"), default="domains")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=int, default=20, help="of each intent that feedback is given on")
    parser.add_argument("--examples", type=int, default=5, help="of each intent in the answer book")
    parser.add_argument("--none", choices=("no", "clinc", "shipped"), default="clinc", help="examples of none of these")
    parser.add_argument("--cache", type=Path, help="where vectors are kept from one run to the next")
    parser.add_argument("--chart", type=Path)
    parser.add_argument("--draw", type=Path, nargs="+", help="results to draw, one JSON object each")
    asked = parser.parse_args()
    if asked.draw:
        draw([json.loads(path.read_text(encoding="utf-8")) for path in asked.draw], asked.chart)
        return
    clinc = Clinc.read(asked.data)
    order = list(clinc.intents)
    if asked.order == "random":
        random.Random(asked.seed).shuffle(order)
    encoder = opened(asked.encoder, clinc, asked.cache)
    result = streamed(Trial(clinc, encoder, order, asked.seed, asked.texts, asked.examples, asked.none))
    result = {"encoder": asked.encoder, "order": asked.order, "seed": asked.seed, "none": asked.none, **result}
    print(json.dumps(result, indent=2))
    if asked.chart:
        draw([result], asked.chart)


def streamed(trial: Trial) -> dict[str, Any]:
    """Returns the figures of each round, of training at once beside it, and what was forgotten."""
    first, known = trial.rounds()[0], list[str]()
    every: list[Collected] = []
    desk: Desk | None = None
    before: Reading | None = None
    told = []
    for number, intents in enumerate(trial.rounds()):
        known += intents
        at, begun = number * ROUND_DAYS * DAY, time.perf_counter()
        base = trial.base(known)
        desk = desk.with_book(base) if desk else Desk.opened(trial.encoder, base)
        every += (new := trial.feedback(intents, at + 1.0))
        desk = desk.told(new)
        night = desk.trained(trial.kept(desk, number))
        desk = desk.after(night, at + ROUND_DAYS * DAY + 2.0)
        reading = Reading.of(desk.champion, trial, known)
        everything = [*base, *(Row(one.task, one.text, one.label, "en", 1.0, "new") for one in every)]
        at_once = Reading.of(learned(everything, trial.encoder), trial, known)
        told.append(
            {
                "intents": len(known),
                **_of_night(night, desk),
                "stream": reading.figures(first, known),
                "at_once": at_once.figures(first, known) | {"rows": len(everything)},
                "negative_flips": round(reading.flips(before), 4) if before else None,
                "seconds": round(time.perf_counter() - begun, 1),
            }
        )
        print(told[-1], file=sys.stderr, flush=True)
        before = reading
    return {"rounds": told, "forgotten": _forgotten(told)}


def _of_night(night: Night, desk: Desk) -> dict[str, Any]:
    roles = [row.role for row in night.dataset.rows]
    return {
        "promoted": night.verdict.promote,
        "against": night.against(),
        "golden": roles.count("golden"),
        "trained_on": sum(role in ("base", "earlier", "new") for role in roles),
        "served_learned_from": len(desk.base) + len(desk.feedback),
        "left_out": night.left_out(),
    }


def _forgotten(rounds: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Returns by how many points the first intents' accuracy fell, and how far stream and at once lie apart."""
    begun, ended = rounds[0], rounds[-1]
    lost = {
        "first_fell_by": begun["stream"]["first"] - ended["stream"]["first"],
        "first_fell_by_at_once": begun["at_once"]["first"] - ended["at_once"]["first"],
        "first_behind_at_once": ended["at_once"]["first"] - ended["stream"]["first"],
        "first_among_first_fell_by": begun["stream"]["first_among_first"] - ended["stream"]["first_among_first"],
        "all_behind_at_once": ended["at_once"]["all"] - ended["stream"]["all"],
    }
    return {name: round(100 * value, 2) for name, value in lost.items()}


def draw(results: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Draws accuracy by round, one panel a result, into a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(0.8 + 4.2 * len(results), 3.6), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    lines = (
        ("stream", "first", "first 30 intents, streamed", "#c05621", "-"),
        ("at_once", "first", "first 30 intents, at once", "#c05621", ":"),
        ("stream", "all", "all known, streamed", "#2b6cb0", "-"),
        ("at_once", "all", "all known, at once", "#2b6cb0", ":"),
    )
    panels = figure.subplots(1, len(results), sharey=True, squeeze=False)[0]
    for axes, result in zip(panels, results, strict=True):
        rounds = result["rounds"]
        for side, name, label, colour, style in lines:
            values = [100 * one[side][name] for one in rounds]
            axes.plot([one["intents"] for one in rounds], values, style, color=colour, label=label, marker="o", ms=3)
        axes.set(title=f"{result['encoder']}, by {result['order']}", xlabel="intents known")
        axes.set_xticks([one["intents"] for one in rounds])
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("accuracy, %")
    figure.legend(handles=panels[0].get_lines(), fontsize=8, loc="outside lower center", ncols=4)
    figure.savefig(file)


if __name__ == "__main__":
    main()
