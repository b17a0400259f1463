"""What commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

if TYPE_CHECKING:
    from bot.config import Settings


class Refused(Exception):
    """Wrong usage or bad input; the message is one sentence: what is wrong, where, and what to do."""


class Progress(Protocol):
    """Told how far long work has come."""

    def __call__(self, done: int, total: int | None, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Options:
    """The global options."""

    data: Path | None = None
    config: Path | None = None
    as_json: bool = False
    verbose: bool = False

    def settings(self) -> Settings:
        """Returns the settings under these options. Raises `Refused` when they can't be used."""
        from bot.config import ConfigError, load

        try:
            return load(self.config, self.data)
        except ConfigError as error:
            raise Refused(str(error)) from None

    def show(self, result: Mapping[str, Any], text: str) -> None:
        """Prints `result` as one JSON object under `--json`, else `text`."""
        print(json.dumps(result, ensure_ascii=False, allow_nan=False) if self.as_json else text)


def fail(message: str) -> NoReturn:
    """Prints one line on standard error and exits 2."""
    print(f"deskhand: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(2)


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """Yields a callback that draws a bar on standard error, where that is a terminal, after a second's work."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    import time

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(title, total=None)
    began = time.monotonic()
    started = False

    def tell(done: int, total: int | None, what: str) -> None:
        nonlocal started
        if not started and time.monotonic() - began > 1:
            bar.start()
            started = True
        bar.update(task, completed=done, total=total, description=what or title)

    try:
        yield tell
    finally:
        if started:
            bar.stop()
