"""How surprising is the next value of any series? One pass, constant memory, no setting by series.

Three experts foretell each value: the level now, the level at this time of day, and at this time of the week; the
better one did of late, the more it counts. What remains is averaged over several spans at once (from a single
value to days), and each average is compared with its own history: the share of the past in which it was as far from
usual, kept as a fading histogram, so that heavy tails and restless series raise their own bar (the likelihood of
recent errors, as in Ahmad, Lavin, Purdy & Agha 2017, Unsupervised real-time anomaly detection for streaming data).
The logarithms are added, as Fisher (1932) combines tests. After something surprising only what is more surprising
counts for some time: one event, one alarm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

_DAY = 86400.0
_WEEK_BEGAN = 3
"""1970 began on a Thursday."""
_LOWEST, _HIGHEST, _CELLS = -4.0, 4.0, 80
"""The histogram of distances from usual: their natural logarithms, in cells."""
_ENOUGH = 25
"""Values before the first score."""


class Scorer(Protocol):
    """Scores the rows of a series one after the other."""

    def score(self, time: float, value: float) -> float:
        """Returns how surprising `value` is, given the rows before it: 0 or more. `time` is in Unix seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """One setting for all series."""

    spans: tuple[float, ...] = (1, 2, 4, 8, 16, 32, 64, 128)
    """Rows over which errors are averaged."""
    level_rate: float = 0.03
    offset_rate: float = 0.003
    day_rate: float = 0.2
    """How much of a day's error a time of day takes over each day."""
    week_rate: float = 0.3
    cells: int = 24
    """Of a day."""
    trust: float = 4.0
    """The power of their errors by which experts are trusted."""
    gain: float = 0.3
    """Values below the usual size times its inverse count linearly, those above by their logarithm."""
    size_rate: float = 0.0003
    scale_rate: float = 0.0002
    fading: float = 10000
    """Rows after which the history weighs 1/e."""
    news: float = 2.2
    """From this score on something is remembered, so that what follows must be more surprising."""
    louder: float = 2.5
    """By how much, at first."""
    calm: float = 60
    """Rows after which the memory is down to 1/e."""


SETTINGS = Settings()
THRESHOLD = 3.8
"""A score from which on a value is an alarm."""


class ValueScorer:
    """Scores a series of values. Memory: 8 numbers an hour of the day at most, and a histogram for each span."""

    def __init__(self, settings: Settings = SETTINGS) -> None:
        self._settings = settings
        self._foretelling = _Experts(settings)
        self._spans = [_Span(span, settings) for span in settings.spans]
        self._memory = 0.0
        self._forget = math.exp(-1 / settings.calm)

    def score(self, time: float, value: float) -> float:
        """Returns how surprising `value` is, given the rows before it: 0 or more. `time` is in Unix seconds."""
        error = self._foretelling.error(time, value)
        found = 2 * sum(span.surprise(error) for span in self._spans) / len(self._spans)
        news = found if found > self._memory else 0.0
        if news >= self._settings.news:
            self._memory = news + self._settings.louder
        self._memory *= self._forget
        return news


class _Experts:
    """Foretells each value from those before it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rows = 0
        self._size = 0.0
        self._level = 0.0
        self._days: list[float | None] = [None] * settings.cells
        self._weeks: list[float | None] = [None] * (settings.cells * 7)
        self._day_offset = self._week_offset = 0.0
        self._errors = [1.0, 1.0, 1.0]
        self._before = 0.0

    def error(self, time: float, value: float) -> float:
        """Returns how far `value` is from what was foretold.

        The scale is linear for small values and logarithmic for large ones.
        """
        settings = self._settings
        self._rows += 1
        size = abs(value)
        self._size += (size - self._size) * max(settings.size_rate, 1 / self._rows)
        x = math.asinh(settings.gain * value / max(self._size, 1e-9))
        if self._rows == 1:
            self._level, self._before = x, time
        cell = int(time % _DAY / _DAY * settings.cells)
        week = (int(time // _DAY) + _WEEK_BEGAN) % 7 * settings.cells + cell
        day, of_week = self._days[cell], self._weeks[week]
        by_day = self._level if day is None else day + self._day_offset
        by_week = by_day if of_week is None else of_week + self._week_offset
        foretold = self._mixed((self._level, by_day, by_week), x)
        share = min(max(time - self._before, 0.0) * settings.cells / _DAY, 1.0)
        self._before = time
        self._learn(x, cell, week, share)
        return x - foretold

    def _mixed(self, foretold: Sequence[float], x: float) -> float:
        errors, trust = self._errors, self._settings.trust
        weights = [math.pow(error + 1e-9, -trust) for error in errors]
        rate = max(0.003, 1 / (self._rows + 1))
        for place, one in enumerate(foretold):
            error = errors[place]
            errors[place] += (min(abs(x - one), 5 * error + 1e-6) - error) * rate
        return sum(w * one for w, one in zip(weights, foretold, strict=True)) / sum(weights)

    def _learn(self, x: float, cell: int, week: int, share: float) -> None:
        settings = self._settings
        self._level += settings.level_rate * (x - self._level)
        day = self._days[cell]
        if day is None:
            day = x - self._day_offset
        else:
            day += (1 - (1 - settings.day_rate) ** share) * (x - self._day_offset - day)
        self._days[cell] = day
        of_week = self._weeks[week]
        if of_week is None:
            of_week = day
        of_week += (1 - (1 - settings.week_rate) ** share) * (x - self._week_offset - of_week)
        self._weeks[week] = of_week
        self._day_offset += settings.offset_rate * (x - day - self._day_offset)
        self._week_offset += settings.offset_rate * (x - of_week - self._week_offset)


class _Span:
    """Averages errors over some rows and compares the average with its history."""

    def __init__(self, rows: float, settings: Settings) -> None:
        self._rate = 2 / (rows + 1)
        self._scale_rate = settings.scale_rate
        self._fade = math.exp(-1 / settings.fading)
        self._mean = 0.0
        self._scale = 0.0
        self._rows = 0
        self._cells = [0.0] * _CELLS
        self._total = 0.0
        self._unit = 1.0

    def surprise(self, error: float) -> float:
        """Returns minus the decimal logarithm of the share of the past in which the average was as far from usual."""
        self._mean += self._rate * (error - self._mean)
        self._rows += 1
        size = abs(self._mean)
        if self._rows <= 20:
            self._scale += (size - self._scale) / self._rows
            return 0.0
        far = size / max(self._scale, 1e-6)
        self._scale += (min(size, 4 * self._scale) - self._scale) * max(self._scale_rate, 1 / self._rows)
        cell = int((math.log(far + 1e-9) - _LOWEST) / (_HIGHEST - _LOWEST) * _CELLS)
        cell = min(max(cell, 0), _CELLS - 1)
        cells, total = self._cells, self._total / self._unit
        found = 0.0
        if total > _ENOUGH:
            above = (sum(cells[cell + 1 :]) + 0.5 * cells[cell]) / self._unit
            found = -math.log10((above + 0.5) / (total + 1))
        self._unit /= self._fade
        cells[cell] += self._unit
        self._total += self._unit
        if self._unit > 1e9:
            self._cells = [one / self._unit for one in cells]
            self._total /= self._unit
            self._unit = 1.0
        return found
