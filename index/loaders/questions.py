"""CSV and JSONL of questions and answers, or of titles and texts as in BEIR: a page for each row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.loaders.markdown import moment, scalar
from index.loaders.pages import Page, Reading, UnreadableError
from index.loaders.text import decode
from index.types import LeftOut, Section

COLUMNS = {
    "title": {"question", "questions", "q", "title", "问题", "问", "提问", "问句", "標題", "标题", "問題"},
    "text": {"answer", "answers", "a", "text", "body", "答案", "回答", "答", "答复", "回复", "答覆", "正文", "内容"},
    "part": {"_id", "id", "编号", "編號"},
    "link": {"url", "link", "链接", "网址", "連結"},
    "author": {"author", "作者"},
    "date": {"date", "日期"},
}
"""The names, in English and Chinese, under which a column is known (BEIR: Thakur et al. 2021, arXiv 2104.08663)."""

MAX_FAULTS = 20
"""Rows that are named one by one; when more are bad, the rest is counted."""

Row = tuple[int, Mapping[str, Any] | str]
"""A row's 1-based line and its fields, or the reason why it can't be read."""


def read_csv(data: bytes, name: str, declared: str | None = None) -> Reading:
    """A page for each row; the first row names the columns, parted by comma, semicolon or tab.

    Raises `UnreadableError` when neither `question` and `answer` nor `title` and `text` are among them.
    """
    text = decode(data, declared)
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    header = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max("\t;,", key=header.count)
    # A stray quote makes a strict reader refuse all the rest; this one takes it as a character.
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    return read_rows(csv_rows(rows), name)


def csv_rows(rows: Any) -> Iterator[Row]:
    names: list[str] = []
    line = 1
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            pass
        elif not names:
            names = cells
            fields = known_fields(dict.fromkeys(cells, ""))
            if not {"title", "text"} <= fields.keys():
                listed = ", ".join(cell.strip() for cell in cells[:5])[:100]
                raise UnreadableError(f"has no columns question and answer (its columns: {listed})")
        else:
            yield line, dict(zip(names, cells, strict=False))
        line = rows.line_num + 1


def read_jsonl(data: bytes, name: str, declared: str | None = None) -> Reading:
    """A page for each line, an object with `question` and `answer`, or `text` and perhaps `title` and `_id`."""
    return read_rows(jsonl_rows(decode(data, declared)), name)


def jsonl_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            yield number, "is not JSON"
            continue
        yield number, fields if isinstance(fields, dict) else "is not a JSON object"


def known_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row's values under our names; of two columns that mean the same the first one counts."""
    found: dict[str, Any] = {}
    for column, value in row.items():
        plain = str(column).strip().casefold()
        for ours, theirs in COLUMNS.items():
            if plain in theirs:
                found.setdefault(ours, value)
    return found


def read_rows(rows: Iterable[Row], name: str) -> Reading:
    """The pages of all rows that can be read; the others as faults, unless there is nothing else."""
    pages: list[Page] = []
    faults: list[LeftOut] = []
    parts: set[str] = set()
    unnamed = 0
    for line, row in rows:
        outcome = row if isinstance(row, str) else page_of(known_fields(row), line)
        if isinstance(outcome, Page) and not outcome.part:
            outcome = replace(outcome, part=part_of_title(outcome.title, line, parts))
        if isinstance(outcome, Page) and outcome.part in parts:
            outcome = f"has the id of an earlier row, {outcome.part[:60]}"
        if isinstance(outcome, Page):
            parts.add(outcome.part)
            pages.append(outcome)
        elif len(faults) < MAX_FAULTS:
            faults.append(LeftOut(f"{name} line {line}", outcome))
        else:
            unnamed += 1
    if not pages:
        raise UnreadableError(f"has no row to read: line {line} {outcome}" if faults else "has no rows")
    if unnamed:
        faults.append(LeftOut(f"{name}, {unnamed} more lines", "can't be read"))
    return Reading(tuple(pages), tuple(faults))


def part_of_title(title: str, line: int, taken: set[str]) -> str:
    """A name for a row without an id, that stays the row's own when others come or go above it."""
    digest = hashlib.sha256(title.encode(errors="replace")).hexdigest()[:16]
    return digest if digest not in taken else f"{digest}-{line}"


def page_of(fields: Mapping[str, Any], line: int) -> Page | str:
    """The row as a page, or the reason why it can't be one."""
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        return "has no answer"
    title = scalar(fields.get("title")) or text.strip().split("\n", 1)[0][:80]
    link = scalar(fields.get("link")) or ""
    return Page(
        title=title,
        sections=(Section((), text.strip(), line),),
        part=scalar(fields.get("part")) or "",
        link=link if link.startswith(("https://", "http://")) else None,
        author=scalar(fields.get("author")),
        date=moment(fields.get("date")),
    )
