"""Answer books as files; what is wrong with one is said by file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skills.support.book.answer_book import AnswerBook
from skills.support.book.csv_book import read_csv, write_csv
from skills.support.book.plain_book import book_from_plain, book_to_plain
from skills.support.book.validation import FieldPath, Problem, check_book, errors, field_name
from skills.support.book.yaml_lines import YamlError, read_yaml

MAX_BYTES = 20 * 1024 * 1024
_LISTED = 10
_LINE = re.compile(r"[^:]*:(\d+):")


__all__ = ["ExchangeError", "ReadBook", "read_book", "read_book_file", "read_text", "write_csv", "write_yaml"]


class ExchangeError(ValueError):
    """Raised for a file that can't be used. Each fault is one sentence that begins with `file:line: field:`.

    The message is the first of them, and in which lines the others are.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = dict.fromkeys(line[1] for fault in faults[1:] if (line := _LINE.match(fault)))
        listed = ", ".join([*lines][:_LISTED]) + (" and further on" if len(lines) > _LISTED else "")
        super().__init__(faults[0] + (f" (and {len(faults) - 1} more, see line {listed})" if listed else ""))


@dataclass(frozen=True, slots=True)
class ReadBook:
    """A book that can be used, and what is to be said about it all the same."""

    book: AnswerBook
    warnings: tuple[str, ...] = ()


def read_book_file(path: Path, known: AnswerBook | None = None) -> ReadBook:
    """Returns the book in a `.yaml`, `.yml`, `.json` or `.csv` file.

    `known` is the book that it will be merged into, whose slots its templates may use. Raises `ExchangeError` with
    every fault.
    """
    return read_book(read_text(path), path.name, "csv" if path.suffix.lower() == ".csv" else "yaml", known)


def read_text(path: Path) -> str:
    """Returns what a text file holds. Raises `ExchangeError` when it can't be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ExchangeError([f"{path}: is larger than {MAX_BYTES // 1024 // 1024} MB; import it in parts"])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError([f"{path}: is not in UTF-8 (byte {error.start}); save it as UTF-8"]) from None
    except OSError as error:
        raise ExchangeError([f"{path}: cannot be read ({error.strerror}); check the path"]) from None


def read_book(text: str, name: str, form: str, known: AnswerBook | None = None) -> ReadBook:
    """Returns the book that `text` holds, of the form `yaml` or `csv`; `name` is what faults call the file."""
    problems: list[Problem] = []
    plain: object
    if form == "csv":
        rows = read_csv(text)
        if rows.faults:
            raise ExchangeError([f"{name}:{line}: {where}: {says}" for line, where, says in rows.faults])
        plain, lines = rows.plain(), rows.lines
    else:
        try:
            plain, lines, problems = read_yaml(text)
        except YamlError as error:
            raise ExchangeError([f"{name}:{error.line}: {error}"]) from None
    book, misshapen = book_from_plain(plain)
    problems += misshapen
    if not problems:
        checked = book
        if known is not None:
            checked = AnswerBook(book.languages, book.intents, {**known.slots, **book.slots})
        problems += check_book(checked)
    sentences = [_sentence(problem, lines, name) for problem in problems]
    if faults := errors(problems):
        raise ExchangeError([_sentence(problem, lines, name) for problem in faults])
    return ReadBook(book, tuple(sentences))


def write_yaml(book: AnswerBook) -> str:
    """Returns `book` as a YAML file."""
    import yaml

    return yaml.safe_dump(book_to_plain(book), allow_unicode=True, sort_keys=False, width=110)


def _sentence(problem: Problem, lines: Mapping[FieldPath, int], name: str) -> str:
    path = problem.path
    while path not in lines and path:
        path = path[:-1]
    return f"{name}:{lines.get(path, 1)}: {field_name(problem.path) or 'file'}: {problem.says}"
