"""Measures the scorer of values on labelled series, each read once as a stream."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from skills.monitor.surges import nab
from skills.monitor.surges.labelled_series import LabelledSeries, read_labelled_series
from skills.monitor.surges.values import THRESHOLD, Scorer, ValueScorer

_WEEK = 7 * 86400.0


def evaluate_surges(
    folder: Path,
    labels: Path,
    *,
    predictions: Path | None = None,
    scorer: Callable[[], Scorer] = ValueScorer,
    threshold: float = THRESHOLD,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Returns the figures of `deskhand evaluate surges`. Raises `BadRowError` naming what can't be read.

    `nab_score` is at the one threshold that scores best, as the benchmark has it; `leave_one_out` scores each file at
    the threshold that is best for the others. The rest is at the shipped `threshold`, behind the benchmark's
    probation.
    """
    series = read_labelled_series(folder, labels)
    scored = []
    for done, one in enumerate(series):
        progress(done, len(series))
        score = scorer().score
        scores = [score(time, value) for time, value in zip(one.times, one.values, strict=True)]
        scored.append(nab.Scored(scores, one.windows))
    if predictions is not None:
        _write(predictions, series, scored, threshold)
    best, nab_score = nab.best_threshold(scored)
    return {
        "nab_score": nab_score,
        **_figures(series, scored, threshold),
        "threshold": threshold,
        "files": len(series),
        "best_threshold": best if math.isfinite(best) else None,
        "nab_score_at_threshold": nab.score_at(scored, threshold),
        "leave_one_out": _leave_one_out(scored),
        "windows": sum(len(one.windows) for one in scored),
    }


def _leave_one_out(scored: Sequence[nab.Scored]) -> float | None:
    if len(scored) < 2:
        return None
    total = 0.0
    for place, one in enumerate(scored):
        threshold, _ = nab.best_threshold([*scored[:place], *scored[place + 1 :]])
        flags = [row for row, score in enumerate(one.scores) if score >= threshold]
        total += nab.file_score(flags, one.windows, len(one.scores))
    return nab.normalised(total, sum(len(one.windows) for one in scored))


def _figures(series: Sequence[LabelledSeries], scored: Sequence[nab.Scored], threshold: float) -> dict[str, Any]:
    windows = found = false_alarms = 0
    seconds = 0.0
    delays = []
    for one, rows in zip(series, scored, strict=True):
        begin = nab.probation(len(one.times))
        seconds += max(one.times) - one.times[begin]
        flags = [row for row in range(begin, len(one.times)) if rows.scores[row] >= threshold]
        windows += len(one.windows)
        inside: set[int] = set()
        for first, last in one.windows:
            hits = [row for row in flags if first <= row <= last]
            inside.update(hits)
            if hits:
                found += 1
                delays.append(one.times[hits[0]] - one.times[first])
        false_alarms += len(flags) - len(inside)
    precision = found / (found + false_alarms) if found + false_alarms else None
    recall = found / windows if windows else None
    both = (precision or 0.0) + (recall or 0.0)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * (precision or 0.0) * (recall or 0.0) / both if both else 0.0,
        "false_alarms_per_week": false_alarms * _WEEK / seconds if seconds else None,
        "mean_delay_seconds": fmean(delays) if delays else None,
    }


def _write(path: Path, series: Sequence[LabelledSeries], scored: Sequence[nab.Scored], threshold: float) -> None:
    with path.open("w", encoding="utf-8") as file:
        for one, rows in zip(series, scored, strict=True):
            for stamp, score in zip(one.stamps, rows.scores, strict=True):
                answer = {"file": one.name, "timestamp": stamp, "score": score, "flag": score >= threshold}
                file.write(json.dumps(answer, ensure_ascii=False) + "\n")
