"""Feasts that people name as dates: the coming one from today on.

Those of the moon's calendar and those that move are looked up in the `holidays` package and `dateutil.easter`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

from skills.tasks.dates.parts import Context, Day, Option, Part, Strength, rule
from skills.tasks.dates.weekdays import nearest


def fixed(month: int, day: int) -> Callable[[int], date]:
    """Returns when a feast on a fixed day is, by year."""
    return lambda year: date(year, month, day)


def nth_weekday(month: int, weekday: int, nth: int) -> Callable[[int], date]:
    """Returns when the `nth` weekday (0 to 6) of a month is, by year."""
    return lambda year: nearest(date(year, month, 1), weekday) + timedelta(weeks=nth - 1)


def lunar(name: str) -> Callable[[int], date]:
    """Returns when a Chinese feast is, by year: the first day that the calendar of China names so."""
    return lambda year: _chinese_feasts(year)[name]


@lru_cache(maxsize=32)
def _chinese_feasts(year: int) -> dict[str, date]:
    from holidays import country_holidays

    found: dict[str, date] = {}
    for day, names in sorted(country_holidays("CN", years=year, language="en_US").items()):
        if day.year == year and "observed" not in names:
            for name in names.split("; "):
                found.setdefault(name, day)
    return found


def _memorial_day(year: int) -> date:
    return date(year, 5, 31) - timedelta(days=date(year, 5, 31).weekday())


WESTERN: dict[str, Callable[[int], date]] = {
    "christmas eve": fixed(12, 24),
    "xmas eve": fixed(12, 24),
    "christmas": fixed(12, 25),
    "christmas DAY": fixed(12, 25),
    "xmas": fixed(12, 25),
    "boxing DAY": fixed(12, 26),
    "new YEAR's eve": fixed(12, 31),
    "new YEAR eve": fixed(12, 31),
    "nye": fixed(12, 31),
    "new YEAR's DAY": fixed(1, 1),
    "new YEAR's": fixed(1, 1),
    "the new YEAR": fixed(1, 1),
    "new YEAR": fixed(1, 1),
    "valentine's DAY": fixed(2, 14),
    "valentines DAY": fixed(2, 14),
    "halloween": fixed(10, 31),
    "independence DAY": fixed(7, 4),
    "memorial DAY": _memorial_day,
    "labor DAY": nth_weekday(9, 0, 1),
    "labour DAY": fixed(5, 1),
    "thanksgiving DAY": nth_weekday(11, 3, 4),
    "thanksgiving": nth_weekday(11, 3, 4),
    "black W4": lambda year: nth_weekday(11, 3, 4)(year) + timedelta(days=1),
    "cyber W0": lambda year: nth_weekday(11, 3, 4)(year) + timedelta(days=4),
    "good W4": lambda year: easter(year) - timedelta(days=2),
    "easter W0": lambda year: easter(year) + timedelta(days=1),
    "easter W6": easter,
    "easter": easter,
}

CHINESE: dict[str, Callable[[int], date]] = {
    "元旦节": fixed(1, 1),
    "元旦": fixed(1, 1),
    "情人节": fixed(2, 14),
    "妇女节": fixed(3, 8),
    "三八节": fixed(3, 8),
    "清明节": lunar("Tomb-Sweeping Day"),
    "清明": lunar("Tomb-Sweeping Day"),
    "五一劳动节": fixed(5, 1),
    "劳动节": fixed(5, 1),
    "五一节": fixed(5, 1),
    "五一": fixed(5, 1),
    "五四青年节": fixed(5, 4),
    "青年节": fixed(5, 4),
    "六一儿童节": fixed(6, 1),
    "儿童节": fixed(6, 1),
    "六一": fixed(6, 1),
    "端午节": lunar("Dragon Boat Festival"),
    "端午": lunar("Dragon Boat Festival"),
    "六一八": fixed(6, 18),
    "618": fixed(6, 18),
    "七一": fixed(7, 1),
    "八一": fixed(8, 1),
    "教师节": fixed(9, 10),
    "中秋节": lunar("Mid-Autumn Festival"),
    "中秋": lunar("Mid-Autumn Festival"),
    "国庆节": fixed(10, 1),
    "国庆": fixed(10, 1),
    "十一": fixed(10, 1),
    "万圣节": fixed(10, 31),
    "双十一": fixed(11, 11),
    "双11": fixed(11, 11),
    "双十二": fixed(12, 12),
    "双12": fixed(12, 12),
    "平安夜": fixed(12, 24),
    "圣诞节": fixed(12, 25),
    "圣诞": fixed(12, 25),
    "跨年夜": fixed(12, 31),
    "除夕": lambda year: _spring_festival(year) - timedelta(days=1),
    "春节": lambda year: _spring_festival(year),
    "大年初一": lambda year: _spring_festival(year),
    "过年": lambda year: _spring_festival(year),
    "元宵节": lambda year: _spring_festival(year) + timedelta(days=14),
    "元宵": lambda year: _spring_festival(year) + timedelta(days=14),
}


def _spring_festival(year: int) -> date:
    return _chinese_feasts(year)["Chinese New Year (Spring Festival)"]


def coming_feast(when: Callable[[int], date], today: date) -> date:
    """Returns the first such feast from `today` on."""
    return next(day for year in range(today.year, today.year + 3) if (day := when(year)) >= today)


def _western(match: re.Match[str], context: Context) -> Part:
    day = coming_feast(WESTERN[match["feast"]], context.today)
    option = Option(day, "holiday")
    return Day(match.start(), match.end(), (option,), Strength.LIKELY, needs="bound")


_LONGEST_FIRST = sorted(WESTERN, key=len, reverse=True)

FEAST_RULES = (rule(rf"(?P<feast>{'|'.join(_LONGEST_FIRST)})(?![a-zA-Z])", _western),)
