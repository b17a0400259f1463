"""What skills answer, as a terminal shows it: tables drawn on one, and set in columns elsewhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from skills.catalogs import Say
from skills.reply import Cell, Note, Paragraph, Part, Quote, Table


def as_text(parts: Sequence[Part], say: Say) -> str:
    """Returns the parts that are text, one below the other; buttons and pictures are left out."""
    shown: list[str] = []
    for part in parts:
        match part:
            case Paragraph(text) | Note(text):
                shown.append(say.plain(text))
            case Quote(text):
                shown.append("\n".join(f"> {line}" for line in text.splitlines()))
            case Table():
                shown.append(f"{part.caption}\n{table(part.columns, part.rows)}")
    return "\n\n".join(filter(None, shown))


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Returns rows under headings."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    terminal = sys.stdout.isatty()
    drawn = Drawn(box=box.SIMPLE_HEAD if terminal else None, pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        number = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        drawn.add_column(Text(name), justify="right" if number else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell(cell)) for cell in row))
    # What is read by other programs is not folded to any width.
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else 10_000)
    with console.capture() as captured:
        console.print(drawn)
    return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").splitlines())


def moment(at: float) -> str:
    """Returns a time (epoch seconds) as this machine's clock shows it."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def iso(at: float) -> str:
    """Returns a time (epoch seconds) as it stands in JSON."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, str) else str(cell)
