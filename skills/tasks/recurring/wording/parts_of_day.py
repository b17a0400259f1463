"""A part of the day that is said with a recurrence and without a clock time: "every Monday morning", 每天早上."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Name = Literal["morning", "noon", "afternoon", "evening", "night"]

_NAMES: Final[dict[str, Name]] = {
    "morning": "morning", "noon": "noon", "lunchtime": "noon", "afternoon": "afternoon", "evening": "evening",
    "night": "night", "早上": "morning", "早晨": "morning", "上午": "morning", "早": "morning", "中午": "noon",
    "下午": "afternoon", "傍晚": "evening", "晚上": "evening", "晚": "evening", "夜里": "night",
}  # fmt: skip
_PART = re.compile(rf"\s*(?P<name>{'|'.join(_NAMES)})(?![a-z])")
_CLOCK = re.compile(r"\s*(?:at\b|@|around\b|by\b|before\b|from\b|\d|[一二两三四五六七八九十]{1,3}[点时])")


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """A part of the day that is said at [start:end] of a text."""

    start: int
    end: int
    name: Name


def part_of_day(text: str, at: int) -> PartOfDay | None:
    """Returns the part of the day that a folded text says at a place, unless a clock time follows that needs it."""
    found = _PART.match(text, at)
    if found is None or _CLOCK.match(text, found.end()):
        return None
    return PartOfDay(found.start("name"), found.end(), _NAMES[found["name"]])
