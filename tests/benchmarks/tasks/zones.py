"""Checks every IANA zone, over ten years and nine kinds of rule, against calendar arithmetic of its own.

    python tests/benchmarks/tasks/zones.py [--from 2026] [--years 10] [--processes 2]

A fault is a firing too many, too few or out of order, one whose wall time isn't the rule's though the zone had it that
day, one of a skipped time that isn't the first valid moment, or a step of `next_after` that isn't the next of
`occurrences`. Prints each, and their number. 2007 holds days that whole zones skipped (Apia, Fakaofo).
"""

from __future__ import annotations

import argparse
import calendar
import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain, pairwise
from zoneinfo import ZoneInfo, available_timezones

from skills.tasks.recurring.occurrences import next_after, occurrences
from skills.tasks.recurring.rule import Rule

DAY = 86_400.0


def daily(day: date, anchor: date) -> bool:
    return True


def every_other_sunday(day: date, anchor: date) -> bool:
    first = anchor + timedelta(days=6 - anchor.weekday())
    return day.weekday() == 6 and (day - first).days % 14 == 0


def weekdays(day: date, anchor: date) -> bool:
    return day.weekday() < 5


def on_31st_or_last(day: date, anchor: date) -> bool:
    return day.day == _last(day)


def on_30th_or_last(day: date, anchor: date) -> bool:
    return day.day == min(30, _last(day))


def on_31st(day: date, anchor: date) -> bool:
    return day.day == 31


def last_workday(day: date, anchor: date) -> bool:
    rest = (day + timedelta(days=step) for step in range(1, _last(day) - day.day + 1))
    return day.weekday() < 5 and all(later.weekday() >= 5 for later in rest)


def last_sunday(day: date, anchor: date) -> bool:
    return day.weekday() == 6 and day.day > _last(day) - 7


def leap_day_or_28th(day: date, anchor: date) -> bool:
    return day.month == 2 and day.day == _last(day)


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


Kind = tuple[str, time | None, str, Callable[[date, date], bool]]
KINDS: dict[str, Kind] = {
    "every day": ("FREQ=DAILY", time(2, 30), "last_day", daily),
    "every other Sunday": ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", time(2), "last_day", every_other_sunday),
    "every weekday, all day": ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", None, "last_day", weekdays),
    "the 31st or the last day": ("FREQ=MONTHLY;BYMONTHDAY=31", time(0, 15), "last_day", on_31st_or_last),
    "the 30th or the last day": ("FREQ=MONTHLY;BYMONTHDAY=30", time(23, 45), "last_day", on_30th_or_last),
    "the 31st only": ("FREQ=MONTHLY;BYMONTHDAY=31", time(23, 59), "skip", on_31st),
    "the last workday": ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", time(1), "last_day", last_workday),
    "the last Sunday": ("FREQ=MONTHLY;BYDAY=-1SU", time(2, 1), "last_day", last_sunday),
    "29 February or the 28th": ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", time(0, 30), "last_day", leap_day_or_28th),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="first", type=int, default=2026)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    begun = clock.perf_counter()
    zones = sorted(available_timezones())
    check = partial(faults_of, first=date(arguments.first, 1, 1), years=arguments.years)
    with ProcessPoolExecutor(arguments.processes) as pool:
        results = list(pool.map(check, zones, chunksize=4))
    found = list(chain.from_iterable(faults for faults, _ in results))
    for fault in found[:50]:
        print(fault)
    firings = sum(number for _, number in results)
    print(
        f"{len(zones)} zones x {arguments.years} years from {arguments.first} x {len(KINDS)} kinds of rule: "
        f"{firings} firings, {len(found)} faults, {clock.perf_counter() - begun:.0f} s"
    )


def faults_of(zone: str, first: date, years: int) -> tuple[list[str], int]:
    """Returns the faults of a zone, and how many firings it has."""
    start = datetime(first.year, 1, 1, tzinfo=ZoneInfo(zone)).timestamp()
    end = datetime(first.year + years, 1, 1, tzinfo=ZoneInfo(zone)).timestamp()
    faults, number = [], 0
    for name in KINDS:
        seen, more = faults_between(zone, name, first, start, end)
        number += seen
        faults += more
    return faults, number


def faults_between(zone: str, kind: str, anchor: date, start: float, end: float) -> tuple[int, list[str]]:
    """Returns how often a kind of rule fires in a zone between two moments (epoch seconds), and its faults."""
    rrule, at, month_end, matches = KINDS[kind]
    rule = Rule.model_validate(
        {"rrule": rrule, "zone": zone, "anchor": anchor, "at": at, "month_end": month_end, "until": date(2100, 1, 1)}
    )
    away = ZoneInfo(zone)
    fired = list(occurrences(rule, start, end))
    faults = [f"{zone}: {kind}: {one} is not before {later}" for one, later in pairwise(fired) if one >= later]
    wanted: list[float] = []
    for day in _days(start, end):
        if day < anchor or not matches(day, anchor):
            continue
        moment = first_moment(day, at or time(), away)
        if start <= moment < end and wanted[-1:] != [moment]:
            wanted.append(moment)
    if fired != wanted:
        faults.append(f"{zone}: {kind}: {sorted(set(fired) ^ set(wanted))[:4]} fired and wanted differ")
    steps, now = [], start - 1
    while (one := next_after(rule, now)) is not None and one < end:
        steps.append(one)
        now = one
    if steps != fired:
        faults.append(f"{zone}: {kind}: {sorted(set(fired) ^ set(steps))[:4]} is where next_after steps otherwise")
    return len(fired), faults


def first_moment(day: date, at: time, zone: ZoneInfo) -> float:
    """Returns when a zone's clock first shows a time on a day or, where it never does, first shows a later one."""
    wall = datetime.combine(day, at)
    near = wall.replace(tzinfo=UTC).timestamp()
    offsets = {_offset(near + hours * 3_600, zone) for hours in range(-50, 51, 2)}
    shown = [near - offset for offset in offsets if _wall(near - offset, zone) == wall]
    if shown:
        return min(shown)
    return next(second for second in _changes(near - 50 * 3_600, near + 50 * 3_600, zone) if _wall(second, zone) > wall)


def transitions(zone: str, start: float, end: float) -> tuple[tuple[float, float], ...]:
    """Returns when a zone's distance from UTC changes between two moments, and to what: seconds.

    Two changes within five days would be missed.
    """
    away = ZoneInfo(zone)
    return tuple((at, _offset(at, away)) for at in _changes(start, end, away, 5 * DAY))


def _changes(start: float, end: float, zone: ZoneInfo, step: float = DAY / 2) -> Iterator[float]:
    low, at = start, _offset(start, zone)
    while low < end:
        high = low + step
        if _offset(high, zone) != at:
            before, after = int(low), int(high)
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (middle, after) if _offset(middle, zone) == at else (before, middle)
            yield float(after)
            at = _offset(high, zone)
        low = high


def _days(start: float, end: float) -> Iterator[date]:
    day = datetime.fromtimestamp(start, UTC).date() - timedelta(days=2)
    last = datetime.fromtimestamp(end, UTC).date() + timedelta(days=2)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _wall(at: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None)


def _offset(at: float, zone: ZoneInfo) -> float:
    return (datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset() or timedelta()).total_seconds()


if __name__ == "__main__":
    main()
