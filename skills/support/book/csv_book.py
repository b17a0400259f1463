"""Answer books as CSV: a row for each example, answer and link.

The columns are intent, description, owner, language, kind (`example`, `answer` or `link`) and text. What belongs to the
whole book has rows without an intent: `language` for each language in its order, and `slot_pattern`, `slot_value` and
`slot_ask`, which name a slot where others name an intent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from skills.support.book.answer_book import AnswerBook
from skills.support.book.validation import FieldPath, shown

COLUMNS = ("intent", "description", "owner", "language", "kind", "text")
_NEEDED = ("intent", "language", "kind", "text")
_KINDS = ("example", "answer", "link", "language", "slot_pattern", "slot_value", "slot_ask")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""A spreadsheet runs a cell that begins so; an apostrophe before it keeps it a text
(https://owasp.org/www-community/attacks/CSV_Injection)."""


@dataclass(slots=True)
class _Intent:
    description: str = ""
    owner: str = ""
    examples: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Slot:
    pattern: str | None = None
    values: list[str] = field(default_factory=list)
    ask: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """What the rows of a file make, the line of each part, and what is wrong: (line, column, sentence)."""

    languages: list[str] = field(default_factory=list)
    intents: dict[str, _Intent] = field(default_factory=dict)
    slots: dict[str, _Slot] = field(default_factory=dict)
    lines: dict[FieldPath, int] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        """Returns the book in the form of its YAML file."""
        slots: dict[str, dict[str, object]] = {}
        for name, slot in self.slots.items():
            slots[name] = {"values": slot.values, "ask": slot.ask}
            if slot.pattern is not None:
                slots[name]["pattern"] = slot.pattern
        intents: list[dict[str, object]] = [
            {
                "name": name,
                "description": intent.description,
                "owner": intent.owner,
                "links": intent.links,
                "examples": intent.examples,
                "answers": intent.answers,
            }
            for name, intent in self.intents.items()
        ]
        return {"languages": self.languages, "slots": slots, "intents": intents}

    def add(self, line: int, row: dict[str, str]) -> None:
        """Takes in the row of `line`."""
        kind = row.get("kind", "").casefold()
        language = row.get("language", "")
        match kind:
            case "language":
                self._list_language(line, language)
            case "slot_pattern" | "slot_value" | "slot_ask":
                self._add_to_slot(line, kind, row)
            case "example" | "answer" if not language:
                self.faults.append((line, "language", "the language is missing: write en or zh, say"))
            case "example" | "answer":
                self._list_language(line, language)
                self._add_to_intent(line, kind, row)
            case "link":
                self._add_to_intent(line, kind, row)
            case _:
                says = f"{shown(kind) or 'an empty cell'} is no kind of row; use one of {', '.join(_KINDS)}"
                self.faults.append((line, "kind", says))

    def _list_language(self, line: int, language: str) -> None:
        if language not in self.languages:
            self.lines["languages", len(self.languages)] = line
            self.languages.append(language)

    def _add_to_slot(self, line: int, kind: str, row: dict[str, str]) -> None:
        name, language, text = row.get("intent", ""), row.get("language", ""), row.get("text", "")
        slot = self.slots.setdefault(name, _Slot())
        path: FieldPath = ("slots", name)
        self.lines.setdefault(path, line)
        if kind == "slot_value":
            self.lines[*path, "values", len(slot.values)] = line
            slot.values.append(text)
        elif kind == "slot_ask":
            self.lines[*path, "ask", language] = line
            slot.ask[language] = text
        elif slot.pattern is None:
            self.lines[*path, "pattern"] = line
            slot.pattern = text
        else:
            self.faults.append((line, "kind", f"the slot {shown(name)} has a second pattern: leave one"))

    def _add_to_intent(self, line: int, kind: str, row: dict[str, str]) -> None:
        name, language, text = row.get("intent", ""), row.get("language", ""), row.get("text", "")
        if name not in self.intents:
            self.lines["intents", len(self.intents)] = line
            self.intents[name] = _Intent()
        intent = self.intents[name]
        path: FieldPath = ("intents", list(self.intents).index(name))
        for column in ("description", "owner"):
            given, before = row.get(column, ""), getattr(intent, column)
            if given and before and given != before:
                says = f"{shown(name)} has another {column} further up: write the same, or nothing"
                self.faults.append((line, column, says))
            setattr(intent, column, before or given)
        if kind == "link":
            texts, path = intent.links, (*path, "links")
        else:
            texts = (intent.examples if kind == "example" else intent.answers).setdefault(language, [])
            path = (*path, f"{kind}s", language)
        self.lines[*path, len(texts)] = line
        texts.append(text)


def read_csv(text: str) -> Rows:
    """Returns what the rows of a file make; the first line names the columns, parted by comma, semicolon or tab."""
    rows = Rows()
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().casefold() for column in next(reader, [])]
        if missing := [column for column in _NEEDED if column not in columns]:
            says = f"the column is missing: the first line of an answer book is {','.join(COLUMNS)}"
            rows.faults.append((1, ", ".join(missing), says))
            return rows
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(columns):
                says = f"has {len(cells)} cells for {len(columns)} columns: quote texts that hold commas"
                rows.faults.append((line, "row", says))
            elif any(cell.strip() for cell in cells):
                rows.add(line, {name: _unguarded(cell) for name, cell in zip(columns, cells, strict=False)})
            line = reader.line_num + 1
    except csv.Error as error:
        rows.faults.append((reader.line_num, "row", f"cannot be read ({error}): check its quotes"))
    return rows


def write_csv(book: AnswerBook) -> str:
    """Returns `book` as a CSV file, with the mark at its beginning by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows_of(book):
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    return "\ufeff" + out.getvalue()


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell.strip()


def _rows_of(book: AnswerBook) -> Iterator[tuple[str, ...]]:
    for language in book.languages:
        yield "", "", "", language, "language", ""
    for kind in book.slots.values():
        if kind.pattern is not None:
            yield kind.name, "", "", "", "slot_pattern", kind.pattern
        for value in kind.values:
            yield kind.name, "", "", "", "slot_value", value
        for language, question in kind.ask.items():
            yield kind.name, "", "", language, "slot_ask", question
    for intent in book.intents:
        about = (intent.name, intent.description, intent.owner or "")
        for what, by_language in (("example", intent.examples), ("answer", intent.answers)):
            for language, texts in by_language.items():
                for text in texts:
                    yield *about, language, what, text
        for link in intent.links:
            yield *about, "", "link", link
