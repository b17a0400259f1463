"""What is usual for a series: a level, its hours of the day, its days of the week and its holidays, all learned.

The expected count of an hour is a product of factors, each a gamma posterior over Poisson counts: prior and data are
added as pseudo-counts, so that a factor leans on its prior (from sister topics, where there are any) exactly as far
as its own data is thin, and says how sure it is. Old data is forgotten by half-lives. The hourly over-dispersion is
estimated by moments, so that a restless series is given more room (negative-binomial baselines, as in Hoehle & Paul
2008, Count data regression charts for the monitoring of surveillance time series; shrinkage as in Clayton & Kaldor
1987, Empirical Bayes estimates of age-standardized relative risks).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HOURS = 24
DAYS = 7
_FORGET_LEVEL = 0.5 ** (1 / (10 * HOURS))
"""A half-life of 10 days, applied each hour."""
_FORGET_ACCEPTED = 0.5 ** (1 / 12)
"""While a change that lasts is accepted as the new level: a half-life of 12 hours."""
_FORGET_HOUR = 0.5 ** (1 / 28)
_FORGET_WEEKDAY = 0.5 ** (1 / 12)
_FORGET_HOLIDAY = 0.9
_FORGET_SPREAD = 0.5 ** (1 / (14 * HOURS))
_FORGET_DAYS = 0.5 ** (1 / 21)
_WIDE = ((-4, 0.15), (-3, 0.4), (-2, 0.7), (-1, 0.9), (0, 1.0), (1, 0.9), (2, 0.7), (3, 0.4), (4, 0.15))
_NARROW = ((-1, 0.5), (0, 1.0), (1, 0.5))
"""An hour of the day borrows much from those around it, and what it has of its own is measured against that."""
_OWN_HOUR = 100.0
_ALIKE = 100.0
_OWN_WEEKDAY = 150.0
"""Negatives may have a rhythm of their own, this surely that of all texts, in counts."""
_OWN_DOUBT = 0.003
_CLIP = 4.0
"""An hour's count is learned up to this many standard deviations from what was expected."""
_KNOWN = 5.0
"""How certain an expectation must be for a count's distance from it to tell something of the spread."""
_CLIP_DAY = 3.0
"""So many standard deviations a whole day may tell of the spread of days."""
_DAY_PRIOR = 1.0
_DAY_DISPERSION = 0.002


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before data: the rate and how surely, factors and how surely, in pseudo-counts."""

    level: float = 1.0
    """Texts an hour."""
    level_strength: float = 0.0
    """0: nothing is known of the level, and no surge is seen before some data."""
    hours: tuple[float, ...] = (1.0,) * HOURS
    hours_strength: float = 6.0
    weekdays: tuple[float, ...] = (1.08, 1.08, 1.08, 1.08, 1.08, 0.8, 0.8)
    """Monday first; people write less on weekends."""
    weekdays_strength: float = 15.0
    holiday: float = 0.8
    holiday_strength: float = 8.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one hour: its mean count, and the certainty of that mean in counts (a gamma's shape)."""

    mean: float
    certainty: float
    dispersion: float
    """The variance of the hour's own rate relative to its square."""


