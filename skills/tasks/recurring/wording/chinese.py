"""Recurrences said in Chinese: 每周五, 每个工作日, 每月最后一个工作日, 每两周的周一, 每隔一天, 完成后每3天."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from skills.tasks.recurring.parts import WORKDAYS, Parts
from skills.tasks.recurring.rule import By
from skills.tasks.recurring.wording.numerals import NUMERAL, value
from skills.tasks.recurring.wording.positions import within
from skills.tasks.recurring.wording.saying import Doubt, Saying, reason_of

_WEEK = r"(?:周|星期|礼拜)"
_NAME = "[一二三四五六日天]"
_UNITS: Final = {
    "天": Parts("DAILY"), "日": Parts("DAILY"), "周": Parts("WEEKLY"), "星期": Parts("WEEKLY"), "礼拜": Parts("WEEKLY"),
    "双周": Parts("WEEKLY", 2), "月": Parts("MONTHLY"), "季度": Parts("MONTHLY", 3), "季": Parts("MONTHLY", 3),
    "半年": Parts("MONTHLY", 6), "年": Parts("YEARLY"),
}  # fmt: skip

_SIGN = re.compile(
    r"每(?!次)|[逢隔](?=[周星礼天日月年])|(?<![今明昨后前几一两三这那当每])天天|周[一二三四五六](?=[到至-]周?[二三四五六日天]每天)|(?:工作日|周末)(?=每天)"
)
_DONE = re.compile(r"(?:每次)?(?:完成|做完|办完|弄完|结束)(?:之后|以后|后|过)$")
_AFTER_DONE = re.compile(
    rf"每次(?:完成|做完|办完|弄完|结束)(?:之后|以后|后)(?:再?过|隔)?(?P<n>{NUMERAL})个?(?P<unit>天|日|周|星期|礼拜|月|年)"
)
_NTH = rf"第(?P<nth>{NUMERAL})|(?P<last>最后)一|倒数第(?P<back>{NUMERAL})"
_POSITION = re.compile(
    rf"的?(?:(?:{_NTH})个?(?:(?P<workday>工作日)|{_WEEK}(?P<weekday>{_NAME})|(?P<day>天|日))"
    r"|(?P<month>月)?(?P<edge>底|末|初|中旬?)"
    rf"|(?P<days>{NUMERAL}[号日]?(?:[、,和跟与及]{NUMERAL}[号日]?){{0,30}})(?<=[号日]))"
)
_OF_YEAR = re.compile(rf"的?(?P<month>{NUMERAL})月(?:份)?(?:的?(?P<day>{NUMERAL})[号日])?")
_YEAR_EDGE = re.compile(r"的?年?(?P<edge>底|末|初)")
_WEEKDAY = re.compile(rf"的?{_WEEK}?(?P<first>{_NAME})")
_MORE_WEEKDAYS = re.compile(
    rf"(?:\s?(?P<by>[、,和跟与及/到至-])\s?每?{_WEEK}?|(?P<bare>))(?P<day>{_NAME})(?![个次点月号时分十人位名方份件条台])"
)
_EVERY = re.compile(
    rf"(?:每|(?P<on>逢))(?:[逢到])?(?P<gap>隔)?(?P<n>{NUMERAL})?个?"
    r"(?:(?P<workday>工作日)|(?P<weekend>周末)|(?P<part>早|晚)(?!年|期|婚)"
    r"|(?P<unit>双周|半年|天|日|周|星期|礼拜|月|季度|季|年))"
)
_GAP = re.compile(r"(?P<gap>隔)(?P<unit>天|日|周|星期|礼拜|月|年)(?![就才又到送])")
_RANGE = re.compile(rf"周(?P<first>{_NAME})[到至-]周?(?P<last>{_NAME})每天")
_OBJECT_OF = re.compile(
    r"(?:检查|更新|设计|重写|评审|审核|修复|整理|准备|编写|撰写|修改|翻译|制作|完善|优化|统计|汇总|测试|发布|导出|归档|写|看|读)$"
)
"""Verbs whose object follows at once: 更新每月8号的设计稿, 检查每周海报. How often is said before a verb."""
_GOES_ON = re.compile(r"[\s,.;:!?)）\]#@\d]|[上下中]午|[早晚]|凌晨|一次|$")
_GROUP = re.compile(r"(工作日|周末)每天")
_BY_THEN = re.compile(r"(?:之前|以前|前(?![端台后期任往沿线言面]))")
_ONCE = re.compile(r"一次")
_COUNTED = re.compile(r"(\d{1,3}|[一二两三四五六七八九]|[一二三]?十[一二三四五六七八九]?)(?=[次个篇本部场期份条件遍])")
_NO_UNIT = {
    "日": "报历常志程期", "天": "气堂津地空", "周": "刊报年边转围期岁", "月": "刊饼球经薪嫂历",
    "年": "度级轻假龄会终奖货", "工作日": "历志报", "季": "节",
}  # fmt: skip
"""What would make another word of a unit: 周年, 月饼, 工作日志."""
_DESCRIBES = re.compile(
    r"(?:站会|例会|晨会|早会|周会|报告|报表|简报|账单|新闻|精选|榜|数据|清单|之星|任务|食谱|电影|资讯|指标|收支"
    r"|一[题句练歌词图问星]|(?:总结|计划|安排)(?=模板|文档|表|$|[\s,.;!?。]))"
    r"|的(?!\d|[上下中]午|[早晚]|凌晨)|都[^。,;!?\s]{1,12}的|\d{1,6}(?:元|块|美元|[号日])"
)
"""A noun right after it, which it describes, or a clause that it is part of: 每日站会纪要, 每天都失败的测试."""


def find_chinese(text: str) -> Saying | None:
    """Returns the first recurrence that is said in Chinese, in a folded text."""
    for sign in _SIGN.finditer(text):
        if found := _at(text, sign.start()):
            return found
    for again in _AFTER_DONE.finditer(text):
        unit = _UNITS[again["unit"]]
        parts = replace(unit, interval=value(again["n"]))
        return Saying(again.start(), again.end(), parts, "unit", "completion")
    return None


def _at(text: str, at: int) -> Saying | None:
    if text[at] in "周工":
        return _each_day(text, at)
    if text[at] == "天":
        return (
            None
            if text.startswith(("向上", "快", "见", "特", "动听", "涨"), at + 2)
            else _said(text, at, at + 2, _UNITS["天"])
        )
    every = _GAP.match(text, at) or _EVERY.match(text, at)
    if every is None:
        return None
    given = every.groupdict()
    after = every.end()
    name = given["unit"] or ("工作日" if given.get("workday") else "")
    if given.get("part"):  # It says a time as well, which others read.
        return _said(text, at, every.start("part"), Parts("DAILY"))
    if given.get("weekend"):
        return _said(text, at, after, _weekly((5, 6)))
    if given.get("workday"):
        described = _described(text, after, name) or given["n"] not in (None, "一")
        return None if described else _said(text, at, after, _weekly(tuple(range(5))))
    unit, doubt = _interval(_UNITS[name], given)
    return _of_unit(text, at, after, name, unit, doubt, given.get("on") is not None)


def _each_day(text: str, at: int) -> Saying | None:
    """Reads 周一至周五每天 and 工作日每天."""
    if ranged := _RANGE.match(text, at):
        return _said(text, at, ranged.end(), _weekly(_reach(ranged["first"], ranged["last"])))
    if group := _GROUP.match(text, at):
        return _said(text, at, group.end(), _weekly(tuple(range(5)) if group[1] == "工作日" else (5, 6)))
    return None


def _interval(unit: Parts, given: dict[str, str | None]) -> tuple[Parts, Doubt | None]:
    """Returns the unit as often as it is said: 隔天 and 每隔一天 leave one out, 每隔三个月 is mostly every third."""
    n = value(given.get("n") or "一")
    if given["gap"] and n == 1:
        return replace(unit, interval=2 * unit.interval), None
    return replace(unit, interval=unit.interval * n), "gap" if given["gap"] else None


def _of_unit(text: str, at: int, after: int, name: str, unit: Parts, doubt: Doubt | None, on: bool) -> Saying | None:
    if unit.frequency == "WEEKLY" and (listed := _weekdays(text, after)):
        return _said(text, at, listed[1], replace(_weekly(listed[0]), interval=unit.interval), doubt)
    if unit.frequency == "WEEKLY" and (counted := _COUNTED.match(text, after)) and value(counted[1]) > 1:
        return None  # 每周三次: on which days isn't said.
    if on:
        return None
    if unit.frequency == "YEARLY" and (dated := _of_year(text, after)):
        return _said(text, at, dated[1], replace(dated[0], interval=unit.interval), doubt)
    if unit.frequency == "MONTHLY" and (named := _position(text, after)):
        return _said(text, at, named[1], within(unit, named[0], quarters=name in ("季", "季度")), doubt)
    if _described(text, after, name):
        return None
    if once := _ONCE.match(text, after):
        after = once.end()
    elif (counted := _COUNTED.match(text, after)) and text[counted.end()] == "次":
        return None
    return _said(text, at, after, unit, doubt)


def _weekdays(text: str, at: int) -> tuple[tuple[int, ...], int] | None:
    """Returns the weekdays that follow 每周: 一、三、五, 二和周四, 一到周五."""
    first = _WEEKDAY.match(text, at)
    if first is None or _COUNTED.match(text, first.start("first")) or _one_thing(text, first.start("first")):
        return None
    days, at = {_day(first["first"])}, first.end()
    while more := _MORE_WEEKDAYS.match(text, at):
        if more["bare"] is not None and _day(more["day"]) <= _day(text[at - 1]):
            break  # 每周三一起: only ascending signs are more days (每周一三五).
        ranged = (more["by"] or "、") in "到至-"
        days |= set(_reach(text[at - 1], more["day"])) if ranged else {_day(more["day"])}
        at = more.end()
    return tuple(sorted(days)), at


def _one_thing(text: str, at: int) -> bool:
    return text[at] == "一" and text[at + 1 : at + 2] in tuple("题句练歌词图问星")


def _of_year(text: str, at: int) -> tuple[Parts, int] | None:
    if edge := _YEAR_EDGE.match(text, at):
        month, day = (1, 1) if edge["edge"] == "初" else (12, 31)
        return Parts("YEARLY", months=(month,), month_days=(day,)), edge.end()
    dated = _OF_YEAR.match(text, at)
    if dated is None or not 1 <= value(dated["month"]) <= 12:
        return None
    months = (value(dated["month"]),)
    if dated["day"]:
        day = value(dated["day"])
        return (Parts("YEARLY", months=months, month_days=(day,)), dated.end()) if 1 <= day <= 31 else None
    if named := _position(text, dated.end()):
        return replace(named[0], frequency="YEARLY", months=months), named[1]
    return Parts("YEARLY", months=months, month_days=(1,)), dated.end()


def _position(text: str, at: int) -> tuple[Parts, int] | None:
    """Returns which days of a month are said, as the parts of a monthly rule."""
    found = _POSITION.match(text, at)
    if found is None:
        return None
    if edge := found["edge"]:
        day = {"初": 1, "中": 15}.get(edge[0], -1)
        return Parts("MONTHLY", month_days=(day,)), found.end()
    if found["days"]:
        days = tuple(sorted({value(one) for one in re.findall(NUMERAL, found["days"])}))
        return (Parts("MONTHLY", month_days=days), found.end()) if days[0] >= 1 and days[-1] <= 31 else None
    nth = -1 if found["last"] else -value(found["back"]) if found["back"] else value(found["nth"])
    if not 1 <= abs(nth) <= (5 if found["weekday"] else 31):
        return None
    if found["workday"]:
        return Parts("MONTHLY", weekdays=WORKDAYS, position=nth), found.end()
    if found["weekday"]:
        return Parts("MONTHLY", weekdays=((nth, _day(found["weekday"])),)), found.end()
    return Parts("MONTHLY", month_days=(nth,)), found.end()


def _described(text: str, at: int, unit: str) -> bool:
    """Returns whether the unit is part of another word, or describes what follows it."""
    following = text[at : at + 1]
    return (following != "" and following in _NO_UNIT.get(unit, "")) or _DESCRIBES.match(text, at) is not None


def _said(text: str, start: int, end: int, parts: Parts, doubt: Doubt | None = None) -> Saying | None:
    if text[start - 1 : start] in tuple("《「“") or _is_object(text, start, end, parts):
        return None
    by: By = "schedule"
    if done := _DONE.search(text, max(0, start - 8), start):
        by, start = "completion", done.start()
    elif text[start - 1 : start] in ("在", "于") and start > 0:
        start -= 1
    if before := _BY_THEN.match(text, end):
        end = before.end() if parts.fixed else end
    return Saying(start, end, parts, reason_of(parts), by, doubt)


def _is_object(text: str, start: int, end: int, parts: Parts) -> bool:
    """Returns whether the words belong to what a verb before them is done to, not to how often it is done."""
    if _GOES_ON.match(text, end) or (parts.fixed and text[end] != "的"):
        return False
    return _OBJECT_OF.search(text, max(0, start - 2), start) is not None


def _weekly(days: tuple[int, ...]) -> Parts:
    return Parts("WEEKLY", weekdays=tuple((0, day) for day in days))


def _reach(first: str, last: str) -> tuple[int, ...]:
    begin, end = _day(first), _day(last)
    return tuple(sorted((begin + step) % 7 for step in range((end - begin) % 7 + 1)))


def _day(sign: str) -> int:
    return "一二三四五六日".index("日" if sign == "天" else sign)
