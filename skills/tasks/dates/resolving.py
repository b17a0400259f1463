"""What joined parts mean: their readings, best first, in the asker's wall time.

A clock time that is past is tomorrow's, on a weekday that is today the next week's. "Friday midnight" is the end of
Friday first, its beginning second.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.tasks.dates.clock_times import PARTS, hours
from skills.tasks.dates.joining import Joined
from skills.tasks.dates.parts import LAST, Clock, Context, Day, Option, PartOfDay
from skills.tasks.dates.reading import Reading

_MOST = 3
_UNLIKELY_HALF = 0.2
"""Of the other half of the day, where an hour was said without am or pm."""

_PART_ENDS: dict[PartOfDay, time] = {
    "morning": time(12),
    "noon": time(14),
    "afternoon": time(18),
    "evening": LAST,
    "night": LAST,
}
"""When a part of the day that has begun is over."""

_BEFORE_DAWN = 5
"""An hour of the clock, up to which a night lasts."""

_DAY = timedelta(days=1)
_SOON = timedelta(hours=6)


def readings(joined: Joined, context: Context) -> tuple[Reading, ...]:
    """Returns what `joined` can mean, best first, no moment twice, at most three."""
    if joined.moment:
        return (Reading(joined.moment.at.replace(second=0, microsecond=0), False, "from_now", 1.0),)
    if joined.day and joined.clock:
        found = _day_and_clock(joined.day, joined.clock, context)
    elif joined.day:
        found = [_day(option, joined.day, context) for option in joined.day.options]
    else:
        assert joined.clock is not None  # noqa: S101 - a group has at least one part
        found = _clock(joined.clock, context)
    kept: dict[datetime, Reading] = {}
    for one in sorted(found, key=lambda one: -one.weight):
        kept.setdefault(one.at, one)
    return tuple(kept.values())[:_MOST]


def _day(option: Option, day: Day, context: Context) -> Reading:
    at = option.at
    if at is None and day.part:
        at = PARTS[day.part]
        if option.day == context.today and at <= context.now.time() < _PART_ENDS[day.part]:
            at = _PART_ENDS[day.part]
    return Reading(datetime.combine(option.day, at or time()), at is None, option.reason, option.weight)


def _day_and_clock(day: Day, clock: Clock, context: Context) -> list[Reading]:
    found = []
    times = clock.times
    if day.part and len(times) > 1:
        times = hours(times[0].hour % 12 or 12, times[0].minute, day.part) or times
    for option in day.options:
        if option is not day.options[0] and option.reason == "weekday_in_a_week":
            continue
        on = option.day
        if clock.after_day:
            after = _wall(on + _DAY, time(), clock.zone, context)
            found.append(Reading(after, False, "midnight_after", 0.6 * option.weight))
            if on > context.today and not day.part and not clock.part:
                before = _wall(on, time(), clock.zone, context)
                found.append(Reading(before, False, "midnight_before", 0.4 * option.weight))
            continue
        for place, at in enumerate(_future_first(on, times, context)):
            # "Tonight at 1" is after midnight.
            late = (day.part == "night" and at.hour < _BEFORE_DAWN) or (at == time() and on == context.today)
            moment = _wall(on + _DAY if late else on, at, clock.zone, context)
            if moment < context.now and day.weekly and on == context.today:
                moment += 7 * _DAY
            reason = clock.reason if clock.reason in ("end_of_day", "end_of_work") else option.reason
            found.append(Reading(moment, False, reason, option.weight * (_UNLIKELY_HALF if place else 1)))
    return found


def _future_first(on: date, times: tuple[time, ...], context: Context) -> tuple[time, ...]:
    """Returns the likeliest time first, unless it is past today and the other is not."""
    if len(times) == 2 and datetime.combine(on, times[0]) < context.now <= datetime.combine(on, times[1]):
        return times[1:]
    return times


def _clock(clock: Clock, context: Context) -> list[Reading]:
    today = context.today
    if clock.zone:
        today = context.now.replace(tzinfo=context.zone).astimezone(clock.zone).date()
    if clock.after_day:
        return [Reading(_wall(today + _DAY, time(), clock.zone, context), False, "midnight_after", 1.0)]
    found: list[Reading] = []
    for place, at in enumerate(clock.times):
        moment = _wall(today, at, clock.zone, context)
        soon = moment - context.now <= _SOON
        past = moment < context.now
        if past:
            moment = _wall(today + _DAY, at, clock.zone, context)
        weight = 1.0
        if place:
            # "by 9", asked in the evening: tomorrow's morning, or tonight.
            weight = 0.5 if not past and soon and found[0].reason == "clock_tomorrow" else _UNLIKELY_HALF
        found.append(Reading(moment, False, clock.reason or ("clock_tomorrow" if past else "clock_today"), weight))
    return found


def _wall(on: date, at: time, zone: ZoneInfo | None, context: Context) -> datetime:
    """Returns `on` and `at` of a named zone in the asker's wall time."""
    wall = datetime.combine(on, at)
    if zone is None:
        return wall
    return wall.replace(tzinfo=zone).astimezone(context.zone).replace(tzinfo=None)