class Rhythm:
    """The learned rates of one series. Hours are whole hours since 1970 in the series' own wall time."""

    def __init__(self, prior: Prior) -> None:
        self.prior = prior
        self.count = 0.0
        self.exposures = [0.0] * DAYS
        self.hour_counts = [0.0] * HOURS
        self.hour_exposures = [0.0] * HOURS
        self.weekday_counts = [0.0] * DAYS
        self.weekday_exposures = [0.0] * DAYS
        self.hour_texts = [0.0] * HOURS
        self.weekday_texts = [0.0] * DAYS
        self.holiday_count = 0.0
        self.holiday_expected = 0.0
        self.spread = [0.0, 0.0, 0.0]
        self.day = [0.0, 0.0, 0.0]
        self.day_spread = [0.0, 0.0]
        self.hours_learned = 0
        self._refresh()

    def _fit_level(self) -> float:
        prior = self.prior
        strength = max(prior.level_strength, 1e-3)
        exposure = sum(hours * factor for hours, factor in zip(self.exposures, self.weekday_factors, strict=True))
        return (self.count + strength) / (exposure + strength / prior.level)

    @property
    def dispersion(self) -> float:
        """The variance of an hour's own rate around what was expected, relative to its square; 0 is Poisson."""
        excess, weight, noise = self.spread
        return max(0.0, (excess - math.sqrt(noise)) / weight) if weight > 1.0 else 0.0

    @property
    def day_dispersion(self) -> float:
        """The same of a whole day: how far its total strays beyond chance, errors of the model included."""
        excess, weight = self.day_spread
        day = self.level * HOURS
        prior = _DAY_PRIOR * day * day
        return max(0.0, (excess + _DAY_DISPERSION * prior) / (weight + prior)) if day > 0 else 0.0

    @property
    def days_of_data(self) -> float:
        """Days whose hours were learned."""
        return self.hours_learned / HOURS

    def expected(self, hour: int, holiday: bool) -> Expected:
        """Returns what is expected of `hour`."""
        of_day, weekday = hour % HOURS, _weekday(hour)
        factor = self.hour_factors[of_day] * self.weekday_factors[weekday]
        doubt = self._level_doubt + self._hour_doubts[of_day] + self._weekday_doubts[weekday]
        if holiday:
            factor *= self.holiday_factor
            doubt += 1 / (self.prior.holiday_strength + self.holiday_count)
        return Expected(self.level * factor, 1 / doubt, self.dispersion)

    def learn(self, hour: int, count: float, texts: float, holiday: bool, *, accepting: bool = False) -> None:
        """Takes up the negatives of a whole `hour` and all its `texts`.

        `accepting`: a change that lasted is the new level, learn it fast.
        """
        expected = self.expected(hour, holiday)
        mean = expected.mean
        if not accepting:
            deviation = math.sqrt(mean + mean * mean * (1 / expected.certainty + expected.dispersion))
            if expected.certainty > _KNOWN:
                self._learn_spread(count, mean, expected.certainty)
            if self.count > 0:
                was = count
                count = min(max(count, mean - _CLIP * deviation), mean + _CLIP * deviation + 1)
                texts += count - was
            if expected.certainty > _KNOWN:
                self._learn_day(count, mean)
        of_day, weekday = hour % HOURS, _weekday(hour)
        of_hour = self.hour_factors[of_day]
        special = self.holiday_factor if holiday else 1.0
        forget = _FORGET_ACCEPTED if accepting else _FORGET_LEVEL
        self.count = self.count * forget + count
        self.exposures = [hours * forget for hours in self.exposures]
        self.exposures[weekday] += of_hour * special
        if accepting:
            self._rescale(self._fit_level() / self.level)
        if holiday:
            self.holiday_count = self.holiday_count * _FORGET_HOLIDAY ** (1 / HOURS) + count
            self.holiday_expected = self.holiday_expected * _FORGET_HOLIDAY ** (1 / HOURS) + mean / special
        elif not accepting:
            self._learn_rhythm(of_day, weekday, count, texts)
        self.hours_learned += 1
        self._refresh()

    def learn_silence(self, hour: int) -> None:
        """Takes up an hour without a text that may be an outage: it tells of the rhythm, not of the level."""
        self._learn_rhythm(hour % HOURS, _weekday(hour), 0.0, 0.0)
        self.hours_learned += 1
        self._refresh()

    def weaken(self) -> None:
        """Trusts the level a quarter as much: after a long time in which nothing was read."""
        self.count /= 4
        self.exposures = [hours / 4 for hours in self.exposures]
        self._refresh()

    def lean_on(self, prior: Prior) -> None:
        """Takes another prior, as one pooled from sister topics, in place of the present one."""
        self.prior = prior
        self._refresh()

    def _rescale(self, ratio: float) -> None:
        """Makes the rhythm's tables speak of a level `ratio` times as high, so that days before and after compare."""
        self.hour_exposures = [exposure / ratio for exposure in self.hour_exposures]
        self.weekday_exposures = [exposure / ratio for exposure in self.weekday_exposures]

    def _learn_rhythm(self, of_day: int, weekday: int, count: float, texts: float) -> None:
        of_hour, of_weekday = self.hour_factors[of_day], self.weekday_factors[weekday]
        self.hour_counts[of_day] = self.hour_counts[of_day] * _FORGET_HOUR + count
        self.hour_exposures[of_day] = self.hour_exposures[of_day] * _FORGET_HOUR + of_weekday
        self.hour_texts[of_day] = self.hour_texts[of_day] * _FORGET_HOUR + texts
        fade = _FORGET_WEEKDAY ** (1 / HOURS)
        self.weekday_counts[weekday] = self.weekday_counts[weekday] * fade + count
        self.weekday_texts[weekday] = self.weekday_texts[weekday] * fade + texts
        self.weekday_exposures[weekday] = self.weekday_exposures[weekday] * fade + of_hour

    def _learn_spread(self, count: float, mean: float, certainty: float) -> None:
        own = 1 / certainty
        square = min((count - mean) ** 2, 25 * (mean + mean * mean * (own + self.dispersion + 0.05)) + 4)
        known = (square - mean - mean * mean * own, mean * mean, 2 * mean * mean + mean)
        self.spread = [old * _FORGET_SPREAD + new for old, new in zip(self.spread, known, strict=True)]

    def _learn_day(self, count: float, mean: float) -> None:
        self.day = [self.day[0] + count, self.day[1] + mean, self.day[2] + 1]
        if self.day[2] < HOURS:
            return
        total, expected, _ = self.day
        excess, weight = self.day_spread
        most = _CLIP_DAY**2 * (expected + self.day_dispersion * expected**2)
        self.day_spread = [
            excess * _FORGET_DAYS + min((total - expected) ** 2, most) - expected,
            weight * _FORGET_DAYS + expected * expected,
        ]
        self.day = [0.0, 0.0, 0.0]

    def _refresh(self) -> None:
        """Computes the factors and how unsure they are from what was counted."""
        prior = self.prior
        self.weekday_factors = prior.weekdays
        for _ in range(2):
            level, text_level = self._slow_level(self.weekday_counts), self._slow_level(self.weekday_texts)
            self._fit_weekdays(level, text_level)
        expected = [level * exposure for exposure in self.hour_exposures]
        expected_texts = [text_level * exposure for exposure in self.hour_exposures]
        factors, doubts = [], []
        for hour in range(HOURS):
            strength = prior.hours_strength
            count = _near(self.hour_texts, hour, _WIDE)
            around = (strength + count) / (strength / prior.hours[hour] + _near(expected_texts, hour, _WIDE))
            strength = min(strength + count, _OWN_HOUR)
            count = _near(self.hour_counts, hour, _NARROW)
            factors.append((strength + count) / (strength / around + _near(expected, hour, _NARROW)))
            doubts.append(1 / (strength + count) + _OWN_DOUBT)
        mean = sum(factors) / HOURS
        self.hour_factors = tuple(factor / mean for factor in factors)
        self._hour_doubts = doubts
        self.level = self._fit_level()
        """The mean count of an ordinary hour."""
        strength = prior.holiday_strength
        self.holiday_factor = (strength + self.holiday_count) / (strength / prior.holiday + self.holiday_expected)
        seen = sum(min(1.0, exposure) for exposure in self.hour_exposures) / HOURS
        unseen = (1 - seen) / prior.hours_strength
        self._level_doubt = 1 / max(self.count + prior.level_strength, 1e-9) + unseen

    def _slow_level(self, counts: Sequence[float]) -> float:
        exposure = sum(e * f for e, f in zip(self.weekday_exposures, self.weekday_factors, strict=True))
        return sum(counts) / exposure if exposure > 0 else self.prior.level

    def _fit_weekdays(self, level: float, text_level: float) -> None:
        """Weekdays lean on the other workdays, or on the other day of the weekend; those on the prior."""
        prior = self.prior
        factors, doubts = [], []
        for first, last in ((0, 5), (5, DAYS)):
            group = range(first, last)
            usual = sum(prior.weekdays[day] for day in group) / len(group)
            strength, count = prior.weekdays_strength, sum(self.weekday_texts[day] for day in group)
            expected = text_level * sum(self.weekday_exposures[day] for day in group)
            together = (strength + count) / (strength / usual + expected)
            group_doubt = 1 / (strength + count)
            for day in group:
                before = together * prior.weekdays[day] / usual
                texts, expected = self.weekday_texts[day], text_level * self.weekday_exposures[day]
                around = (_ALIKE + texts) / (_ALIKE / before + expected)
                strength, count = min(_ALIKE + texts, _OWN_WEEKDAY), self.weekday_counts[day]
                factors.append((strength + count) / (strength / around + level * self.weekday_exposures[day]))
                doubts.append(1 / (strength + count) + group_doubt * _ALIKE / (_ALIKE + texts))
        mean = sum(factors) / DAYS
        self.weekday_factors = tuple(factor / mean for factor in factors)
        self._weekday_doubts = doubts

    def to_state(self) -> list[Any]:
        """Returns what was learned as plain lists and numbers; the prior is kept apart."""
        return [
            self.count,
            list(self.exposures),
            list(self.hour_counts),
            list(self.hour_exposures),
            list(self.weekday_counts),
            list(self.hour_texts),
            list(self.weekday_texts),
            list(self.weekday_exposures),
            self.holiday_count,
            self.holiday_expected,
            list(self.spread),
            list(self.day),
            list(self.day_spread),
            self.hours_learned,
        ]

    @classmethod
    def from_state(cls, prior: Prior, state: Sequence[Any]) -> Rhythm:
        """Returns the rhythm that `to_state` described."""
        made = cls(prior)
        (
            made.count,
            made.exposures,
            made.hour_counts,
            made.hour_exposures,
            made.weekday_counts,
            made.hour_texts,
            made.weekday_texts,
            made.weekday_exposures,
            made.holiday_count,
            made.holiday_expected,
            made.spread,
            made.day,
            made.day_spread,
            made.hours_learned,
        ) = state
        made._refresh()
        return made


def _near(values: Sequence[float], hour: int, weights: Sequence[tuple[int, float]]) -> float:
    return sum(weight * values[(hour + step) % HOURS] for step, weight in weights)


def _weekday(hour: int) -> int:
    """Returns the day of the week, Monday 0, of an hour since 1970 (a Thursday)."""
    return (hour // HOURS + 3) % DAYS
