"""`deskhand evaluate`: measures on the user's own data, in memory, without touching what is served."""

from __future__ import annotations

from pathlib import Path

from bot import knowledge
from bot.cli.output import Options, Refused, progress_bar
from index.beir import BadRowError
from index.encoders.sources import EncoderUnavailableError
from index.evaluation import evaluate_retrieval


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
    lines = [
        f"{name:>16}  {value:.4f}" if isinstance(value, float) else f"{name:>16}  {value}"
        for name, value in figures.items()
        if not isinstance(value, list | dict)
    ]
    options.show(figures, "\n".join(lines))
