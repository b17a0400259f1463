"""Streams of texts about topics, with known truth: what a detector of surges is measured on.

It imports nothing from the product. A topic speaks as a Poisson process whose rate follows a daily and a weekly rhythm
and holidays; with `dispersion` above 0 each hour's rate is also multiplied by a gamma variable of mean 1 and that
variance, so that hourly counts are negative-binomial. Negative texts are multiplied during a surge, the other texts are
not. Times are Unix seconds, UTC. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

MINUTE = 60
HOUR = 3600
DAY = 86400
BEGIN = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
"""A Monday, midnight."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Topic:
    """How one topic speaks: negatives a day on average, the share that they are of all texts, and its rhythm."""

    per_day: float
    share: float
    swing: float
    second_swing: float
    peak_hour: float
    weekend: float
    holiday: float
    holidays: frozenset[date]
    dispersion: float = 0.0


@dataclass(frozen=True, slots=True)
class Surge:
    """Negatives are multiplied by `factor` from `begin` to `end`."""

    begin: float
    end: float
    factor: float


@dataclass(frozen=True, slots=True)
class Stream:
    """The texts of a topic in the order of their times, and the truth about them."""

    topic: Topic
    begin: float
    end: float
    times: Floats
    negative: npt.NDArray[np.bool_]
    surges: tuple[Surge, ...] = ()

    def negatives_between(self, begin: float, end: float) -> int:
        """Returns how many negatives came from `begin` until before `end`."""
        inside = (self.times >= begin) & (self.times < end) & self.negative
        return int(np.count_nonzero(inside))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A text as a poll brings it: the time that it claims, and when it came."""

    time: float
    negative: bool
    arrived: float


def topic(
    rng: np.random.Generator, per_day: float, holidays: frozenset[date], *, dispersion: float = 0.0, peak: float = 15.0
) -> Topic:
    """Draws a topic of `per_day` negatives a day; topics that share `holidays` and `peak` are sisters."""
    return Topic(
        per_day=per_day,
        share=float(rng.uniform(0.2, 0.6)),
        swing=float(rng.uniform(0.3, 0.7)),
        second_swing=float(rng.uniform(0.0, 0.2)),
        peak_hour=float(peak + rng.uniform(-2, 2)),
        weekend=float(rng.uniform(0.5, 0.95)),
        holiday=float(rng.uniform(0.4, 1.3)),
        holidays=holidays,
        dispersion=dispersion,
    )


def draw_holidays(rng: np.random.Generator, begin: float, days: int, count: int) -> frozenset[date]:
    """Draws `count` holidays among the `days` after `begin`."""
    first = datetime.fromtimestamp(begin, UTC).date()
    chosen = rng.choice(days, size=min(count, days), replace=False)
    return frozenset(first + timedelta(days=int(day)) for day in chosen)


def rates(one: Topic, begin: float, days: int) -> Floats:
    """Returns the negatives expected in each minute of the `days` from `begin`, without surges and dispersion."""
    minutes = np.arange(days * DAY // MINUTE)
    hours = (begin + minutes * MINUTE) % DAY / HOUR
    angle = 2 * np.pi * (hours - one.peak_hour) / 24
    shape = 1 + one.swing * np.cos(angle) + one.second_swing * np.cos(2 * angle)
    first = datetime.fromtimestamp(begin, UTC).date()
    daily = np.empty(days)
    for number in range(days):
        day = first + timedelta(days=number)
        daily[number] = (one.weekend if day.weekday() >= 5 else 1.0) * (one.holiday if day in one.holidays else 1.0)
    mean_week = (5 + 2 * one.weekend) / 7
    return one.per_day * MINUTE / DAY / mean_week * shape * np.repeat(daily, DAY // MINUTE)


def stream(
    one: Topic, rng: np.random.Generator, days: int, *, surges: Sequence[Surge] = (), begin: float = BEGIN
) -> Stream:
    """Draws the texts of `days` days."""
    negative = rates(one, begin, days)
    if one.dispersion > 0:
        hourly = rng.gamma(1 / one.dispersion, one.dispersion, size=days * 24)
        negative = negative * np.repeat(hourly, HOUR // MINUTE)
    others = negative * (1 - one.share) / one.share
    starts = begin + np.arange(len(negative)) * MINUTE
    for surge in surges:
        overlap = np.clip(np.minimum(starts + MINUTE, surge.end) - np.maximum(starts, surge.begin), 0, MINUTE) / MINUTE
        negative = negative * (1 + (surge.factor - 1) * overlap)
    times, flags = [], []
    for rate, flag in ((negative, True), (others, False)):
        counts = rng.poisson(rate)
        drawn = np.repeat(starts, counts) + rng.uniform(0, MINUTE, size=int(counts.sum()))
        times.append(drawn)
        flags.append(np.full(len(drawn), flag))
    joined = np.concatenate(times)
    order = np.argsort(joined, kind="stable")
    return Stream(one, begin, begin + days * DAY, joined[order], np.concatenate(flags)[order], tuple(surges))


def settled(
    seed: int, per_day: float, *, topics: int = 100, days: int = 60, factor: float = 0.0, dispersion: float = 0.0
) -> Iterator[Stream]:
    """Draws sister topics of `per_day` negatives.

    With a `factor` each has surges of one day, from day 21 on and two days apart or more.
    """
    shared = np.random.default_rng([seed, 0])
    holidays = draw_holidays(shared, BEGIN, days, 3)
    for number in range(topics):
        rng = np.random.default_rng([seed, 1, number])
        one = topic(rng, per_day, holidays, dispersion=dispersion)
        surges = []
        if factor:
            for week in range(21, days - 8, 9):
                begin = BEGIN + week * DAY + float(rng.uniform(0, 7 * DAY))
                surges.append(Surge(begin, begin + DAY, factor))
        yield stream(one, rng, days, surges=surges)


def fresh(
    seed: int, *, per_day: float | None = 100.0, topics: int = 200, days: int = 7, factor: float = 0.0
) -> Iterator[Stream]:
    """Draws new topics from their first minute on, begun at any hour of any weekday.

    `per_day` None draws it from 5 to 500, evenly by logarithm. With a `factor` each surges once, for six hours,
    from a random moment of its second day on.
    """
    for number in range(topics):
        rng = np.random.default_rng([seed, 2, number])
        rate = float(np.exp(rng.uniform(np.log(5), np.log(500)))) if per_day is None else per_day
        begin = BEGIN + float(rng.integers(0, 7 * 24)) * HOUR
        one = topic(rng, rate, frozenset(), peak=float(rng.uniform(0, 24)))
        surges = []
        if factor:
            at = begin + DAY + float(rng.uniform(0, DAY))
            surges.append(Surge(at, at + 6 * HOUR, factor))
        yield stream(one, rng, days, surges=surges, begin=begin)


def disordered(
    drawn: Stream, rng: np.random.Generator, *, late: float = 0.2, bound: float = 2 * HOUR, future: float = 0.01
) -> list[Arrival]:
    """Returns the texts in the order of arrival.

    A share `late` comes up to `bound` seconds late, a share `future` claims a time to come.
    """
    size = len(drawn.times)
    delays = np.where(rng.random(size) < late, rng.uniform(0, bound, size=size), 0.0)
    ahead = np.where(rng.random(size) < future, rng.uniform(HOUR, 30 * DAY, size=size), 0.0)
    arrivals = [
        Arrival(float(time + lead), bool(flag), float(time + delay))
        for time, flag, delay, lead in zip(drawn.times, drawn.negative, delays, ahead, strict=True)
    ]
    return sorted(arrivals, key=lambda one: one.arrived)


def next_days(drawn: Stream, first: int = 14) -> Iterator[tuple[float, int]]:
    """Yields moments from day `first` on, a day and some hours apart, each with the negatives of the 24 hours after it.

    The coverage of forecasts is checked on them.
    """
    rng = np.random.default_rng([len(drawn.times), 3])
    moment = drawn.begin + first * DAY + float(rng.uniform(0, DAY))
    while moment + DAY <= drawn.end:
        yield moment, drawn.negatives_between(moment, moment + DAY)
        moment += DAY + float(rng.uniform(0, 6 * HOUR))
