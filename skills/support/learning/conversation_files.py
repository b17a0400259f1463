"""Past conversations as CSV or JSONL: rows of a question, its answer and, optionally, an intent. Read row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skills.support.book.exchange import ExchangeError

JSON_LINES = (".jsonl", ".ndjson")
MAX_TEXT = 8_000
"""Characters of a question or an answer that are read."""

_COLUMNS = {
    "question": {"question", "q", "customer", "instruction", "message", "问题", "問題", "提问", "客户"},
    "answer": {"answer", "a", "agent", "response", "reply", "答案", "回答", "回复", "答复", "客服"},
    "intent": {"intent", "category", "label", "意图", "类别"},
}


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a customer asked and was answered, from `line` of the file. `intent` where somebody said what it was."""

    line: int
    question: str
    answer: str
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out, and why."""

    line: int
    why: str


def holds_conversations(path: Path) -> bool:
    """Returns whether a file has the form of conversations, rather than of an answer book.

    Raises `ExchangeError` when it can't be read.
    """
    if path.suffix.lower() in JSON_LINES:
        return True
    if path.suffix.lower() != ".csv":
        return False
    with _opened(path) as file:
        return {"question", "answer"} <= _named(_header(file)).keys()


def read_conversations(path: Path) -> Iterator[Conversation | BadRow]:
    """Yields the rows of a file as they stand there. Raises `ExchangeError` when the file itself can't be read."""
    with _opened(path) as file:
        yield from _json_rows(file) if path.suffix.lower() in JSON_LINES else _csv_rows(file)


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOWrapper]:
    try:
        # A byte that is no UTF-8 spoils its row, not the file: it is found there by its stand-in.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield file
    except OSError as error:
        raise ExchangeError([f"{path}: cannot be read ({error.strerror}); check the path"]) from None


def _header(file: io.TextIOWrapper) -> list[str]:
    line = file.readline(100_000)
    return next(csv.reader([line], delimiter=_delimiter(line)), [])


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _named(columns: list[str]) -> dict[str, int]:
    """Returns which column holds what."""
    found: dict[str, int] = {}
    for number, column in enumerate(columns):
        for ours, theirs in _COLUMNS.items():
            if column.strip().casefold() in theirs:
                found.setdefault(ours, number)
    return found


def _csv_rows(file: io.TextIOWrapper) -> Iterator[Conversation | BadRow]:
    header = file.readline(100_000)
    delimiter = _delimiter(header)
    named = _named(next(csv.reader([header], delimiter=delimiter), []))
    csv.field_size_limit(max(10_000_000, csv.field_size_limit()))
    reader = csv.reader(file, delimiter=delimiter)
    line = 2
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadRow(line, f"cannot be read ({error})")
            cells = []
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(line, {name: cells[at] if at < len(cells) else "" for name, at in named.items()})
        line = reader.line_num + 2


def _json_rows(file: io.TextIOWrapper) -> Iterator[Conversation | BadRow]:
    for line, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield BadRow(line, "is not JSON")
            continue
        if not isinstance(row, dict):
            yield BadRow(line, "is not a JSON object")
            continue
        named = _named([str(name) for name in row])
        values = list(row.values())
        yield _row(line, {name: values[at] for name, at in named.items()})


def _row(line: int, row: Mapping[str, object]) -> Conversation | BadRow:
    texts: dict[str, str] = {}
    for name in ("question", "answer"):
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            return BadRow(line, f"has no {name}")
        if any("\ud800" <= character <= "\udfff" for character in value):
            return BadRow(line, f"the {name} is not in UTF-8")
        texts[name] = " ".join(value[:MAX_TEXT].replace("\0", " ").split(" ")).strip()
    intent = row.get("intent")
    if intent is not None and not isinstance(intent, str):
        return BadRow(line, "the intent is not a text")
    return Conversation(line, texts["question"], texts["answer"], intent.strip() if intent else None)
