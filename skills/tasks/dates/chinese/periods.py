"""Weeks, months, quarters and years in Chinese: 月底, 下周, 本季度末, 周末前, 上半年, Q1末.

月底 and 年底 are last seconds, as are 本周, 本周内, 年内; 下周 and 下个月 are their first days, 月中 is the 15th, 月初
the first day of the next month, 上旬, 中旬 and 下旬 the 1st, 15th and last day. 周末 is the Saturday, 周末前 the
Friday. 年前 is before the Spring Festival. A month alone may be its first day or its end, a quarter alone is its end.
"""

from __future__ import annotations

import re
from datetime import timedelta

from skills.tasks.dates.chinese.numbers import NUMBER, number, year_number
from skills.tasks.dates.chinese.words import DEEDS, INSIDE, PAST_OR_SHIFT, PERIOD, SHIFT, WEEK, WEEKDAYS, YEARS
from skills.tasks.dates.ends import before_weekend, edge_of, end_of, weekend
from skills.tasks.dates.feasts import CHINESE, coming_feast
from skills.tasks.dates.parts import LAST, Context, Day, Nothing, Option, Part, Strength, rule
from skills.tasks.dates.periods import (
    BY_KIND,
    END,
    Period,
    month,
    named_half,
    named_month,
    named_quarter,
    quarter,
    week,
    year,
)
from skills.tasks.dates.weekdays import nth

_EDGES = {"": "end", "初": "start", "上旬": "start", "中": "middle", "中旬": "middle", "下旬": "late"}
_EDGES |= dict.fromkeys(("底", "末", "尾", "内", "之内", "以内", "结束", "结束前"), "end")


def _period(match: re.Match[str], context: Context) -> Period | None:
    """Returns the period that the groups `shift` and `unit`, `month`, `quarter` or `half` name."""
    today = context.today
    if match["month"]:
        number_ = int(number(match["month"]))
        if not 1 <= number_ <= 12:
            return None
        return named_month(number_, _named_year(match, context), today)
    if match["quarter"]:
        return named_quarter(int(number(match["quarter"])), _named_year(match, context), today)
    if match["half"]:
        return named_half(1 if match["half"] == "上" else 2, _named_year(match, context), today)
    if match["which"]:
        return year(today, YEARS[match["which"][0]])
    ahead = (match["shift"] or "").count("下")
    unit = match["unit"]
    if "季" in unit:
        return quarter(today, ahead)
    if "月" in unit:
        return month(today, ahead)
    return year(today, ahead) if "年" in unit else week(today, ahead)


def _named_year(match: re.Match[str], context: Context) -> int | None:
    if match["year"]:
        return year_number(match["year"])
    if match["named"]:
        return context.today.year + YEARS[match["named"][0]]
    return None


def _edge(match: re.Match[str], context: Context) -> Part | None:
    within = _period(match, context)
    if within is None:
        return None
    today = context.today
    edge = _EDGES[match["edge"]]
    if within.kind == "week" and match["edge"] == "末":
        return None
    options = edge_of(edge, within, today)
    bare = not (match["shift"] or match["named"] or match["which"])
    if bare and edge in ("start", "middle") and (options[0].day < today or (within.first < today and edge == "start")):
        options = edge_of(edge, BY_KIND[within.kind](within.last + timedelta(days=1)), today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN)


def _whole(match: re.Match[str], context: Context) -> Part | None:
    """Reads 下周, 下个月, 明年 as their first day, and 本周, 这个月 as their end."""
    today, shift = context.today, match["shift"]
    if "上" in shift:
        return Nothing(match.start(), match.end())
    kind = {"周": "week", "星": "week", "礼": "week", "月": "month", "季": "quarter", "年": "year"}[match["unit"][0]]
    within = BY_KIND[kind](today, shift.count("下"))
    if "下" in shift:
        return Day(match.start(), match.end(), (Option(within.first, "start_of_period"),), Strength.CERTAIN)
    return Day(match.start(), match.end(), end_of(within), Strength.LIKELY)


def _weekend(match: re.Match[str], context: Context) -> Part | None:
    shift = match["shift"] or ""
    if "上" in shift:
        return Nothing(match.start(), match.end())
    ahead = shift.count("下")
    build = weekend if match["before"] is None else before_weekend
    return Day(match.start(), match.end(), build(context.today, ahead), Strength.CERTAIN)


