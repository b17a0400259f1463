"""Measures the detection of surges on simulated topics, and prints a table.

    python tests/benchmarks/surges/run.py [--topics 100] [--days 60] [--quick] [--json]

False alarms a topic a quarter and the delay to a threefold surge at 20, 125 and 500 negatives a day; new topics;
coverage of the 24-hour forecast; restless topics (over-dispersed), sisters, late and future texts. `--quick` takes a
tenth of the topics.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import simulator
from simulator import DAY, HOUR, Stream

from skills.monitor.surges import NORMAL, Prior, Sensitivity, Series
from skills.monitor.surges.sisters import pooled

QUARTER = 91 * DAY
GRACE = 6 * HOUR
"""An alarm so soon after a surge is still about it."""


@dataclass(slots=True)
class Played:
    """What came of one stream: the series at its end, and the moments at which alarms were raised."""

    series: Series
    raised: list[float] = field(default_factory=list)


def play(
    drawn: Stream,
    *,
    prior: Prior | None = None,
    sensitivity: Sensitivity = NORMAL,
    holidays: bool = True,
    hourly: Callable[[Series], None] | None = None,
) -> Played:
    """Feeds a stream text by text, as it comes, and looks for an alarm after each negative."""
    days = {(day - simulator.date(1970, 1, 1)).days for day in drawn.topic.holidays} if holidays else set()
    series = Series(begun=drawn.begin, prior=prior, sensitivity=sensitivity, is_holiday=days.__contains__)
    played = Played(series)
    before = None
    for moment, negative in zip(drawn.times.tolist(), drawn.negative.tolist(), strict=True):
        series.add(moment, negative)
        if negative:
            alarm = series.alarm
            if alarm is not None and alarm is not before:
                played.raised.append(moment)
            before = alarm
    series.advance(drawn.end)
    return played


def false_alarms(drawn: Stream, played: Played) -> int:
    """Counts the alarms that no surge explains."""
    return sum(not any(surge.begin <= moment < surge.end + GRACE for surge in drawn.surges) for moment in played.raised)


def delays(drawn: Stream, played: Played) -> list[float]:
    """Returns the seconds from each surge's begin to its alarm, infinity for one that was missed."""
    return [
        min((moment - surge.begin for moment in played.raised if surge.begin <= moment < surge.end), default=math.inf)
        for surge in drawn.surges
    ]


def quiet(streams: Iterable[Stream]) -> tuple[float, float]:
    """Returns the false alarms a topic a quarter, and the texts a second."""
    alarms = texts = 0
    seconds = watched = 0.0
    for drawn in streams:
        begun = time.process_time()
        played = play(drawn)
        seconds += time.process_time() - begun
        alarms += false_alarms(drawn, played)
        texts += len(drawn.times)
        watched += drawn.end - drawn.begin
    return alarms * QUARTER / watched, texts / seconds


def surging(streams: Iterable[Stream]) -> tuple[list[float], float]:
    """Returns the delays in seconds, and the false alarms a topic a quarter outside the surges."""
    found: list[float] = []
    alarms = 0
    watched = 0.0
    for drawn in streams:
        played = play(drawn)
        found += delays(drawn, played)
        alarms += false_alarms(drawn, played)
        watched += drawn.end - drawn.begin
    return found, alarms * QUARTER / watched


def coverage(streams: Iterable[Stream]) -> tuple[float, float]:
    """Returns the share of days whose negatives lay in the 80 % band forecast, and the same of single hours."""
    days: list[bool] = []
    hours: list[bool] = []
    for drawn in streams:
        known = {(day - simulator.date(1970, 1, 1)).days for day in drawn.topic.holidays}
        series = Series(begun=drawn.begin, is_holiday=known.__contains__)
        times, negative = drawn.times.tolist(), drawn.negative.tolist()
        place = 0
        for moment, count in simulator.next_days(drawn):
            while place < len(times) and times[place] < moment:
                series.add(times[place], negative[place])
                place += 1
            series.advance(moment)
            foretold = series.forecast(moment)
            days.append(foretold.low <= count <= foretold.high)
            for band in foretold.hours[1:-1]:
                hours.append(band.low <= drawn.negatives_between(band.begin, band.begin + HOUR) <= band.high)
    return statistics.fmean(days), statistics.fmean(hours)


