"""Comparisons and verdicts as plain JSON: they travel from the process that trained to the bot as a file."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

from skills.classifiers.gate.comparing import Comparison
from skills.classifiers.gate.deciding import Verdict

Kept = TypeVar("Kept", Comparison, Verdict)


def to_json(value: Comparison | Verdict) -> dict[str, Any]:
    """Returns `value` as what `json.dumps` takes: dicts by field name, lists, strings, numbers, None."""
    written: dict[str, Any] = TypeAdapter(type(value)).dump_python(value, mode="json")
    return written


def from_json(kind: type[Kept], written: Any) -> Kept:
    """Returns the `kind` that `to_json` wrote. Raises ValueError, naming the field, for what isn't one."""
    read: Kept = TypeAdapter(kind).validate_python(written)
    return read
