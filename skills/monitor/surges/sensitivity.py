"""How readily a surge is called: a rate of false alarms, and the evidence that keeps to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

QUARTER_DAYS = 91
_SHARE_OF_BUDGET = 0.25
"""The share of negatives may use up this part of the false alarms, the counts the rest."""
_STEEP, _OFFSET, _LEAST = 1.2, -2.65, 6.0
"""By simulation (tests/benchmarks/surges), at the default rate: errors of the model add to chance in busy topics."""
_DEFAULT = 0.5
_FLOOR = 3.0
_FIRST_DAYS = 7
_FIRST = 0.25
"""In its first week a topic may raise a little more: what is new is looked at more."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How many false alarms a topic may raise in a quarter of a year."""

    false_alarms_per_quarter: float = _DEFAULT

    def threshold(self, per_day: float, days: float) -> float:
        """Returns the log-likelihood ratio at which counts are a surge.

        `per_day` are the topic's negatives a day, `days` those on which it has been watched.

        A cumulated sum that is reset at 0 crosses `h` by chance about once in `exp(h)` texts, up to a constant
        (Lorden 1971, Procedures for reacting to a change in distribution), hence the logarithm of the texts between
        false alarms.
        """
        texts = max(per_day, 0.5) * QUARTER_DAYS / _DEFAULT
        usual = max(_STEEP * math.log(texts) + _OFFSET, _LEAST)
        if days < _FIRST_DAYS:
            usual -= _FIRST
        return max(usual - math.log(self.false_alarms_per_quarter / _DEFAULT), _FLOOR)

    def share_threshold(self, per_day: float, days: float) -> float:
        """The same for the share of negatives among all texts."""
        return self.threshold(per_day, days) - math.log(_SHARE_OF_BUDGET)

    def halved(self) -> Sensitivity:
        """Returns the sensitivity after someone called an alarm not useful."""
        return Sensitivity(max(self.false_alarms_per_quarter / 2, 1 / 64))


LOW = Sensitivity(0.1)
NORMAL = Sensitivity()
HIGH = Sensitivity(2.0)
SENSITIVITIES = {"low": LOW, "normal": NORMAL, "high": HIGH}
