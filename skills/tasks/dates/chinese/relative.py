"""Times from now in Chinese: 三天内, 半小时后, 一个半月内, 再过十分钟, 下个工作日."""

from __future__ import annotations

import re
from datetime import datetime

from skills.tasks.dates.chinese.numbers import NUMBER, number
from skills.tasks.dates.chinese.words import INSIDE
from skills.tasks.dates.parts import Context, Day, Moment, Option, Part, Strength, rule
from skills.tasks.dates.periods import add_workdays
from skills.tasks.dates.relative import later

_UNITS = {"分": "MINUTE", "刻": "MINUTE", "小": "HOUR", "钟": "HOUR", "天": "DAY", "日": "DAY", "工": "WORKDAY"}
_UNITS |= {"周": "WEEK", "星": "WEEK", "礼": "WEEK", "月": "MONTH", "季": "QUARTER", "年": "YEAR"}


def _from_now(match: re.Match[str], context: Context) -> Part | None:
    words, unit = match["count"], match["unit"].removeprefix("个")
    amount = 0.5 if words == "半" else 3.0 if words == "几" else number(words)
    if match["half"] or match["after"]:
        amount += 0.5
    if unit[0] == "刻":
        amount *= 15
    return _part(match, later(context.now, amount, _UNITS[unit[0]]))


def _mixed(match: re.Match[str], context: Context) -> Part:
    return _part(match, later(context.now, float(match["count"]), match["unit"]))


def _part(match: re.Match[str], found: datetime | Option) -> Part:
    if isinstance(found, Option):
        return Day(match.start(), match.end(), (found,), Strength.CERTAIN)
    return Moment(match.start(), match.end(), found)


def _next_workday(match: re.Match[str], context: Context) -> Part:
    option = Option(add_workdays(context.today, 1), "workdays_from_now")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


_DURATION = (
    rf"(?P<count>{NUMBER}|半|(?<!十)几)(?P<half>个半)?"
    r"(?P<unit>个?(?:工作日|小时|钟头|月|星期|礼拜|季度|工作天)|分钟|分|天|日|周|年|刻钟)(?P<after>半)?"
)


MIXED_RULES = (rule(rf"(?P<count>\d{{1,3}}) ?(?P<unit>h|HOUR|MINUTE|d|DAY)(?:{INSIDE}|[之以]?后)", _mixed),)
"""72h内: their unit is in Latin letters."""

CHINESE_RELATIVE_RULES = (
    rule(rf"(?:再?过)?{_DURATION}(?:[之以]?后(?!的)|过后|{INSIDE})", _from_now),
    rule(rf"再?过{_DURATION}", _from_now),
    rule(r"下一?个工作[日天]", _next_workday),
)
