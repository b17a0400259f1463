"""Example utterances, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT_OF_SCOPE = Path(__file__).parent / "out_of_scope.jsonl"
"""What people write to a bot that no skill is for; the examples of "none of these"."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody may write, its language (ISO 639-1) and the intent within the skill, empty for its main one."""

    text: str
    language: str
    intent: str = ""


def read_utterances(path: Path) -> tuple[Utterance, ...]:
    """Returns the utterances of a JSONL file. Raises ValueError naming file, line and field of what is wrong."""
    utterances = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise ValueError(f"{path}:{number}: not a JSON object") from None
        if not isinstance(row, dict):
            raise ValueError(f"{path}:{number}: not a JSON object")
        text, language = _string(row, "text", path, number), _string(row, "language", path, number)
        utterances.append(Utterance(text, language, _string(row, "intent", path, number) if "intent" in row else ""))
    return tuple(utterances)


def _string(row: Mapping[str, Any], field: str, path: Path, number: int) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{path}:{number}: {field} must be a text that is not empty")
    return value
