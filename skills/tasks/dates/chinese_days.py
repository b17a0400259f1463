"""Days in Chinese: 明天, 下周五, 12月5日, 月底, 三天内, 国庆前.

本周五 and 周五 are the nearest Friday from today on, 下周五 next week's, 下下周五 the week's after. 月底 and 年底 are last
seconds, as are 本周, 本周内, 年内; 月中 is the 15th, 月初 the first day of the next month, 上旬, 中旬 and 下旬 the 1st, 15th
and last day. 周末 is the Saturday, 周末前 the Friday. "X前" is X. Feasts count where something says that they are meant
as dates (国庆前, not 国庆海报); "3号" does not where it numbers something (3号楼).
"""

from __future__ import annotations

import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from skills.tasks.dates.calendar_dates import checked, coming, dated, next_day_of_month, valid
from skills.tasks.dates.chinese_numbers import NUMBER, number, year_number
from skills.tasks.dates.ends import before_weekend, edge_of, end_of, weekend
from skills.tasks.dates.feasts import CHINESE, coming_feast
from skills.tasks.dates.parts import LAST, Context, Day, Moment, Nothing, Option, Part, PartOfDay, Strength, rule
from skills.tasks.dates.periods import (
    BY_KIND,
    END,
    Period,
    add_workdays,
    month,
    named_half,
    named_month,
    named_quarter,
    quarter,
    week,
    year,
)
from skills.tasks.dates.relative import later
from skills.tasks.dates.weekdays import bare_weekday, nearest, nth

_WEEKDAYS = {character: value for value, character in enumerate("一二三四五六日")} | {"天": 6} | {
    str(value + 1): value for value in range(7)
}  # fmt: skip
_WEEK = r"(?:周|星期|礼拜|週)"
_NOT_COUNTED = r"(?<![每第两几\d半])"
_BESIDE = rf"(?: ?\(?{_WEEK}(?P<weekday>[一二三四五六日天])\)?)?"

_OFFSETS = {"今": 0, "当": 0, "明": 1, "翌": 1, "后": 2, "後": 2, "大后": 3, "大後": 3, "大大后": 4}
_PARTS: dict[str, PartOfDay] = {"早": "morning", "晨": "morning", "晚": "night", "夜": "night", "午": "noon"}


def _near(match: re.Match[str], context: Context) -> Part:
    days = _OFFSETS[match["which"]]
    unit = match["unit"]
    reasons = {0: "today", 1: "tomorrow"}
    option = Option(context.today + timedelta(days=days), reasons.get(days, "day_after"))  # type: ignore[arg-type]
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN, part=_PARTS.get(unit))


def _weekday(match: re.Match[str], context: Context) -> Part | None:
    today, shift = context.today, match["shift"] or ""
    if "上" in shift:
        return Nothing(match.start(), match.end())
    weekday = _WEEKDAYS[match["day"]]
    ahead = shift.count("下")
    if ahead:
        day = week(today, ahead).first + timedelta(days=weekday)
        option = Option(day, "weekday_of_next_week" if ahead == 1 else "weekday_of_later_week")
        return Day(match.start(), match.end(), (option,), Strength.CERTAIN)
    if shift:
        options: tuple[Option, ...] = (Option(nearest(today, weekday), "nearest_weekday"),)
        return Day(match.start(), match.end(), options, Strength.CERTAIN, weekly=True)
    return Day(match.start(), match.end(), bare_weekday(today, weekday), Strength.LIKELY, weekly=True)


def _month_day(match: re.Match[str], context: Context) -> Part | None:
    today = context.today
    month_ = 1 if match["month"] == "元" else int(number(match["month"]))
    day = int(number(match["last"] or match["number"]))
    if not 1 <= month_ <= 12 or not 1 <= day <= 31:
        return None
    year_ = None
    if match["year"]:
        year_ = str(year_number(match["year"]))
    elif match["named"]:
        year_ = str(today.year + {"今": 0, "本": 0, "明": 1, "后": 2}[match["named"][0]])
    options = checked(dated(year_, None, month_, day, today), _sign(match["weekday"]), today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN) if options else None


def _sign(weekday: str | None) -> str | None:
    return f"W{_WEEKDAYS[weekday]}" if weekday else None


def _dotted(match: re.Match[str], context: Context) -> Part | None:
    month_, day = int(match["month"]), int(match["number"])
    options = coming(month_, day, context.today) if 1 <= month_ <= 12 else ()
    return Day(match.start(), match.end(), options, Strength.LIKELY) if options else None


