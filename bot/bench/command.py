"""Runs the benchmarks that `deskhand bench` names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bot.bench.measured import Measured, NotMeasured
from bot.cli.output import Options, Progress, Refused, progress_bar

BENCHMARKS = {
    "answering": "an event to its reply, beside one pass of the bare encoder",
    "classifying": "a message to its label, beside the bare encoder and SentenceTransformer with a linear head",
    "echo": "a message to its posted answer, beside a bare Bolt bot that only echoes",
    "indexing": "documents to a served index, beside the bare encoder in bulk",
    "scale": "100,000 passages: building, memory, questions",
    "start": "start to ready, beside the imports that any such bot needs",
    "training": "labelled texts to a servable version, beside the bare encoder on the same texts",
}
"""Each benchmark's module in this package, and what it measures."""

Run = Callable[[Path | None, Progress], Measured]


def run_benchmarks(options: Options, names: list[str], sets: Path | None) -> None:
    """Shows the figures of the named benchmarks, of all without a name.

    Raises `Refused` for a name that is none, for `sets` that is no folder, and for a benchmark that can't run here.
    """
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        raise Refused(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    if sets is not None and not sets.is_dir():
        raise Refused(f"{sets}: is no folder; --sets wants one with data sets (JSONL files)")
    logging.disable(logging.WARNING)
    found: dict[str, Measured] = {}
    for name in dict.fromkeys(names or BENCHMARKS):
        run: Run = import_module(f"bot.bench.{name}").run
        with progress_bar(name) as tell:
            try:
                found[name] = run(sets, tell)
            except NotMeasured as error:
                raise Refused(f"{name}: {error}") from None
        if not options.as_json:
            print(_shown(name, found[name]), flush=True)
    if options.as_json:
        options.show({name: measured.figures for name, measured in found.items()}, "")


def _shown(name: str, measured: Measured) -> str:
    return "\n".join([f"{name}: {BENCHMARKS[name]}", *(f"  {line}" for line in measured.lines)])
