"""CSV and JSONL files that grow, followed like `tail`: by inode, offset and the first bytes."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import Field, field_validator

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.post import Post
from skills.monitor.sources.source import Found, Look, Source, SourceSettings

MAX_BYTES = 2_000_000
MAX_RECORDS = 1_000
MAX_RECORD = 200_000
"""What one look reads; the rest is read at once after it. A longer record is left out."""
_HEAD = 256

_DEFAULT_FIELDS = {name: name for name in ("id", "link", "author", "title", "text", "published", "language")}


class FileSettings(SourceSettings):
    """`path` is relative to the folder of followed files. `fields` says which column or key holds what.

    `numbers` are columns or keys that are counted. The kind is told by the name's end.
    """

    path: str = Field(min_length=1, max_length=500)
    fields: dict[str, str] = Field(default_factory=dict)
    numbers: list[str] = Field(default_factory=list, max_length=20)

    @field_validator("path")
    @classmethod
    def _known(cls, value: str) -> str:
        if not value.lower().endswith((".csv", ".tsv", ".jsonl", ".ndjson")):
            raise ValueError("ends in none of .csv, .tsv, .jsonl, .ndjson")
        return value

    @field_validator("fields")
    @classmethod
    def _named(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(value.keys() - _DEFAULT_FIELDS.keys()):
            raise ValueError(f"there is no {unknown[0][:40]} in a post")
        return value


@dataclass(slots=True)
class _Chunk:
    """Whole records of a file from an offset on, as bytes, and where they end."""

    records: list[bytes]
    end: int
    more: bool


class FileSource(Source):
    """A file that another program writes to."""

    kind = "file"
    settings_type = FileSettings
    settings: FileSettings

    @property
    def lane(self) -> str:
        return f"file:{self.settings.path}"[:255]

    async def look(self, look: Look) -> Found:
        return await asyncio.to_thread(self._look, look)

    def _look(self, look: Look) -> Found:
        path = self._path(look.folder)
        cursor = dict(look.cursor)
        try:
            older = self._rotated(path, cursor)
            with (older or path).open("rb") as file:
                return self._read(look, file, cursor, rotated=older is not None)
        except OSError as error:
            raise SourceError("file_missing", path=self.settings.path, why=_reason(error)) from error

    def _path(self, folder: Path) -> Path:
        root = folder.resolve()
        path = (root / self.settings.path).resolve()
        if not path.is_relative_to(root):
            raise SourceError("file_outside", path=self.settings.path, folder=str(folder))
        return path

    def _rotated(self, path: Path, cursor: Mapping[str, Any]) -> Path | None:
        """Returns the file that had this name when it was read last, where it has another now and is not read out."""
        inode = cursor.get("inode")
        try:
            if inode is None or path.stat().st_ino == inode:
                return None
        except FileNotFoundError:
            pass
        for other in path.parent.glob(f"{_glob_escaped(path.stem)}*"):
            stat = other.lstat()
            if stat.st_ino == inode and other != path and stat.st_size > int(cursor.get("offset", 0)):
                return other if not other.is_symlink() else None
        return None

    def _read(self, look: Look, file: BinaryIO, cursor: dict[str, Any], *, rotated: bool) -> Found:
        stat = os.fstat(file.fileno())
        offset = int(cursor.get("offset", 0))
        if not self._same(file, stat, cursor):
            offset, cursor = 0, {}
        header: bytes = bytes.fromhex(cursor.get("header", ""))
        table = self.settings.path.lower().endswith((".csv", ".tsv"))
        chunk = _whole_records(file, offset, stat.st_size, quoted=table, to_the_end=rotated)
        if table and offset == 0 and chunk.records:
            header, chunk.records = chunk.records[0], chunk.records[1:]
        posts = [post for record in chunk.records if (post := self._post(look, header, record, table))]
        if chunk.records and not posts and offset == 0:
            raise SourceError("file_shape", path=self.settings.path, what="fields")
        head = min(chunk.end, _HEAD)
        new = {
            "inode": stat.st_ino,
            "offset": chunk.end,
            "header": header.hex(),
            "head": _digest(file, head),
            "length": head,
        }
        # The file that took the name is read from its start in the next look.
        return Found(posts[::-1], new, unchanged=chunk.end == offset, more=chunk.more or rotated)

    def _same(self, file: BinaryIO, stat: os.stat_result, cursor: Mapping[str, Any]) -> bool:
        """Whether it is the file that was read before, longer perhaps: neither replaced nor cut and written anew."""
        return (
            cursor.get("inode") == stat.st_ino
            and stat.st_size >= int(cursor.get("offset", 0))
            and cursor.get("head") == _digest(file, int(cursor.get("length", 0)))
        )

    def _post(self, look: Look, header: bytes, record: bytes, table: bool) -> Post | None:
        row = self._row(header, record) if table else _object(record)
        if row is None:
            return None
        names = {**_DEFAULT_FIELDS, **self.settings.fields}
        words = {name: _word(row.get(column)) for name, column in names.items()}
        if not words["title"].strip() and not words["text"].strip():
            return None
        numbers = {name: value for name in self.settings.numbers if (value := _number(row.get(name))) is not None}
        return self.post(
            look,
            external_id=words["id"],
            link=words["link"] or None,
            author=words["author"],
            title=words["title"],
            text=words["text"],
            published=words["published"],
            language=words["language"] or None,
            numbers=numbers,
        )

    def _row(self, header: bytes, record: bytes) -> dict[str, Any] | None:
        delimiter = "\t" if self.settings.path.lower().endswith(".tsv") else ","
        try:
            lines = [part.decode("utf-8-sig", "replace").replace("\0", "") for part in (header, record)]
            names, values = (next(csv.reader(_lines(line), delimiter=delimiter)) for line in lines)
        except (csv.Error, StopIteration, RuntimeError):
            return None
        return dict(zip((name.strip() for name in names), values, strict=False))


def _whole_records(file: BinaryIO, offset: int, size: int, *, quoted: bool, to_the_end: bool) -> _Chunk:
    """Reads records that are complete; the last line of a file that is still written to may not be."""
    file.seek(offset)
    data = file.read(min(MAX_BYTES, max(0, size - offset)))
    at_end = offset + len(data) >= size
    records: list[bytes] = []
    start = position = quotes = 0
    while position < len(data) and len(records) < MAX_RECORDS:
        end = data.find(b"\n", position)
        if end < 0:
            if not (at_end and to_the_end):
                break
            end = len(data) - 1
        quotes += data.count(b'"', position, end + 1) if quoted else 0
        position = end + 1
        if quotes % 2 and position - start <= MAX_RECORD:
            continue
        record = data[start:position].strip(b"\r\n")
        if record and len(record) <= MAX_RECORD:
            records.append(record)
        start, quotes = position, 0
    if start == 0 and len(data) >= MAX_BYTES:
        # One line that is longer than all that is read at once: it is passed over.
        return _Chunk([], offset + len(data), True)
    return _Chunk(records, offset + start, start > 0 and (not at_end or len(records) >= MAX_RECORDS))


def _digest(file: BinaryIO, length: int) -> str:
    file.seek(0)
    return hashlib.sha256(file.read(length)).hexdigest()[:16]


def _object(record: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(record.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _lines(text: str) -> Iterator[str]:
    return iter(text.splitlines(keepends=True))


def _word(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _number(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None


def _reason(error: OSError) -> str:
    return (
        "it isn't there" if isinstance(error, FileNotFoundError) else (error.strerror or type(error).__name__).lower()
    )


def _glob_escaped(text: str) -> str:
    import glob

    return glob.escape(text)
