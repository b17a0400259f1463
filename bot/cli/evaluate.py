"""`deskhand evaluate`: measures on the user's own data, in memory, without touching what is served."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from bot import knowledge
from bot.cli.output import Options, Refused, progress_bar
from index.encoders.sources import EncoderUnavailableError
from index.evaluation import evaluate_retrieval
from index.json_rows import BadRowError
from skills.classifiers import evaluation


def retrieval(
    options: Options, corpus: Path, queries: Path, qrels: Path, language: str | None, predictions: Path | None
) -> None:
    """Shows the figures of a set in BEIR form. Raises `Refused` naming the file and row that can't be read."""
    try:
        encoders = knowledge.encoders(options.settings()).encoders
        with progress_bar("Measuring") as tell:
            figures = evaluate_retrieval(
                corpus,
                queries,
                qrels,
                encoders,
                language=language,
                predictions=predictions,
                progress=lambda what, done, total: tell(done, total, what),
            )
    except (BadRowError, EncoderUnavailableError, OSError) as error:
        raise Refused(str(error)) from None
    options.show(figures, _table(figures))


def intents(
    options: Options,
    train: Path,
    test: Path,
    oos_label: str,
    shots: int | None,
    seed: int,
    method: Literal["auto", "heads", "tuned"],
    minutes: float,
    predictions: Path | None,
) -> None:
    """Shows the figures of a fresh classifier. Raises `Refused` naming file, line and field of what can't be read."""
    try:
        with progress_bar("Measuring") as tell:
            encoders = knowledge.encoders(options.settings()).encoders
            evaluated = evaluation.evaluate_intents(
                train,
                test,
                encoders,
                out_of_scope=oos_label,
                shots=shots,
                seed=seed,
                method=method,
                minutes=minutes,
                predictions=predictions,
                progress=lambda done: tell(int(100 * done), 100, "Tuning"),
            )
    except (BadRowError, EncoderUnavailableError, OSError) as error:
        raise Refused(str(error)) from None
    for note in evaluated.notes:
        print(f"deskhand: {note}", file=sys.stderr)
    options.show(evaluated.figures, _table(evaluated.figures))


def _table(figures: Mapping[str, object]) -> str:
    return "\n".join(
        f"{name:>17}  {value:.4f}" if isinstance(value, float) else f"{name:>17}  {value}"
        for name, value in figures.items()
        if not isinstance(value, list | dict)
    )
