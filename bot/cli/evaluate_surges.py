"""`deskhand evaluate surges`: unusual stretches of labelled series, found as a stream."""

from __future__ import annotations

from pathlib import Path

from bot.cli.output import Options, Refused, progress_bar
from index.json_rows import BadRowError
from skills.monitor.surges.evaluation import evaluate_surges


def surges(options: Options, folder: Path, labels: Path, predictions: Path | None) -> None:
    """Shows the figures of the series under `folder`.

    Raises `Refused` naming file, line and field of what can't be read.
    """
    try:
        with progress_bar("Measuring") as tell:
            figures = evaluate_surges(
                folder,
                labels,
                predictions=predictions,
                progress=lambda done, total: tell(done, total, "Reading series"),
            )
    except (BadRowError, OSError) as error:
        raise Refused(str(error)) from None
    lines = [
        f"{name:>22}  {value:.4g}" if isinstance(value, float) else f"{name:>22}  {value}"
        for name, value in figures.items()
    ]
    options.show(figures, "\n".join(lines))
