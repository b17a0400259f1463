"""Shows how far the score on labelled series hangs on the setting: each setting of the scorer moved a step up and down.

    python tests/benchmarks/surges/settings.py DIR --labels F

Prints the score of each at its best threshold, their mean and spread, and the score that remains when setting and
threshold are chosen on all files but the one that is scored.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from skills.monitor.surges import nab
from skills.monitor.surges.labelled_series import LabelledSeries, read_labelled_series
from skills.monitor.surges.values import SETTINGS, Settings, ValueScorer

THRESHOLDS = [3 + step / 8 for step in range(17)]
MOVED = ("level_rate", "offset_rate", "day_rate", "week_rate", "trust", "gain", "size_rate", "scale_rate", "fading")
MEMORY = ("news", "louder", "calm")


def settings() -> Iterator[tuple[str, Settings]]:
    """Yields the shipped setting and its neighbours."""
    yield "as shipped", SETTINGS
    for name in MOVED + MEMORY:
        for factor in (0.9, 1.1) if name in MEMORY else (0.7, 1.4):
            yield f"{name} x {factor}", dataclasses.replace(SETTINGS, **{name: getattr(SETTINGS, name) * factor})
    for spans in ((1, 6, 24, 96), (1, 2, 6, 12, 24, 48, 96), (2, 4, 8, 16, 32, 64, 128)):
        yield f"spans {spans}", dataclasses.replace(SETTINGS, spans=spans)
    yield "cells 48", dataclasses.replace(SETTINGS, cells=48)


def worths(series: Sequence[LabelledSeries], setting: Settings) -> list[list[float]]:
    """Returns the score of each file at each threshold, not yet normalised."""
    found = []
    for one in series:
        score = ValueScorer(setting).score
        scores = [score(time, value) for time, value in zip(one.times, one.values, strict=True)]
        found.append(
            [
                nab.file_score(
                    [row for row, value in enumerate(scores) if value >= threshold], one.windows, len(scores)
                )
                for threshold in THRESHOLDS
            ]
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path, required=True)
    asked = parser.parse_args()
    series = read_labelled_series(asked.folder, asked.labels)
    windows = sum(len(one.windows) for one in series)
    measured = []
    bests = []
    for name, setting in settings():
        found = worths(series, setting)
        measured.append(found)
        bests.append(max(nab.normalised(sum(column), windows) for column in zip(*found, strict=True)))
        print(f"{bests[-1]:6.1f}  {name}", flush=True)
    print(f"{statistics.fmean(bests):6.1f}  mean, standard deviation {statistics.stdev(bests):.1f}")
    left = 0.0
    for place in range(len(series)):
        choices = [
            (sum(one[step] for other, one in enumerate(found) if other != place), found[place][step])
            for found in measured
            for step in range(len(THRESHOLDS))
        ]
        left += max(choices)[1]
    print(f"{nab.normalised(left, windows):6.1f}  setting and threshold chosen without the file that is scored")


if __name__ == "__main__":
    main()
