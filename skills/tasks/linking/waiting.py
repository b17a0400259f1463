"""How long to wait before a tracker is asked again: as it says itself, else longer each time."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST_ASKED = 3_600.0
"""Seconds; GitHub's limits are counted by the hour."""
FIRST, LONGEST = 4.0, 900.0


def asked_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Returns the seconds that a refusal asks to wait, None where it names none; `now` are epoch seconds.

    `Retry-After` first, then `x-ratelimit-reset` once nothing remains, as
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api says.
    """
    given = headers.get("retry-after", "").strip()
    here = _time(headers.get("date", "")) or now
    if re.fullmatch(r"\d{1,9}", given):
        return _bounded(float(given))
    if given and (until := _time(given)) is not None:
        return _bounded(until - here)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{1,12}", reset):
        return _bounded(float(reset) - here + 1.0)
    return None


def backed_off(tries: int, asked: float | None, chance: random.Random) -> float:
    """Returns the seconds to wait after the `tries`-th failure in a row: twice as long each time, never in step."""
    own = min(FIRST * 2.0 ** min(tries - 1, 16), LONGEST)
    return max(own, asked or 0.0) * chance.uniform(1.0, 1.25)


def _bounded(seconds: float) -> float:
    return min(max(seconds, 1.0), LONGEST_ASKED)


def _time(given: str) -> float | None:
    try:
        found = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).timestamp()
