"""What is said of a surge: observed against expected, since when, how sure, on how much data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skills.monitor.surges.watcher import Alarm, Kind


@dataclass(frozen=True, slots=True)
class Finding:
    """An open surge in plain numbers. Times are Unix seconds."""

    kind: Kind
    """`count`: more negatives than usual; `share`: more of the texts are negative than usual."""
    since: float
    raised: float
    observed: int
    """Negatives since `since`."""
    expected: float
    """How many would have been usual."""
    by_chance_every_days: float
    """Evidence as strong comes by chance about once in so many days."""
    share: float | None
    """Negatives among all texts in the surge; `None` where too few texts are known."""
    usual_share: float
    days_of_data: float

    @property
    def factor(self) -> float:
        """How many times the usual count came."""
        return self.observed / max(self.expected, 0.1)


def finding(alarm: Alarm, per_day: float, usual_share: float, days: float, slot_seconds: int, offset: int) -> Finding:
    """Returns the finding of an open alarm in a topic of `per_day` negatives a day."""
    return Finding(
        kind=alarm.kind,
        since=alarm.since * slot_seconds - offset,
        raised=alarm.raised * slot_seconds - offset,
        observed=int(alarm.observed),
        expected=alarm.expected,
        by_chance_every_days=math.exp(min(alarm.evidence, 30.0)) / max(per_day, 0.5),
        share=alarm.negatives / alarm.texts if alarm.texts >= 5 else None,
        usual_share=usual_share,
        days_of_data=days,
    )
