"""A watch's matches counted: one series for the whole of it and one for each topic.

Whatever the order in which texts came, the outcome is that of their own times: what comes too late for the running
series, as an archive does, has them made anew from all matches that are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skills.monitor.episodes import Usefulness, tuned
from skills.monitor.following.calendar import holidays_of, offset_of
from skills.monitor.surges import SENSITIVITIES, Finding, Prior, Sensitivity, Series
from skills.monitor.watches.watch import WHOLE, Watch, zone_of

LATE_SECONDS = 3 * 3600
"""A text is counted where it belongs when it comes this late; series wait so long before they learn of an hour."""
_LATE_FEW = 5
_LATE_SHARE = 0.02
_PART = 0.2
_PART_LEAST = 5
"""A source that brings this share of a watch's texts, and so many, is waited for."""
_STEP = 300.0
"""Seconds after which a replay looks whether there is a surge."""
_NEWS_SECONDS = 86400.0
"""What surged longer ago is no news."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A match as it is counted, `weight` times; `at` in epoch seconds."""

    source: str
    at: float
    negative: bool
    weight: int
    topics: Sequence[str]


@dataclass(frozen=True, slots=True)
class Surge:
    """A surge of a topic. `until` is when it was over, None while it goes on."""

    topic: str
    raised: float
    until: float | None
    finding: Finding


def sensitivity_of(watch: Watch) -> Sensitivity:
    """Returns how readily a watch is told of: as it was set, and as people have judged its alerts since."""
    return tuned(SENSITIVITIES[watch.settings.sensitivity], Usefulness(watch.useful, watch.not_useful))


def open_series(watch: Watch, begun: float, prior: Prior | None = None) -> Series:
    """Returns a series of a watch that begins at a moment."""
    zone = zone_of(watch.settings)
    return Series(
        begun=begun,
        prior=prior,
        sensitivity=sensitivity_of(watch),
        late_hours=LATE_SECONDS // 3600,
        utc_offset=offset_of(zone, begun),
        is_holiday=holidays_of(zone.key),
    )


def reopen_series(watch: Watch, state: Mapping[str, object], prior: Prior | None = None) -> Series:
    """Returns the series that a state describes. Raises `ValueError` for that of another version."""
    zone = zone_of(watch.settings)
    begun = state["begun"]
    return Series.from_state(
        state,
        prior=prior,
        sensitivity=sensitivity_of(watch),
        late_hours=LATE_SECONDS // 3600,
        utc_offset=offset_of(zone, float(begun) if isinstance(begun, int | float) else 0.0),
        is_holiday=holidays_of(zone.key),
    )


def count(
    series: dict[str, Series], entries: Iterable[Entry], watch: Watch, begun: float, now: float
) -> dict[str, Finding]:
    """Counts entries up to `now`; a topic that is new gets a series, as if it had been empty.

    Returns the surges that are new and over already: a storm between two looks is told all the same. Blocking.
    """
    known = {topic: _surges(one) for topic, one in series.items()}
    for entry in entries:
        if entry.weight <= 0 or entry.at < begun:
            continue
        for topic in (WHOLE, *entry.topics):
            one = series.get(topic)
            if one is None:
                one = series[topic] = open_series(watch, begun)
            one.add(entry.at, entry.negative, now=now, count=entry.weight)
    brief: dict[str, Finding] = {}
    for topic, one in series.items():
        one.advance(now)
        last = one.last_finding()
        if one.alarm is not None or last is None or now - last.raised > _NEWS_SECONDS:
            continue
        begin, end = one.past_surges[-1]
        if not any(since <= end and begin <= until for since, until in known.get(topic, ())):
            brief[topic] = last
    return brief


def _surges(series: Series) -> list[tuple[float, float]]:
    """Returns the surges of a series, the open one too, each with begin and end."""
    finding = series.finding()
    return series.past_surges + ([(finding.since, series.now)] if finding is not None else [])


def came_too_late(series: Mapping[str, Series], entries: Sequence[Entry]) -> bool:
    """Returns whether so many entries are too old for the running series that these are better made anew."""
    whole = series.get(WHOLE)
    if whole is None:
        return False
    late = sum(entry.at < whole.now - LATE_SECONDS and entry.weight > 0 for entry in entries)
    return late >= max(_LATE_FEW, _LATE_SHARE * len(entries))


def begin_of(entries: Sequence[Entry], earliest: float, now: float) -> float:
    """Returns since when a watch's texts can be compared with each other, in epoch seconds; `earliest` at the least.

    That is since its sources were all there: one that joins brings more texts, which is no surge. A source that brings
    little is not waited for.
    """
    entries = sorted(
        (entry for entry in entries if entry.weight > 0 and earliest <= entry.at <= now), key=lambda entry: entry.at
    )
    if not entries:
        return now
    left = Counter(entry.source for entry in entries)
    seen: set[str] = set()
    begin = entries[0].at
    for number, entry in enumerate(entries):
        if entry.source not in seen:
            seen.add(entry.source)
            if left[entry.source] >= max(_PART_LEAST, _PART * (len(entries) - number)):
                begin = entry.at
        left[entry.source] -= 1
    return begin


def recount(
    watch: Watch, entries: Sequence[Entry], begun: float, now: float, prior: Prior | None = None
) -> dict[str, Series]:
    """Returns the series of all entries, as if each had come at its own time. Blocking.

    `prior` is what is usual in the team's other watches.
    """
    series: dict[str, Series] = {WHOLE: open_series(watch, begun, prior)}
    count(series, sorted(entries, key=lambda entry: entry.at), watch, begun, now)
    return series


def replay(watch: Watch, entries: Sequence[Entry], begun: float, now: float) -> list[Surge]:
    """Returns the surges that would have been told of, by time. Blocking.

    A surge of the whole watch stands for those of its topics at the time.
    """
    series: dict[str, Series] = {WHOLE: open_series(watch, begun)}
    open_: dict[str, tuple[float, Finding]] = {}
    surges: list[Surge] = []

    def look(at: float) -> None:
        for topic, one in series.items():
            one.advance(at)
            finding = one.finding()
            if finding is not None:
                open_[topic] = (open_[topic][0] if topic in open_ else at, finding)
            elif topic in open_:
                raised, last = open_.pop(topic)
                surges.append(Surge(topic, raised, at, last))

    ordered = sorted((entry for entry in entries if entry.weight > 0 and entry.at >= begun), key=lambda one: one.at)
    looked = begun
    for entry in ordered:
        if entry.at - looked >= _STEP:
            look(entry.at)
            looked = entry.at
        for topic in (WHOLE, *entry.topics):
            if topic not in series:
                series[topic] = open_series(watch, begun)
            series[topic].add(entry.at, entry.negative, count=entry.weight)
    look(now)
    surges += [Surge(topic, raised, None, finding) for topic, (raised, finding) in open_.items()]
    whole = [(one.raised, one.until or now) for one in surges if one.topic == WHOLE]
    told = [
        one
        for one in surges
        if one.topic == WHOLE or not any(begin <= (one.until or now) and one.raised <= end for begin, end in whole)
    ]
    return sorted(told, key=lambda one: one.raised)
