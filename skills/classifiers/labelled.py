"""Labelled texts as people bring them: JSON lines of `{"text", "label"}`, optionally with "language"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.json_rows import BadRowError, json_rows

_LANGUAGE = re.compile(r"([a-z]{2,3})?")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row; `label` is None where it is the one that means out of scope.

    `language` (ISO 639-1) is empty where the row names none; `where` is "FILE, line N".
    """

    text: str
    label: str | None
    language: str = ""
    where: str = field(default="", compare=False)


def read_labelled(path: Path, out_of_scope: str | None = None) -> list[Labelled]:
    """Returns the rows of a JSONL file, those labelled `out_of_scope` without a label. Raises BadRowError."""
    found = [_row(where, row) for where, row in json_rows(path)]
    if not found:
        raise BadRowError(f"{path}: there is no row in it")
    return [replace(one, label=None) if one.label == out_of_scope else one for one in found]


def draw(rows: Sequence[Labelled], shots: int, seed: int) -> list[Labelled]:
    """Returns `shots` rows of each label (all where it has fewer), out of scope counting as one, in their order."""
    random = np.random.default_rng(seed)
    places: dict[str | None, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.label, []).append(place)
    drawn = [random.choice(of_label, min(shots, len(of_label)), replace=False) for of_label in places.values()]
    return [rows[place] for place in np.sort(np.concatenate(drawn))]


def _row(where: str, row: Mapping[str, Any]) -> Labelled:
    text, label = (_text(where, row, name) for name in ("text", "label"))
    language = row.get("language") or ""
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise BadRowError(f'{where}, field "language": it is not a language such as "en" or "zh"')
    return Labelled(text, label, language, where)


def _text(where: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if name not in row:
        raise BadRowError(f'{where}, field "{name}": it is missing')
    if not isinstance(value, str) or not value.strip():
        raise BadRowError(f'{where}, field "{name}": it is not a text, or an empty one')
    return value
