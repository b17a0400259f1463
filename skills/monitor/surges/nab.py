"""The score of the Numenta Anomaly Benchmark, standard profile.

Lavin & Ahmad 2015, Evaluating Real-time Anomaly Detection Algorithms - the Numenta Anomaly Benchmark
(arXiv:1510.03336). Around each anomaly lies a window. The first flag in a window earns up to 1, the more the earlier,
by a sigmoid that is scaled so that the window's first row earns 1; further flags there count nothing. A flag outside
costs up to 0.11, less where it comes soon after a window; a window without a flag costs 1. Flags among the first rows
(probation) do not count. One threshold serves all files, the one with the best sum. The sum is scaled so that a
detector without flags has 0 and the perfect one 100.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

FALSE_POSITIVE = 0.11
PROBATION = 0.15
_PROBATION_OF = 5000
_FAR = 3.0
_STEEP = 5.0

Window = tuple[int, int]
"""First and last row, both inside."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A file: a score a row, in its order, and its windows, in order."""

    scores: Sequence[float]
    windows: Sequence[Window]


def probation(rows: int) -> int:
    """Returns how many rows at the beginning of a file do not count."""
    return min(int(PROBATION * rows), int(PROBATION * _PROBATION_OF))


def scaled_sigmoid(position: float) -> float:
    """Returns the worth of a flag.

    From nearly 1 at -1, a window's begin, through 0 at 0, its end, to -1 far behind it.
    """
    if position > _FAR:
        return -1.0
    return 2 / (1 + math.exp(_STEEP * position)) - 1


def file_score(flags: Sequence[int], windows: Sequence[Window], rows: int) -> float:
    """Returns the score of one file with `flags` at these rows, not yet normalised."""
    return sum(worth for _, worth in _worths(flags, windows, rows)) - _missed(flags, windows, rows)


def normalised(total: float, windows: int) -> float:
    """Returns the sum of files' scores on the scale of 0 (no flags) to 100 (perfect)."""
    return 100 * (total + windows) / (2 * windows) if windows else 0.0


def score_at(files: Sequence[Scored], threshold: float) -> float:
    """Returns the normalised score of all files when rows scored `threshold` or more are flagged."""
    total = 0.0
    for one in files:
        flags = [row for row, score in enumerate(one.scores) if score >= threshold]
        total += file_score(flags, one.windows, len(one.scores))
    return normalised(total, sum(len(one.windows) for one in files))


def best_threshold(files: Sequence[Scored]) -> tuple[float, float]:
    """Returns the threshold for all files that scores best, and its normalised score.

    Every score that occurs is tried, from the highest down; infinity, which flags nothing, scores 0.
    """
    flags = sorted(
        (
            (score, place, row)
            for place, one in enumerate(files)
            for row, score in enumerate(one.scores)
            if score > 0 and row >= probation(len(one.scores))
        ),
        reverse=True,
    )
    windows = sum(len(one.windows) for one in files)
    total = -float(windows)
    best, at = total, math.inf
    first: dict[tuple[int, int], tuple[int, float]] = {}
    starts = [[start for start, _ in one.windows] for one in files]
    for number, (score, place, row) in enumerate(flags):
        one = files[place]
        window = bisect_right(starts[place], row) - 1
        if window >= 0 and row <= one.windows[window][1]:
            earliest = first.get((place, window))
            if earliest is None or row < earliest[0]:
                worth = _inside(row, one.windows[window])
                total += worth + 1 if earliest is None else worth - earliest[1]
                first[place, window] = (row, worth)
        else:
            total += _outside(row, one.windows[window] if window >= 0 else None)
        if total > best and (number + 1 == len(flags) or flags[number + 1][0] < score):
            best, at = total, score
    return at, normalised(best, windows)


def _inside(row: int, window: Window) -> float:
    first, last = window
    return scaled_sigmoid(-(last - row + 1) / (last - first + 1)) / scaled_sigmoid(-1.0)


def _outside(row: int, before: Window | None) -> float:
    """Returns the cost of a flag after the window `before`, or before any."""
    if before is None:
        return -FALSE_POSITIVE
    first, last = before
    return FALSE_POSITIVE * scaled_sigmoid((row - last) / max(last - first, 1))


def _worths(flags: Sequence[int], windows: Sequence[Window], rows: int) -> list[tuple[int, float]]:
    starts = [start for start, _ in windows]
    found: set[int] = set()
    worths = []
    for row in sorted(flags):
        if row < probation(rows):
            continue
        window = bisect_right(starts, row) - 1
        if window >= 0 and row <= windows[window][1]:
            if window not in found:
                found.add(window)
                worths.append((row, _inside(row, windows[window])))
        else:
            worths.append((row, _outside(row, windows[window] if window >= 0 else None)))
    return worths


def _missed(flags: Sequence[int], windows: Sequence[Window], rows: int) -> int:
    counted = sorted(row for row in flags if row >= probation(rows))
    return sum(1 for first, last in windows if bisect_left(counted, first) == bisect_right(counted, last))
