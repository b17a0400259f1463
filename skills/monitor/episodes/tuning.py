"""What people's judgement does to a watch's sensitivity."""

from __future__ import annotations

from skills.monitor.episodes.statistics import Usefulness
from skills.monitor.surges import Sensitivity

_PRESSES = 20
_FACTOR = 0.3
"""So many more presses of "not useful" than of the other leave this part of the false alarms asked for.

By simulation (tests/benchmarks/episodes/presses.py): halving at each press would cost a seventh of the surges of a
topic of 20 negatives a day after a handful of presses.
"""
_LEAST = 1 / 64


def tuned(base: Sensitivity, judged: Usefulness) -> Sensitivity:
    """Returns the sensitivity of a watch settled at `base` whose episodes were judged so."""
    net = max(0, judged.not_useful - judged.useful)
    least = min(_LEAST, base.false_alarms_per_quarter)
    return Sensitivity(max(base.false_alarms_per_quarter * _FACTOR ** (net / _PRESSES), least))
