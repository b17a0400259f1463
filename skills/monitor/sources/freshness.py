"""How long a server asks not to be asked again: Retry-After, Cache-Control, Age and Expires, by its own clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 86_400.0
"""What a server asks for is obeyed up to a day: no source is ever given up because of a slip in a header."""

_MAX_AGE = re.compile(r"(?:^|[,\s])(?:s-)?max-?age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_STORE = re.compile(r"no-cache|no-store", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Returns the seconds that `Retry-After` asks for, a date taken relative to the server's own `Date`."""
    given = headers.get("retry-after", "").strip()
    if not given:
        return None
    if re.fullmatch(r"\d{1,12}(\.\d+)?", given):
        return _bounded(float(given))
    until = _time(given)
    return None if until is None else _bounded((until - _server_now(headers, now)).total_seconds())


def fresh_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Returns for how many seconds an answer stays fresh, None where the server does not say (RFC 9111, 4.2)."""
    control = headers.get("cache-control", "")
    if _NO_STORE.search(control):
        return None
    if match := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = float(age) if age.isdigit() and len(age) < 12 else 0.0
        return _bounded(float(match.group(1)) - spent)
    expires = _time(headers.get("expires", ""))
    return None if expires is None else _bounded((expires - _server_now(headers, now)).total_seconds())


def _server_now(headers: Mapping[str, str], now: datetime) -> datetime:
    return _time(headers.get("date", "")) or now


def _time(given: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)