def _day_of_shifted_month(match: re.Match[str], context: Context) -> Part | None:
    shift, day = match["shift"], int(number(match["number"]))
    within = month(context.today, shift.count("下"))
    if "上" in shift:
        return Nothing(match.start(), match.end())
    found = valid(within.first.year, within.first.month, day)
    return Day(match.start(), match.end(), (Option(found, "day_of_month"),), Strength.CERTAIN) if found else None


def _day_of_month(match: re.Match[str], context: Context) -> Part | None:
    day = int(number(match["last"] or match["number"]))
    if not 1 <= day <= 31:
        return None
    option = Option(next_day_of_month(day, context.today), "day_of_month")
    return Day(match.start(), match.end(), (option,), Strength.LIKELY)


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
    if match["named"]:
        return year(today, {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2}[match["named"][0]])
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
        return context.today.year + {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2}[match["named"][0]]
    return None


_EDGES = {
    "底": "end", "末": "end", "尾": "end", "初": "start", "中": "middle", "中旬": "middle", "上旬": "start",
    "下旬": "late", "内": "end", "之内": "end", "以内": "end", "结束": "end", "结束前": "end",
    "": "end",
}  # fmt: skip


def _edge(match: re.Match[str], context: Context) -> Part | None:
    within = _period(match, context)
    if within is None:
        return None
    today = context.today
    edge = _EDGES[match["edge"]]
    if within.kind == "week" and match["edge"] == "末":
        return None
    options = edge_of(edge, within, today)
    bare = not (match["shift"] or match["named"])
    if bare and edge in ("start", "middle") and (options[0].day < today or (within.first < today and edge == "start")):
        options = edge_of(edge, BY_KIND[within.kind](within.last + timedelta(days=1)), today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN)


def _whole(match: re.Match[str], context: Context) -> Part | None:
    """Reads 下周, 下个月, 明年 as their first day, and 本周, 这个月 as their end."""
    today, shift = context.today, match["shift"]
    if "上" in shift:
        return Nothing(match.start(), match.end())
    kind = {"周": "week", "星": "week", "礼": "week", "月": "month", "季": "quarter", "年": "year"}[match["unit"][0]]
    within = BY_KIND[kind](today, shift.count("下"))  # type: ignore[index]
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


_UNITS = {
    "分": "MINUTE", "小": "HOUR", "钟": "HOUR", "天": "DAY", "日": "DAY", "周": "WEEK", "星": "WEEK", "礼": "WEEK",
    "月": "MONTH", "年": "YEAR", "季": "QUARTER", "工": "WORKDAY", "刻": "MINUTE",
}  # fmt: skip


def _from_now(match: re.Match[str], context: Context) -> Part | None:
    words, unit = match["count"], match["unit"].removeprefix("个")
    amount = 0.5 if words == "半" else 3.0 if words == "几" else number(words)
    if match["half"] or match["after"]:
        amount += 0.5
    if unit[0] == "刻":
        amount *= 15
    found = later(context.now, amount, _UNITS[unit[0]])
    if isinstance(found, Option):
        return Day(match.start(), match.end(), (found,), Strength.CERTAIN)
    return Moment(match.start(), match.end(), found)


def _same_day_of_year(match: re.Match[str], context: Context) -> Part:
    day = context.today + relativedelta(years=1)
    return Day(match.start(), match.end(), (Option(day, "from_now"),), Strength.CERTAIN)


def _quarter(match: re.Match[str], context: Context) -> Part:
    within = named_quarter(int(match["quarter"]), None, context.today)
    return Day(match.start(), match.end(), edge_of(_EDGES[match["edge"]], within, context.today), Strength.CERTAIN)


def _nth(match: re.Match[str], context: Context) -> Part | None:
    within = _period(match, context)
    place = -1 if match["place"] in ("最后", "倒数第") else int(number(match["place"][1:]))
    what = match["what"]
    sign = (
        "WORKDAY" if "工作" in what or "交易" in what else f"W{_WEEKDAYS[what[-1]]}" if what[0] in "周星礼" else "DAY"
    )
    if within is None:
        return None
    option = nth(place, sign, within)
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN) if option else None


