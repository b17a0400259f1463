"""What benchmarks return, and the few statistics they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Figure = float | int | str | Mapping[str, float | int]
"""One figure, or several of one kind by name."""


class NotMeasured(Exception):
    """A benchmark can't run here; the message is one sentence: what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A benchmark's outcome: `figures` for programs (milliseconds, seconds, ratios), `lines` for people."""

    figures: Mapping[str, Figure]
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 95th percentile of durations, in milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """Returns the spread of durations given in seconds, at least one."""
        p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
        return cls(float(p50), float(p95))

    def figures(self) -> dict[str, float]:
        """Returns both, rounded to microseconds."""
        return {"p50_ms": round(self.p50, 3), "p95_ms": round(self.p95, 3)}

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f} ms, p95 {self.p95:.1f} ms"


def ratio(ours: float, theirs: float) -> float:
    """Returns ours / theirs, to three decimals."""
    return round(ours / theirs, 3)