def _quarter(match: re.Match[str], context: Context) -> Part:
    if match["half"]:
        within = named_half(int(match["half"]), None, context.today)
    else:
        within = named_quarter(int(match["quarter"]), None, context.today)
    return Day(match.start(), match.end(), edge_of(_EDGES[match["edge"]], within, context.today), Strength.CERTAIN)


def _nth(match: re.Match[str], context: Context) -> Part | None:
    within = _period(match, context)
    place = -1 if match["place"] in ("最后", "倒数第") else int(number(match["place"][1:]))
    what = match["what"]
    sign = "WORKDAY" if "工作" in what or "交易" in what else f"W{WEEKDAYS[what[-1]]}" if what[0] in "周星礼" else "DAY"
    if within is None:
        return None
    option = nth(place, sign, within)
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN) if option else None


def _year_end(match: re.Match[str], context: Context) -> Part:
    return Day(match.start(), match.end(), end_of(year(context.today)), Strength.CERTAIN)


def _next_year(match: re.Match[str], context: Context) -> Part:
    option = Option(year(context.today, 1).first, "start_of_period")
    return Day(match.start(), match.end(), (option,), Strength.LIKELY)


def _before_new_year(match: re.Match[str], context: Context) -> Part:
    """Reads 年前: before the Spring Festival, or before the year ends."""
    festival = Option(coming_feast(CHINESE["春节"], context.today), "holiday", 0.6)
    end = Option(year(context.today).last, "end_of_year", 0.4, LAST)
    return Day(match.start(), match.end(), (festival, end), Strength.CERTAIN)


def _named_period(match: re.Match[str], context: Context) -> Part | None:
    """Reads 12月完成 as the month's first day or its end, 一季度完成 as the end, 12月前 as the first day."""
    if not (match["month"] or match["quarter"] or match["half"]):
        return None
    within = _period(match, context)
    if within is None:
        return None
    first = Option(max(within.first, context.today), "start_of_period", 0.6)
    if match.string.startswith(("之前", "以前", "前"), match.end()):
        return Day(match.start(), match.end(), (first,), Strength.CERTAIN)
    last = Option(within.last, END[within.kind], 0.5, LAST)
    return Day(match.start(), match.end(), (first, last) if match["month"] else (last,), Strength.LIKELY)


_NAMES = "周报|计划|工作|例会|总结|任务|日程|值班|重点|目标|排期|课"
"""What is named after a week: 本周周报."""

QUARTER_RULES = (
    rule(r"(?:q(?P<quarter>[1-4])|h(?P<half>[12]))(?:季度)?(?P<edge>底|末|初|[之以]?内|结束)", _quarter),
    rule(rf"(?:q(?P<quarter>[1-4])|h(?P<half>[12]))(?P<edge>)(?={DEEDS})", _quarter),
)
"""Q1末: these begin with a Latin letter."""

CHINESE_PERIOD_RULES = (
    rule(
        rf"{PERIOD}的?(?P<place>最后|倒数第|第{NUMBER})一?个?(?P<what>工作日|交易日|{WEEK}[一二三四五六日天]|天)", _nth
    ),
    rule(
        rf"(?<![每半两几个\d一]){PERIOD}的?(?P<edge>底|末|尾|初|中旬|上旬|下旬|中(?![国午学心间])|{INSIDE}|结束前?)(?!终|考)",
        _edge,
    ),
    rule(r"岁末|年终(?!奖|总结|报告)", _year_end),
    rule(rf"{PAST_OR_SHIFT}?(?:周末|双休日)(?!版|愉快|快乐|好)(?P<before>(?=[之以]?前))?", _weekend),
    rule(
        rf"{SHIFT}(?P<unit>周|星期|礼拜|月|季度?)(?![报刊会一二三四五六日天末底初中内度份的]|[之以]内|{_NAMES})",
        _whole,
    ),
    rule(r"(?P<shift>下)(?P<unit>月)份?(?![报底初中内末])", _whole),
    rule(r"明年(?![底初中末\d])", _next_year),
    rule(rf"今年(?=之?内|{DEEDS}|要|得|必须)(?:之?内)?", _year_end),
    rule(r"(?<![\d一二三四五六七八九十两几半百去今明后])年前(?!的)", _before_new_year),
    rule(rf"{PERIOD}(?=[之以]?前|{DEEDS}|$)", _named_period),
)
