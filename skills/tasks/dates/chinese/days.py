"""Days in Chinese: 明天, 下周五, 12月5日, 下个月3号, 5号.

本周五 and 周五 are the nearest Friday from today on, 下周五 next week's, 下下周五 that of the week after. "X前" is X.
"3号" does not count where it numbers something (3号楼), nor does what repeats (每周五) or is past (上周, 昨天, 三天前).
"""

from __future__ import annotations

import re
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from skills.tasks.dates.calendar_dates import checked, coming, dated, next_day_of_month, valid
from skills.tasks.dates.chinese.numbers import NUMBER, number, year_number
from skills.tasks.dates.chinese.words import INSIDE, PAST_OR_SHIFT, WEEK, WEEKDAYS, YEAR, YEARS
from skills.tasks.dates.parts import Context, Day, Nothing, Option, Part, PartOfDay, Strength, rule
from skills.tasks.dates.periods import month, week
from skills.tasks.dates.weekdays import bare_weekday, nearest

_BESIDE = rf"(?: ?\(?{WEEK}(?P<weekday>[一二三四五六日天])\)?)?"

_BEFORE = re.compile(r"[之以]?前(?!台|面|端|后|後)")
_OFFSETS = {"今": 0, "当": 0, "明": 1, "翌": 1, "后": 2, "後": 2, "大后": 3, "大後": 3, "大大后": 4}
_PARTS: dict[str, PartOfDay] = {"早": "morning", "晨": "morning", "晚": "night", "夜": "night"}


def _near(match: re.Match[str], context: Context) -> Part:
    days = _OFFSETS[match["which"]]
    unit = match["unit"]
    reasons = {0: "today", 1: "tomorrow"}
    option = Option(context.today + timedelta(days=days), reasons.get(days, "day_after"))  # type: ignore[arg-type]
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN, part=_PARTS.get(unit))


def _past(match: re.Match[str], context: Context) -> Part:
    """Reads 昨天之前, which is a date, if a strange one."""
    days = {"昨": 1, "前": 2, "大前": 3}[match["which"]]
    option = Option(context.today - timedelta(days=days), "past_date")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _two_days(match: re.Match[str], context: Context) -> Part:
    """Reads 今明两天 and 明后两天 as the later of the two."""
    days = 1 if match["first"] == "今明" else 2
    option = Option(context.today + timedelta(days=days), "tomorrow" if days == 1 else "day_after")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _weekday(match: re.Match[str], context: Context) -> Part | None:
    today, shift = context.today, match["shift"] or ""
    if "上" in shift:
        if not _BEFORE.match(match.string, match.end()):
            return Nothing(match.start(), match.end())
        last = week(today, -shift.count("上")).first + timedelta(days=WEEKDAYS[match["day"]])
        return Day(match.start(), match.end(), (Option(last, "past_date"),), Strength.CERTAIN)
    weekday = WEEKDAYS[match["day"]]
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
        year_ = str(today.year + YEARS[match["named"][0]])
    options = checked(dated(year_, None, month_, day, today), _sign(match["weekday"]), today)
    return Day(match.start(), match.end(), options, Strength.CERTAIN) if options else None


def _sign(weekday: str | None) -> str | None:
    return f"W{WEEKDAYS[weekday]}" if weekday else None


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


def _same_day(match: re.Match[str], context: Context) -> Part:
    """Reads 明年今天 and 下个月的今天."""
    ahead = {"年": relativedelta(years=1), "月": relativedelta(months=1), "周": relativedelta(weeks=1)}
    option = Option(context.today + ahead[match["ahead"][-1]], "from_now")
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN)


def _nothing(match: re.Match[str], context: Context) -> Part:
    return Nothing(match.start(), match.end())


_NUMBERED = (
    r"楼|线|会议|机|门|院|店|仓|库|桌|位|员|房|船|文件|柜|车|台|井|厅|馆|窗|选手|球|字|码|教|宿|公寓|实验|样|方案|服务"
    r"|节点|分|个|产品|合同|报表|设计|接口|文档|海报|预算|页面|脚本|\d|标段"
)
"""What a number with 号 names."""

_REPEATED = (
    rf"{WEEK}[一二三四五六日天末]?(?:[和、,及](?:{WEEK})?[一二三四五六日天]){{0,6}}"
    rf"|月的?(?:第?{NUMBER}[号日天]|底|初|中|最后一[天个](?:工作日)?)?|年(?:{NUMBER}月{NUMBER}[日号])?|天|日|季度?|工作日|早|晚|小时"
)

CHINESE_DAY_RULES = (
    rule(r"(?P<which>大前|昨|前)[天日](?=[之以]?前)", _past),
    rule(rf"每[隔个逢]?(?:{NUMBER})?个?(?:{_REPEATED})(?:的?{WEEK}[一二三四五六日天])?", _nothing),
    rule(
        rf"昨[天日晚]|前[天日]|去年|前年|上{{1,4}}+个?(?:周|星期|礼拜|月|季度?)(?![一二三四五六日天][之以]?前)(?:[一二三四五六日天末底]|{NUMBER}[号日])?",
        _nothing,
    ),
    rule(
        rf"(?:{NUMBER}|半|几)(?:个?(?:工作日|小时|钟头|月|星期|礼拜|季度|工作天)|分钟|天|周|年|刻钟)[之以]?前", _nothing
    ),
    rule(rf"正月|农历|{WEEK}(?:报|刊|岁|年|边|围|期|转|杰|末版|日晚报)|周[一二]鸣", _nothing),
    rule(
        r"(?P<which>大大后|大后|大後|今|明|后|後|当|翌)(?P<unit>天|日|儿个?|晚|早|晨|夜)"
        rf"(?!系列|头条|之星|之后的|期|常|子)(?:{INSIDE})?",
        _near,
    ),
    rule(r"(?P<first>今明|明后)两?天", _two_days),
    rule(
        rf"(?<![每第两几\d半]){PAST_OR_SHIFT}?{WEEK}(?P<day>[一二三四五六日天]|[1-6](?![\d点:.]))"
        r"(?!周年|年|次|小时|点|[天个月]|晚报|餐厅|鸣|号线)",
        _weekday,
    ),
    rule(
        rf"(?<![\d第]){YEAR} ?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元]) ?月份?的? ?"
        rf"(?P<number>{NUMBER})(?:[号日]?(?:到|至|-|~|—)(?P<last>{NUMBER}))?(?:[号日](?!线|楼)|(?=[前之以早晚上下中]|$|\s)){_BESIDE}",
        _month_day,
    ),
    rule(
        r"(?<![\d.a-zA-Z])(?P<month>\d{1,2})[./-](?P<number>\d{1,2})(?:[号日]|(?=(?:[之以]?前|下班|上午|下午|晚)))",
        _dotted,
    ),
    rule(rf"{PAST_OR_SHIFT}月份?的?(?P<number>{NUMBER})[号日]", _day_of_shifted_month),
    rule(
        rf"(?<![\d#第.月a-zA-Z-])(?P<number>{NUMBER})(?:[号日]?(?:到|至|-)(?P<last>{NUMBER}))?[号日](?!{_NUMBERED})",
        _day_of_month,
    ),
    rule(r"(?P<ahead>明年|下个?月|下周)的?今[天日]", _same_day),
)
