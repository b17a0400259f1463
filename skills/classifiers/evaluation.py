"""Trains a classifier in memory on somebody's labelled texts and measures it on others."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.base import Encoder
from index.json_rows import BadRowError
from skills.classifiers.heads.calibration import area_under_risk_coverage, expected_calibration_error
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.preparing import Prepared
from skills.classifiers.heads.scope import area_under_curve
from skills.classifiers.labelled import Labelled, draw, read_labelled
from skills.classifiers.tuning.fine_tuning import Progress
from skills.classifiers.tuning.tuned_training import Method, PreparedTuned, prepare_classifier

_TIMED = 200
"""Test texts that are classified one by one to take the time."""
_MEASURING = 0.9
"""Share of the time that training may take: the rest is for the test file."""
_SCARCE = 5
"""Fewer examples of a label are worth a word of warning."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The figures of `deskhand evaluate intents`, and what the reader should know about the files, in sentences."""

    figures: dict[str, float | int | str | None]
    notes: tuple[str, ...]


def evaluate_intents(
    train: Path,
    test: Path,
    encoders: Sequence[Encoder],
    *,
    out_of_scope: str = "oos",
    shots: int | None = None,
    seed: int = 0,
    method: Method = "auto",
    minutes: float = 8.0,
    predictions: Path | None = None,
    progress: Progress | None = None,
) -> Evaluated:
    """Returns the figures of a classifier trained on `train` and measured on `test`, both JSONL of `{"text", "label"}`.

    `shots` draws so many rows a label by `seed`. `method` is how it is trained, within `minutes` with the
    measuring. `predictions` is where each test row's answer is written. Raises BadRowError naming file, line and field
    of what can't be read or learned from, OSError for what can't be written.
    """
    learned, asked = read_labelled(train, out_of_scope), read_labelled(test, out_of_scope)
    rows = draw(learned, shots, seed) if shots is not None else learned
    refusing = any(row.label is None for row in [*rows, *asked])
    began = time.perf_counter()
    try:
        prepared = prepare_classifier(
            "intent",
            [row.text for row in rows],
            [row.label for row in rows],
            encoders,
            method=method,
            seconds=_MEASURING * 60 * minutes,
            refusing=refusing,
            progress=progress,
        )
    except ValueError as error:
        raise BadRowError(f'{train}, field "label": {error}') from None
    seconds = time.perf_counter() - began
    answers = prepared.predict([row.text for row in asked])
    if predictions is not None:
        _write(predictions, answers)
    figures: dict[str, float | int | str | None] = {
        **_figures(asked, answers, out_of_scope),
        "method": "tuned" if isinstance(prepared, PreparedTuned) else "heads",
        "encoders": "+".join(encoder.name for encoder in prepared.encoders),
        "train_seconds": round(seconds, 3),
        **_timed(prepared, asked),
        "n": len(asked),
        "trained_on": len(rows),
    }
    return Evaluated(figures, _notes(train, rows, test, asked))


def _figures(
    asked: Sequence[Labelled], answers: Sequence[Prediction], out_of_scope: str
) -> dict[str, float | int | str | None]:
    from sklearn.metrics import f1_score

    inside = np.array([row.label is not None for row in asked])
    found = np.array([answer.label == row.label for row, answer in zip(asked, answers, strict=True)])
    accepted = np.array([answer.accepted for answer in answers])
    scope = np.array([answer.in_scope for answer in answers])
    shares = np.array([answer.probability for answer in answers])
    right = np.where(inside, found & accepted, ~accepted)
    said = [answer.label if answer.accepted else out_of_scope for answer in answers]
    wanted = [row.label if row.label is not None else out_of_scope for row in asked]
    both = inside.any() and not inside.all()
    return {
        "accuracy": float(right.mean()),
        "macro_f1": float(f1_score(wanted, said, average="macro", zero_division=0.0)),
        "oos_auroc": area_under_curve(scope[inside], scope[~inside]) if both else None,
        "oos_recall": float((~accepted[~inside]).mean()) if not inside.all() else None,
        "in_scope_accuracy": float(found[inside].mean()) if inside.any() else None,
        "in_scope_refused": float((~accepted[inside]).mean()) if inside.any() else None,
        "ece": expected_calibration_error(shares[inside], found[inside]) if inside.any() else None,
        "aurc": area_under_risk_coverage(shares * scope, found),
    }


def _timed(prepared: Prepared | PreparedTuned, asked: Sequence[Labelled]) -> dict[str, float | int | str | None]:
    seconds = []
    for row in asked[:: max(1, len(asked) // _TIMED)][:_TIMED]:
        began = time.perf_counter()
        prepared.predict([row.text])
        seconds.append(time.perf_counter() - began)
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return {"predict_p50_ms": round(float(p50), 3), "predict_p95_ms": round(float(p95), 3)}


def _write(path: Path, answers: Sequence[Prediction]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for answer in answers:
            row: dict[str, Any] = {
                "label": answer.label,
                "scores": dict(answer.scores),
                "in_scope": answer.in_scope,
                "accepted": answer.accepted,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _notes(train: Path, rows: Sequence[Labelled], test: Path, asked: Sequence[Labelled]) -> tuple[str, ...]:
    counts = Counter(row.label for row in rows if row.label is not None)
    unseen = Counter(row.label for row in asked if row.label is not None and row.label not in counts)
    scarce = sorted(label for label, count in counts.items() if count < _SCARCE)
    notes = []
    if scarce:
        notes.append(
            f"{train}: fewer than {_SCARCE} examples of {_listed(scarce)}; what is learned of so few is unsure"
        )
    if unseen:
        notes.append(
            f"{test}: {unseen.total()} rows have labels that training never had and count as wrong: "
            f"{_listed(sorted(unseen))}"
        )
    return tuple(notes)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:10]) + (f" and {len(labels) - 10} more" if len(labels) > 10 else "")
