"""A surge as a look finds it, and how severe it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["low", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "high", "critical")

_SURE_DAYS = 30.0
"""What chance alone brings more often than this is low, however large."""
_HIGH = (3.0, 20)
_CRITICAL = (5.0, 50)
"""Factor and count from which a surge is high, and critical."""


def rank(severity: Severity) -> int:
    """Returns the place of a severity, the lowest 0."""
    return SEVERITIES.index(severity)


@dataclass(frozen=True, slots=True)
class Observation:
    """A surge that is on. `topic` is `WHOLE` for the watch's whole series; `since` in epoch seconds.

    `details` are plain JSON values with which it is rendered, kept with the episode.
    """

    topic: str
    since: float
    observed: int
    expected: float
    by_chance_every_days: float
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How severe it is, by how many times the usual came, how much that is, and how sure."""
        factor = self.observed / max(self.expected, 0.1)
        if self.by_chance_every_days >= _SURE_DAYS:
            if factor >= _CRITICAL[0] and self.observed >= _CRITICAL[1]:
                return "critical"
            if factor >= _HIGH[0] and self.observed >= _HIGH[1]:
                return "high"
        return "low"
