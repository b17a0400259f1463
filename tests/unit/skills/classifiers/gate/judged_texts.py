"""Held-out texts with what two models take them for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skills.classifiers.gate.comparing import Judged
from skills.classifiers.heads.head import Prediction


def taken(label: str | None, probability: float = 0.9, in_scope: float | None = None) -> Prediction:
    """Returns the prediction of `label`, None for one that is refused."""
    name, scope = label or "refused", (0.9 if label else 0.1) if in_scope is None else in_scope
    return Prediction(name, probability, scope, label is not None, {name: probability})


def text(
    label: str | None, champion: str | None, challenger: str | None, judge: str = "", id: str = "", task: str = ""
) -> Judged:
    return Judged(f"a text about {label}", label, taken(champion), taken(challenger), judge, id, task)


def texts(
    same: int = 0, won: int = 0, lost: int = 0, judge: str = "", labels: Sequence[str] = ("a", "b")
) -> list[Judged]:
    """Returns texts of `labels` by turns that both models have right, only the challenger, only the champion."""
    rows = []
    for number in range(same + won + lost):
        right, wrong = labels[number % len(labels)], labels[(number + 1) % len(labels)]
        old = wrong if same <= number < same + won else right
        new = wrong if number >= same + won else right
        rows.append(text(right, old, new, judge, f"{judge}{number}"))
    return rows


def many(count: int, labels: Sequence[str], seed: int = 0, foreign: float = 0.1) -> list[Judged]:
    """Returns texts as real models might take them: mostly right, some refused, with probabilities of every size."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        label = None if random.random() < foreign else labels[int(random.integers(len(labels)))]
        answers = []
        for skill in (0.8, 0.85):
            name = label if label and random.random() < skill else labels[int(random.integers(len(labels)))]
            scope = float(np.clip(random.normal(0.8 if label else 0.3, 0.2), 0, 1).round(2))
            answers.append(Prediction(name, float(random.random()), scope, scope >= 0.5, {}))
        rows.append(Judged(f"text {number}", label, *answers, judge=f"U{number % 4}", id=str(number)))
    return rows