def _next_workday(match: re.Match[str], context: Context) -> Part:
    option = Option(add_workdays(context.today, 1), "workdays_from_now")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _two_days(match: re.Match[str], context: Context) -> Part:
    """Reads 今明两天 and 明后两天 as the later of the two."""
    days = 1 if match["first"] == "今明" else 2
    option = Option(context.today + timedelta(days=days), "tomorrow" if days == 1 else "day_after")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _feast(match: re.Match[str], context: Context) -> Part:
    option = Option(coming_feast(CHINESE[match["feast"]], context.today), "holiday")
    strength = Strength.LIKELY if match["feast"].endswith("节") else Strength.WEAK
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN if match["surely"] is not None else strength)


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


def _nothing(match: re.Match[str], context: Context) -> Part:
    return Nothing(match.start(), match.end())


_UNIT = r"(?:个?(?:工作日|小时|钟头|月|星期|礼拜|季度|工作天)|分钟|分|天|日|周|年|刻钟)"
_SHIFT = r"(?P<shift>下{1,4}+(?:一个|个|一)?|这个?|本|此)"
_YEAR = r"(?:(?P<year>20\d\d|二[零〇][二三][零〇一二三四五六七八九])年(?:的)?|(?P<named>今年|明年|后年|本年)(?:的)?)?"
_PERIOD = (
    rf"(?:{_YEAR}(?:(?P<month>{NUMBER})月份?|第?(?P<quarter>[1-4一二三四])季度?|(?P<half>[上下])半年)"
    r"|(?P<shift>下{1,4}+(?:一个|个|一)?|这个?|本|当)?(?P<unit>月份?|季度?|年度?|周|星期|礼拜))"
)
_DURATION = rf"(?P<count>{NUMBER}|半|(?<!十)几)(?P<half>个半)?(?P<unit>{_UNIT})(?P<after>半)?"
_NUMBERED = (
    r"楼|线|会议|机|门|院|店|仓|库|桌|位|员|房|船|文件|柜|车|台|井|厅|馆|窗|选手|球|字|码|教|宿|公寓|实验|样|方案|服务|节点|"
    r"分|个|产品|合同|报表|设计|接口|文档|海报|预算|页面|脚本|\d|标段"
)
_THINGS = (
    r"海报|设计|文案|活动|方案|主题|礼盒|专题|合同|报表|接口|文档|预算|页面|脚本|促销|放假|节目|快乐|晚会|长假|档|贺|款|大促|黄金周|假期|套餐|版|系列|头条|快报|晚报|餐厅|"
    r"一代|见|礼品|礼物|采购|期间|值班|安排|团建|聚餐|年货|红包|祝福|出行|高峰|营销|大会"
)

QUARTER_RULES = (
    rule(r"q(?P<quarter>[1-4])(?:季度)?(?P<edge>底|末|初|内|之内|以内|结束)", _quarter),
    rule(r"q(?P<quarter>[1-4])(?P<edge>)(?=完成|上线|交付|搞定|做完)", _quarter),
)
"""Q1末: these begin with a Latin letter."""

