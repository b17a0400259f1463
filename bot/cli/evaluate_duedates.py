"""`deskhand evaluate duedates`: due dates in sentences, read as people meant them."""

from __future__ import annotations

from pathlib import Path

from bot.cli.output import Options, Refused, progress_bar
from index.json_rows import BadRowError
from skills.tasks.dates.evaluation import evaluate_duedates


def duedates(options: Options, file: Path, predictions: Path | None) -> None:
    """Shows how many of the due dates in `file` were read as expected, and which were not.

    Raises `Refused` naming file, line and field of what can't be read.
    """
    try:
        with progress_bar("Measuring") as tell:
            figures = evaluate_duedates(
                file, predictions=predictions, progress=lambda done, total: tell(done, total, "Reading sentences")
            )
    except (BadRowError, OSError) as error:
        raise Refused(str(error)) from None
    lines = [
        f"{name:>8}  {value:.4g}" if isinstance(value, float) else f"{name:>8}  {value}"
        for name, value in figures.items()
        if name != "wrong"
    ]
    lines += [
        f"{one['got'] or 'nothing'} for {one['expected'] or 'nothing'}: {one['text']}" for one in figures["wrong"]
    ]
    options.show(figures, "\n".join(lines))
