"""One person's requests counted by the minute, so that nobody keeps the bot from everybody else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Literal

Verdict = Literal["pass", "warn", "drop"]


class Flood:
    """Lets `limit` requests a minute through, then warns once in that minute and drops the rest."""

    def __init__(self, limit: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._minute = -1
        self._counts: Counter[tuple[str, str]] = Counter()

    def admit(self, team: str, person: str) -> Verdict:
        """Counts one request of `person` and returns what becomes of it."""
        minute = int(self._monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        self._counts[team, person] += 1
        count = self._counts[team, person]
        if count <= self._limit:
            return "pass"
        return "warn" if count == self._limit + 1 else "drop"