def disordered(topics: int) -> tuple[int, int]:
    """Returns how many topics end with the same findings though texts came late, and how many there were."""
    same = 0
    for number, drawn in enumerate(simulator.settled(7, 125, topics=topics, days=10)):
        rng = np.random.default_rng([7, number])
        late = Series(begun=drawn.begin)
        for arrival in simulator.disordered(drawn, rng, future=0.0):
            late.add(arrival.time, arrival.negative, now=arrival.arrived)
        in_order = play(drawn, holidays=False).series
        late.advance(drawn.end)
        same += late.to_state() == in_order.to_state()
    return same, topics


@dataclass(frozen=True, slots=True)
class Row:
    """A measured figure beside what is asked of it."""

    name: str
    value: float
    unit: str
    asked: str


def measure(topics: int, days: int, new: int, say: Callable[[Row], None]) -> None:
    """Measures everything, and says each figure as soon as it is known."""
    for per_day, asked in ((20, "<= 420"), (125, "<= 90"), (500, "<= 30")):
        alarms, speed = quiet(simulator.settled(1, per_day, topics=topics, days=days))
        say(Row(f"{per_day} a day: false alarms", alarms, "a topic a quarter", "<= 1"))
        say(Row(f"{per_day} a day: speed", speed, "texts a second", ""))
        found, alarms = surging(simulator.settled(2, per_day, topics=topics, days=days, factor=3))
        say(Row(f"{per_day} a day: threefold surge, median delay", statistics.median(found) / 60, "minutes", asked))
        say(Row(f"{per_day} a day: 90 % of them within", _quantile(found, 0.9) / 60, "minutes", ""))
        say(Row(f"{per_day} a day: false alarms between surges", alarms, "a topic a quarter", "<= 1"))
    for per_day in (20, 125, 500):
        of_days, of_hours = coverage(simulator.settled(5, per_day, topics=max(topics // 4, 3), days=days))
        say(Row(f"{per_day} a day: 24-hour total in its 80 % band", of_days, "of days", "0.75 to 0.85"))
        say(Row(f"{per_day} a day: single hours in theirs", of_hours, "of hours", ""))
    for name, per_topic in (("100 a day", 100.0), ("5 to 500 a day", None)):
        fresh = list(simulator.fresh(3, per_day=per_topic, topics=new))
        alarms = sum(false_alarms(drawn, play(drawn)) for drawn in fresh) / len(fresh)
        say(Row(f"new topics, {name}: false alarms in 7 days", alarms, "a topic", "<= 0.1"))
    found, _ = surging(simulator.fresh(4, topics=new, days=3, factor=5))
    say(Row("new topics, 100 a day: fivefold surge on day 2 within 2 h", _within(found, 2 * HOUR), "", ">= 0.9"))
    say(Row("the same: median delay", statistics.median(found) / 60, "minutes", ""))
    older = [play(drawn).series.rhythm for drawn in simulator.settled(8, 100, topics=10, days=28)]
    prior = pooled(older)
    raised = [play(drawn, prior=prior) for drawn in simulator.settled(9, 100, topics=max(topics // 2, 5), days=7)]
    say(
        Row(
            "new among 10 sisters: false alarms in 7 days",
            sum(len(o.raised) for o in raised) / len(raised),
            "a topic",
            "",
        )
    )
    for dispersion in (0.1, 0.3):
        few = max(topics // 4, 3)
        alarms, _ = quiet(simulator.settled(1, 125, topics=few, days=days, dispersion=dispersion))
        say(Row(f"125 a day, dispersion {dispersion}: false alarms", alarms, "a topic a quarter", ""))
        found, _ = surging(simulator.settled(2, 125, topics=few, days=days, dispersion=dispersion, factor=3))
        say(Row(f"125 a day, dispersion {dispersion}: median delay", statistics.median(found) / 60, "minutes", ""))
    same, all_of_them = disordered(max(topics // 10, 3))
    say(Row("late texts: the same state as in order", same / all_of_them, "of topics", "1"))


def _quantile(found: Sequence[float], share: float) -> float:
    return sorted(found)[min(int(share * len(found)), len(found) - 1)]


def _within(found: Sequence[float], seconds: float) -> float:
    return sum(delay <= seconds for delay in found) / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--topics", type=int, default=100)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--new", type=int, default=200)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    topics, new = (max(asked.topics // 10, 5), asked.new // 5) if asked.quick else (asked.topics, asked.new)
    rows: list[Row] = []

    def say(row: Row) -> None:
        rows.append(row)
        if not asked.json:
            print(f"| {row.name:62} | {row.value:10.4g} {row.unit:18} | {row.asked:13} |", flush=True)

    measure(topics, asked.days, new, say)
    if asked.json:
        print(json.dumps({row.name: row.value if math.isfinite(row.value) else None for row in rows}))


if __name__ == "__main__":
    main()
