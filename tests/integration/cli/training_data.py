"""A data folder with a small answer book, examples for it, and the command as it is typed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support_bot import BOOK

from skills.support.book.exchange import write_yaml

REFUSED = 2

CIRCULARS = (
    "no more circulars in my letterbox",
    "end those circulars at once",
    "why do I keep getting your circulars",
    "circulars again, please spare me",
    "I never asked for circulars",
    "your circulars go straight to the bin",
    "how can I be rid of these circulars",
    "enough of your circulars now",
)
"""What the book has another word for."""

Done = subprocess.CompletedProcess[str]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DESKHAND_DATA"))}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", *arguments]


def deskhand(*arguments: str, cwd: Path) -> Done:
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )


def answered(*arguments: str, cwd: Path) -> dict[str, Any]:
    """Returns what a command prints under `--json`."""
    done = deskhand(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def refused(*arguments: str, cwd: Path) -> str:
    """Returns the one line with which a command refuses."""
    done = deskhand(*arguments, cwd=cwd)
    assert done.returncode == REFUSED, done.stdout
    assert done.stderr.startswith("deskhand: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def write_rows(path: Path, rows: Sequence[tuple[str, str]]) -> str:
    """Writes labelled texts, and returns the file's name."""
    path.write_text("".join(f"{json.dumps({'text': text, 'label': label})}\n" for text, label in rows))
    return path.name


def with_book(folder: Path) -> Path:
    """Returns `folder` as a place to run commands in, its answer book imported."""
    (folder / "book.yaml").write_text(write_yaml(BOOK), encoding="utf-8")
    assert deskhand("support", "import", "book.yaml", cwd=folder).returncode == 0
    return folder


def stored(folder: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Returns the rows of the database that a query finds, or none where it changes some."""
    with sqlite3.connect(folder / "data" / "deskhand.db") as database:
        return database.execute(query, values).fetchall()
