"""`deskhand evaluate sentiment` and `routing`: the classifiers that serve, measured on labelled texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from bot import knowledge
from bot.cli.output import Options, Refused
from index.encoders.base import Encoder
from index.encoders.sources import EncoderUnavailableError
from index.json_rows import BadRowError
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.labelled import Labelled, read_labelled

SENTIMENTS = ("negative", "neutral", "positive")
ROUTES = ("support", "monitor", "knowledge", "tasks", "none")


def sentiment(options: Options, test: Path, predictions: Path | None) -> None:
    """Shows how well sentiment is read in the texts of `test`. Raises `Refused` naming the row that can't be read."""

    def measure(encoders: Sequence[Encoder], texts: Sequence[str]) -> list[Prediction]:
        from skills.classifiers.served import Classifiers

        return [reading.sentiment for reading in Classifiers(encoders).read_many(texts)]

    _evaluate(options, test, SENTIMENTS, measure, predictions, speed=True)


def routing(options: Options, test: Path, predictions: Path | None) -> None:
    """Shows how well messages are routed in `test`. Raises `Refused` naming the row that can't be read."""

    def measure(encoders: Sequence[Encoder], texts: Sequence[str]) -> list[Prediction]:
        from skills.classifiers.routing import ShippedRouting

        return ShippedRouting(encoders).read_many(texts)

    _evaluate(options, test, ROUTES, measure, predictions, speed=False)


def _evaluate(
    options: Options,
    test: Path,
    labels: Sequence[str],
    measure: Callable[[Sequence[Encoder], Sequence[str]], list[Prediction]],
    predictions: Path | None,
    *,
    speed: bool,
) -> None:
    try:
        rows = read_labelled(test)
        _check(test, rows, labels)
        encoders = knowledge.encoders(options.settings()).encoders
        begun = perf_counter()
        found = measure(encoders, [row.text for row in rows])
        seconds = perf_counter() - begun
        if predictions is not None:
            lines = [
                json.dumps(
                    {"label": one.label, "scores": dict(one.scores), "in_scope": one.in_scope}, ensure_ascii=False
                )
                for one in found
            ]
            predictions.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except (BadRowError, DamagedVersionError, EncoderUnavailableError, OSError) as error:
        raise Refused(str(error)) from None
    figures = _figures([row.label for row in rows], [one.label for one in found])
    if speed:
        figures = {**figures, "texts_per_second": len(rows) / seconds}
    else:
        figures.pop("macro_recall")
    figures["n"] = len(rows)
    options.show(figures, "\n".join(f"{name:>16}  {value:.4g}" for name, value in figures.items()))


def _check(test: Path, rows: Sequence[Labelled], labels: Sequence[str]) -> None:
    for number, row in enumerate(rows, start=1):
        if row.label not in labels:
            known = ", ".join(labels)
            raise BadRowError(f'{test}, row {number}, field "label": "{row.label}" is not one of {known}')


def _figures(expected: Sequence[str | None], found: Sequence[str]) -> dict[str, Any]:
    from sklearn.metrics import accuracy_score, f1_score, recall_score

    present = sorted({label for label in expected if label is not None})
    return {
        "accuracy": float(accuracy_score(expected, found)),
        "macro_f1": float(f1_score(expected, found, labels=present, average="macro", zero_division=0.0)),
        "macro_recall": float(recall_score(expected, found, labels=present, average="macro", zero_division=0.0)),
    }
