"""Wall times of a zone as moments, on the days when the clocks change too."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def moment(day: date, at: time, zone: ZoneInfo) -> float:
    """Returns when the wall clock of `zone` shows `at` on `day`, in epoch seconds.

    A time that occurs twice is its first occurrence; one that is skipped is the moment of the skip, at which the next
    valid minute begins.
    """
    wall = datetime.combine(day, at)
    first = wall.replace(tzinfo=zone).timestamp()
    if datetime.fromtimestamp(first, zone).replace(tzinfo=None) == wall:
        return first
    # Skipped: the offsets before and after the skip place the wall time after and before it.
    low, high = int(wall.replace(tzinfo=zone, fold=1).timestamp()), int(first)
    before = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return float(high)
