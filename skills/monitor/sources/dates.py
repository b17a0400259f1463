"""When a post was written: as it says itself, and as we judge it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

Dating = Literal["given", "missing", "unreadable", "future", "ancient"]
"""How far a time can be trusted: only `given` is the post's own; in place of the others stands when we saw it."""

TOLERANCE = timedelta(minutes=5)
"""Clocks differ by so much: what is no further ahead counts as now."""
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Older ones are slips: the epoch's beginning, a year 0, an empty field."""

_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)Z?")
_CHINESE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日(?:\s*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2}))?)?"
)
_LOOSE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")
_BEIJING = timedelta(hours=8)


def judge(given: str, now: datetime) -> tuple[datetime, Dating]:
    """Returns the time (aware, UTC, never after `now`) that a post's own words `given` stand for, and how sure."""
    given = given.strip()[:100]
    if not given:
        return now, "missing"
    found = read_time(given)
    if found is None:
        return now, "unreadable"
    if found < EARLIEST:
        return now, "ancient"
    if found > now + TOLERANCE:
        return now, "future"
    return min(found, now), "given"


def read_time(given: str) -> datetime | None:
    """Returns the time in RFC 2822, ISO 8601, epoch seconds or milliseconds, or common loose forms; else None."""
    try:
        return _read(given)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _read(given: str) -> datetime | None:
    if _EPOCH.fullmatch(given):
        number = float(given)
        return datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC)
    if match := _COMPACT.fullmatch(given):
        return datetime(*(int(part) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
    if match := _CHINESE.search(given):
        # Who writes so and names no zone means Beijing's.
        return _from_parts(match) - _BEIJING
    try:
        return _aware(datetime.fromisoformat(given))
    except ValueError:
        pass
    try:
        return _aware(parsedate_to_datetime(given))
    except (ValueError, TypeError, IndexError):
        pass
    match = _LOOSE.fullmatch(given)
    return _from_parts(match) if match else None


def _from_parts(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _aware(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
