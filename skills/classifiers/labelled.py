"""Labelled texts as people bring them: JSON lines of `{"text", "label"}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.json_rows import BadRowError, json_rows


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row; `label` is None where it is the one that means out of scope."""

    text: str
    label: str | None


def read_labelled(path: Path, out_of_scope: str | None = None) -> list[Labelled]:
    """Returns the rows of a JSONL file, those labelled `out_of_scope` without a label. Raises BadRowError."""
    found = [_row(where, row) for where, row in json_rows(path)]
    if not found:
        raise BadRowError(f"{path}: there is no row in it")
    return [Labelled(text, None if label == out_of_scope else label) for text, label in found]


def draw(rows: Sequence[Labelled], shots: int, seed: int) -> list[Labelled]:
    """Returns `shots` rows of each label (all where it has fewer), out of scope counting as one, in their order."""
    random = np.random.default_rng(seed)
    places: dict[str | None, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.label, []).append(place)
    drawn = [random.choice(of_label, min(shots, len(of_label)), replace=False) for of_label in places.values()]
    return [rows[place] for place in np.sort(np.concatenate(drawn))]


def _row(where: str, row: Mapping[str, Any]) -> tuple[str, str]:
    values = []
    for field in ("text", "label"):
        value = row.get(field)
        if field not in row:
            raise BadRowError(f'{where}, field "{field}": it is missing')
        if not isinstance(value, str) or not value.strip():
            raise BadRowError(f'{where}, field "{field}": it is not a text, or an empty one')
        values.append(value)
    return values[0], values[1]
