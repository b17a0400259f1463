"""Joins the parts that belong together: a day and its clock time, the two ends of a range, a distance and its day.

Of a range the end counts: "between Mon and Wed" is Wednesday, the one after that Monday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from skills.tasks.dates.chinese.numbers import NUMBER, number
from skills.tasks.dates.clock_times import hours
from skills.tasks.dates.parts import Clock, Day, Moment, Nothing, Option, Part, PartOfDay, Shift, Strength, Unit
from skills.tasks.dates.relative import shifted
from skills.tasks.dates.weekdays import WEEK_DAYS

_DAY_THEN_CLOCK = re.compile(
    r"[ ,(]*(?:(?:at|by|before|around|about|until|for|on|in|of|@|t|-|的|在|于|a|from)(?: the)?)?[ ]*"
)
_CLOCK_THEN_DAY = re.compile(r"[ ,(]*(?:(?:on|of|the|this|for|at|in|-|am|,) ?){0,2}")
_CLOCK_THEN_PART = re.compile(r" ?(?:in|of|at)?(?: the)? ?")
_RANGE = re.compile(r" ?(?:-|~|to|until|bis|till|到|至|—) ?(?:the )?(?:on )?")
_BETWEEN = re.compile(r",? ?(?:and|or|-|和|与) (?:the )?|[和与]")
_SAME = re.compile(r" ?[,(/]? ?(?:i\.e\. )?(?:the )?")
_CHINESE_SHIFT = re.compile(
    rf"之?(?P<way>[前后])的?(?P<count>{NUMBER})个?(?P<unit>工作日|天|日|周|星期|礼拜|月)(?![内前后之以])"
)
_SHIFTED = re.compile(r" (?:the )?")


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that say one time, from sign `start` to `end`. `ranged`: they are the two ends of a range."""

    start: int
    end: int
    day: Day | None = None
    clock: Clock | None = None
    moment: Moment | None = None
    ranged: bool = False


def join(parts: list[Part], signs: str) -> list[Joined]:
    """Returns the times that `parts` of a canonical text say, in order."""
    found: list[Joined] = []
    place = 0
    while place < len(parts):
        part = parts[place]
        place += 1
        if isinstance(part, Shift):
            if place < len(parts) and (day := _shifted(part, parts[place], signs)):
                part = day
                place += 1
            else:
                continue
        if isinstance(part, Nothing):
            continue
        if isinstance(part, Moment):
            found.append(Joined(part.start, part.end, moment=part))
            continue
        group = Joined(
            part.start, part.end, part if isinstance(part, Day) else None, part if isinstance(part, Clock) else None
        )
        while place < len(parts):
            longer = _with(group, parts[place], signs)
            if longer is None:
                break
            group = longer
            place += 1
        found.append(_moved(group, signs))
    return found


def _moved(group: Joined, signs: str) -> Joined:
    """Returns 国庆前一天 as the day before 国庆."""
    moved = _CHINESE_SHIFT.match(signs, group.end) if group.day and not group.clock else None
    if not group.day or not moved:
        return group
    unit: Unit = {"天": "day", "日": "day", "工": "workday", "月": "month"}.get(moved["unit"][0], "week")  # type: ignore[assignment]
    count = int(number(moved["count"])) * (-1 if moved["way"] == "前" else 1)
    shift = Shift(group.start, moved.end(), count, unit)
    options = tuple(Option(shifted(one.day, shift), "from_day", one.weight) for one in group.day.options)
    return replace(group, end=moved.end(), day=Day(group.start, moved.end(), options, Strength.CERTAIN))


def _shifted(shift: Shift, part: Part, signs: str) -> Day | None:
    if not isinstance(part, Day) or not _SHIFTED.fullmatch(signs, shift.end, part.start):
        return None
    # "A week from Thursday" said on a Thursday is not a week from today, which would be said so.
    ordered = part.options if part.strength is Strength.CERTAIN else part.options[::-1]
    options = tuple(
        Option(shifted(one.day, shift), "from_day", 1 / place) for place, one in enumerate(ordered, start=1)
    )
    return Day(shift.start, part.end, options, Strength.CERTAIN)


def _with(group: Joined, part: Part, signs: str) -> Joined | None:
    """Returns `group` with the next part, or None where they don't belong together."""
    if isinstance(part, Clock):
        return _with_clock(group, part, signs)
    if isinstance(part, Day):
        return _with_day(group, part, signs)
    return None


def _glued(pattern: re.Pattern[str], group: Joined, part: Part, signs: str) -> bool:
    return part.start - group.end < 20 and bool(pattern.fullmatch(signs, group.end, part.start))


def _closed(signs: str, end: int, part: Part) -> int:
    """Returns where `part` ends, with the bracket that closes after it when one opens between `end` and it."""
    closes = "(" in signs[end : part.start] and signs.startswith(")", part.end)
    return part.end + closes


def _with_clock(group: Joined, clock: Clock, signs: str) -> Joined | None:
    grown = replace(group, end=_closed(signs, group.end, clock))
    if group.clock is None:
        return replace(grown, clock=clock) if _glued(_DAY_THEN_CLOCK, group, clock, signs) else None
    if clock.part and not clock.after_day and not group.clock.part and _glued(_CLOCK_THEN_PART, group, clock, signs):
        return replace(grown, clock=_in_part(group.clock, clock.part))
    if (
        group.clock.part
        and not group.clock.after_day
        and not clock.part
        and _glued(_DAY_THEN_CLOCK, group, clock, signs)
    ):
        return replace(grown, clock=_in_part(clock, group.clock.part))
    if _glued(_RANGE, group, clock, signs):
        return replace(grown, clock=clock, ranged=True)
    return None


def _in_part(clock: Clock, part: PartOfDay) -> Clock:
    """Returns `clock` as it is meant in a part of the day: "8 in the evening" is 20:00."""
    likeliest = clock.times[0]
    times = hours(likeliest.hour % 12 or 12, likeliest.minute, part) if len(clock.times) > 1 else clock.times
    return replace(clock, times=times or clock.times, strength=Strength.CERTAIN)


def _with_day(group: Joined, day: Day, signs: str) -> Joined | None:
    grown = replace(group, end=_closed(signs, group.end, day))
    if group.day is None:
        if group.clock is None or not _glued(_CLOCK_THEN_DAY, group, day, signs):
            return None
        return replace(grown, day=day)
    between = signs[max(0, group.start - 12) : group.start].rstrip().endswith(("between", "between the"))
    if _glued(_RANGE, group, day, signs) or (between and _glued(_BETWEEN, group, day, signs)):
        return replace(grown, day=_not_before(day, group.day), ranged=True)
    if _glued(_SAME, group, day, signs) and _agree(group.day, day):
        clearer = day if group.day.weekly or day.strength > group.day.strength else group.day
        return replace(grown, day=replace(clearer, part=group.day.part or day.part))
    return None


def _agree(one: Day, other: Day) -> bool:
    if (one.weekly or other.weekly) and one.options[0].day.weekday() == other.options[0].day.weekday():
        return True
    return one.options[0].day in {option.day for option in other.options}


def _not_before(day: Day, first: Day) -> Day:
    """Returns the end of a range: a weekday of it is the one after the range's beginning."""
    begins = first.options[0].day
    if day.options[0].day >= begins or not day.weekly:
        return replace(day, strength=Strength.CERTAIN, weekly=False)
    options = (Option(day.options[0].day + WEEK_DAYS, day.options[0].reason),)
    return replace(day, options=options, strength=Strength.CERTAIN, weekly=False)
