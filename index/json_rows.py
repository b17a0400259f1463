"""Rows of files that people bring: JSON lines, with an error that says where one can't be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class BadRowError(ValueError):
    """A file or row that can't be read; its text names the file, the line, the field and why."""


def json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields where each object of a JSONL file stands ("FILE, line N"), and the object. Raises BadRowError."""
    try:
        # Only line feeds part rows: a text may hold U+2028, which str.splitlines takes for an end.
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise BadRowError(f"{path}: {error.strerror}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            raise BadRowError(f"{where}: it is not UTF-8") from None
        except (ValueError, RecursionError) as error:
            raise BadRowError(f"{where}: it is not JSON ({error})") from None
        if not isinstance(row, dict):
            raise BadRowError(f"{where}: it is not a JSON object")
        yield where, row
