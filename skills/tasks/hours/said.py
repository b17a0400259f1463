"""Working hours as people write them: "9-17", "Mon-Thu 9:00-17:30, Fri 9-13", "周一到周五 9点-18点"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from skills.tasks.hours.week import MINUTES, Spans, WorkingWeek

MAX_LENGTH: Final = 500

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIVE, _TWO, _SEVEN = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
_DAYS: Final = (
    {name[:length]: (day,) for day, name in enumerate(_NAMES) for length in (2, 3, 4, 5, len(name))}
    | {f"{name}s": (day,) for day, name in enumerate(_NAMES)}
    | {f"{before}{sign}": (day,) for before in ("周", "星期", "礼拜") for day, sign in enumerate("一二三四五六日")}
    | {f"{before}天": (6,) for before in ("周", "星期", "礼拜")}
    | {sign: (day,) for day, sign in enumerate("一二三四五六日")}
    | dict.fromkeys(("weekdays", "workdays", "工作日"), _FIVE)
    | dict.fromkeys(("weekend", "weekends", "周末"), _TWO)
    | dict.fromkeys(("daily", "每天"), _SEVEN)
)
_NAME = re.compile(r"([a-z]{2,9})\.?|((?:周|星期|礼拜)?[一二三四五六日]|(?:周|星期|礼拜)天|工作日|周末|每天)")
_TIME = r"(\d{1,2})(?:[:.点时h](\d{2})?分?(半)?)?\s{0,2}(am|pm)?"
_SPAN = re.compile(
    rf"(?P<part>上午|早上|下午|晚上)?{_TIME}\s{{0,3}}(?:-|to|until|到|至|~)\s{{0,3}}(?P<later>上午|下午|晚上)?{_TIME}"
)
_DASHES = str.maketrans("–—－～，、；。週禮點時", "---~,,,,周礼点时")
_FILLER = re.compile(r"[\s,;&+/和及与]|and\b|from\b|的|每")
_OFF = re.compile(r"off\b|closed\b|free\b|休息?")
_RANGE = re.compile(r"\s*(?:-|to\b|until\b|through\b|到|至|~)\s*")


def read_week(text: str) -> WorkingWeek:
    """Returns the working week that a text says. Hours without days are those of Monday to Friday.

    An end that is before its begin is in the afternoon ("9-5") or, after noon, on the next day ("22-6").

    Raises `ValueError` with the key of what is wrong: `hours_length`, `hours_none` (days without hours, or neither),
    `hours_words` (something isn't understood), `hours_time` (there is no such time) or `hours_overlap`.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("hours_length")
    minutes: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    said = False
    for days, begin, end in _said(unicodedata.normalize("NFKC", text).lower().translate(_DASHES)):
        said = True
        for day in days:
            minutes[day].append((begin, min(end, MINUTES)))
            if end > MINUTES:
                minutes[(day + 1) % 7].append((0, end - MINUTES))
    if not said:
        raise ValueError("hours_none")
    return WorkingWeek(days=tuple(_sorted(spans) for spans in minutes))


def _said(text: str) -> Iterator[tuple[list[int], int, int]]:
    """Yields days and the begin and end (minutes) of each span that is said for them."""
    days: list[int] = []
    position, listing = 0, False
    while position < len(text):
        if span := _SPAN.match(text, position):
            yield days or [0, 1, 2, 3, 4], *_edges(span)
            position, listing = span.end(), False
        elif off := _OFF.match(text, position):
            position, listing = off.end(), False
        elif named := _named(text, position):
            if not listing:
                days, listing = [], True
            found, position = named
            reach = _RANGE.match(text, position)
            if reach and len(found) == 1 and (last := _named(text, reach.end())):
                found, position = _reach(found[0], last[0][-1]), last[1]
            days += [day for day in found if day not in days]
        elif filler := _FILLER.match(text, position):
            position = filler.end()
        else:
            raise ValueError("hours_words")
    if listing:
        raise ValueError("hours_none")


def _named(text: str, position: int) -> tuple[tuple[int, ...], int] | None:
    """Returns the days that are named at a position, and where their name ends."""
    word = _NAME.match(text, position)
    found = word and _DAYS.get(word[1] or word[2])
    return (found, word.end()) if word and found else None


def _reach(first: int, last: int) -> tuple[int, ...]:
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def _edges(span: re.Match[str]) -> tuple[int, int]:
    """Returns begin and end in minutes; an end on the next day is beyond 1440."""
    part, hour, minute, half, mark, later, to_hour, to_minute, to_half, to_mark = span.groups()
    begin = _minute(hour, minute, half, part, mark)
    end = _minute(to_hour, to_minute, to_half, later, to_mark)
    if end > begin:
        return begin, end
    if end + MINUTES // 2 > begin and end <= MINUTES // 2 and not to_mark and not later:
        return begin, end + MINUTES // 2
    if end == begin:
        raise ValueError("hours_time")
    return begin, end + MINUTES


def _minute(hour: str, minute: str | None, half: str | None, part: str | None, mark: str | None) -> int:
    number = int(hour)
    if (part in ("下午", "晚上") or mark == "pm") and number < 12:
        number += 12
    elif mark == "am" and number == 12:
        number = 0
    at = number * 60 + int(minute or (30 if half else 0))
    if at > MINUTES or int(minute or 0) > 59:
        raise ValueError("hours_time")
    return at


def _sorted(spans: list[tuple[int, int]]) -> Spans:
    kept = sorted(span for span in spans if span[0] < span[1])
    if any(later[0] < before[1] for before, later in pairwise(kept)):
        raise ValueError("hours_overlap")
    return tuple(kept)