CHINESE_DAY_RULES = (
    rule(
        rf"每(?:隔|个|逢)?(?:{NUMBER})?个?(?:{_WEEK}[一二三四五六日天末]?(?:[和、,及](?:{_WEEK})?[一二三四五六日天])*"
        rf"|月(?:的)?(?:第?{NUMBER}[号日天]|底|初|中|最后一[天个](?:工作日)?)?|天|日|年(?:{NUMBER}月{NUMBER}[日号])?"
        rf"|季度?|工作日|早|晚|小时)(?:的?{_WEEK}[一二三四五六日天])?",
        _nothing,
    ),
    rule(
        rf"(?:昨[天日晚]|前[天日]|去年|前年|上{{1,4}}+个?(?:周|星期|礼拜|月|季度?)(?:[一二三四五六日天末底]|{NUMBER}[号日])?)",
        _nothing,
    ),
    rule(rf"(?:{NUMBER}|半|几)(?!日){_UNIT}(?:之|以)?前", _nothing),
    rule(rf"正月|农历|{_WEEK}(?:报|刊|岁|年|边|围|期|转|杰|末版|日晚报)|周[一二]鸣", _nothing),
    rule(
        r"(?P<which>大大后|大后|大後|今|明|后|後|当|翌)(?P<unit>天|日|儿个?|晚|早|晨|夜)(?!系列|头条|之星|之后的|期|常|子)"
        r"(?:内|之内|以内)?",
        _near,
    ),
    rule(
        rf"{_NOT_COUNTED}(?P<shift>下{{1,4}}+个?|这个?|本|上{{1,4}}+个?)?{_WEEK}(?P<day>[一二三四五六日天]|[1-6](?![\d点:.]))(?!周年|年|次|小时|点|[天个月]|晚报|餐厅|鸣|号线)",
        _weekday,
    ),
    rule(
        rf"(?<![\d第])(?:(?P<year>20\d\d|二[零〇][二三][零〇一二三四五六七八九])年的?|(?P<named>今年|明年|后年)的?)? ?"
        rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元]) ?月份?的? ?(?P<number>{NUMBER})"
        rf"(?:(?:号|日)?(?:到|至|-|~|—)(?P<last>{NUMBER}))?(?:[号日](?!线|楼)|(?=[前之以早晚上下中]|$|\s)){_BESIDE}",
        _month_day,
    ),
    rule(
        r"(?<![\d.a-zA-Z])(?P<month>\d{1,2})[./-](?P<number>\d{1,2})(?:[号日]|(?=(?:之前|以前|前|下班|上午|下午|晚)))",
        _dotted,
    ),
    rule(
        rf"(?P<shift>下{{1,4}}+个?|这个?|本|上{{1,4}}+个?|当)月份?的?(?P<number>{NUMBER})[号日]", _day_of_shifted_month
    ),
    rule(
        rf"(?<![\d#第.月a-zA-Z-])(?:(?P<number>{NUMBER})(?:[号日]?(?:到|至|-)(?P<last>{NUMBER}))?)[号日](?!{_NUMBERED})",
        _day_of_month,
    ),
    rule(
        rf"{_PERIOD}(?:的)?(?P<place>最后|倒数第|第{NUMBER})(?:一)?(?:个)?"
        rf"(?P<what>工作日|交易日|{_WEEK}[一二三四五六日天]|天)",
        _nth,
    ),
    rule(
        rf"(?<![每半两几个\d一]){_PERIOD}的?(?P<edge>底|末|尾|初|中旬|上旬|下旬|中(?![国午学心间])|内|之内|以内|结束前?)"
        r"(?!终|考)",
        _edge,
    ),
    rule(r"岁末|年终(?!奖|总结|报告)", _year_end),
    rule(
        r"(?P<shift>下{1,4}+个?|这个?|本|上{1,4}+个?)?(?:周末|双休日|礼拜天天)(?!版)(?P<before>(?=(?:之|以)?前))?",
        _weekend,
    ),
    rule(
        r"(?P<shift>下{1,4}+(?:一个|个|一)?|这个?|本)(?P<unit>周|星期|礼拜|月|季度|季)(?![报刊会一二三四五六日天末底初中内度份的]|之内|以内|周报|计划|工作|例会|总结|任务|日程|值班|重点|目标|排期|课)",
        _whole,
    ),
    rule(r"(?P<shift>下)(?P<unit>月)份?(?![报底初中内末])", _whole),
    rule(r"明年(?![底初中末\d])", _next_year),
    rule(r"今年(?=之?内|完成|上线|交付|搞定|做完|要|得|必须)(?:之?内)?", _year_end),
    rule(r"(?<![\d一二三四五六七八九十两几半百去今明后])年前(?!的)", _before_new_year),
    rule(rf"{_PERIOD}(?=(?:之前|以前|前|开始|启动|完成|上线|交付|发布|举办|搞定|做完|上市))", _named_period),
    rule(r"明年今[天日]", _same_day_of_year),
    rule(rf"(?:再?过)?{_DURATION}(?:之?后(?!的)|以后(?!的)|过后|之?内|以内)", _from_now),
    rule(rf"再?过{_DURATION}", _from_now),
    rule(r"(?:下一?个工作[日天])", _next_workday),
    rule(r"(?P<first>今明|明后)两?天(?:之?内)?", _two_days),
    rule(
        rf"(?<![\d一二三四五六七八九十第])(?:今年|明年)?的?(?P<feast>(?>{'|'.join(sorted(CHINESE, key=len, reverse=True))}))(?!(?:{_THINGS})(?!之?前))"
        r"(?P<surely>(?=(?:长假|假期|放假|大促|活动)?(?:之前|以前|前|当天|那天|当日|早上|上午|下午|晚上|中午|[把给要得]|$|[,.;!?])))?",
        _feast,
    ),
)
