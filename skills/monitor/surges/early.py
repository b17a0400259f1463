"""A storm in the first hours of a series, before anything is known of its rhythm.

A scan over the moments at which it may have begun (Kulldorff 1997, A spatial scan statistic): negatives since then
against those of the two hours before, whose rates would be one. Since hours of the day differ, only what jumps at once
is believed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from skills.monitor.surges.finding import Finding

YOUNG_SECONDS = 5 * 3600.0
"""So long it takes until a series knows its usual rate."""
_BEFORE = 2 * 3600.0
_LEAST_BEFORE = 1800.0
_LONGEST = 2 * 3600.0
_STEP = 300.0
_LEAST_COUNT = 15
_LEAST_FACTOR = 6.0
_EVIDENCE = 16.0
"""The log-likelihood ratio from which chance is not believed: in a day some hundreds of moments are looked at."""


def early_surge(negatives: Sequence[float], begun: float, now: float) -> Finding | None:
    """Returns the storm that is on at `now`, if there is one, in a series that `begun` hours ago.

    `negatives` are the times of its negative texts, in order. All are Unix seconds.
    """
    best: Finding | None = None
    most = _EVIDENCE
    for back in range(1, int(_LONGEST // _STEP) + 1):
        since = (now // _STEP - back) * _STEP
        first = max(begun, since - _BEFORE)
        if since - first < _LEAST_BEFORE:
            continue
        start = bisect_left(negatives, since)
        before = start - bisect_left(negatives, first)
        seen = bisect_left(negatives, now + 1) - start
        expected = (before + 1) * (now - since) / (since - first)
        if seen < _LEAST_COUNT or seen < _LEAST_FACTOR * expected:
            continue
        evidence = _ratio(seen, before, (now - since) / (now - first))
        if evidence > most:
            most = evidence
            days = math.exp(min(evidence, 30.0)) / 300
            best = Finding("count", since, now, seen, expected, days, None, 0.0, (now - begun) / 86400)
    return best


def _ratio(seen: int, before: int, share: float) -> float:
    """Returns the log-likelihood ratio of two Poisson rates against one; `share` of the time is the later one's."""
    total = seen + before
    later = seen * math.log(seen / (total * share))
    return later + (before * math.log(before / (total * (1 - share))) if before else 0.0)
