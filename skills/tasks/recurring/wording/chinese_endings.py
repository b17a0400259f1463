"""Ends said in Chinese: 到三月底, 直到12月20日, 持续两个月, 共10次."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from skills.tasks.recurring.parts import Frequency
from skills.tasks.recurring.wording.calendar import (
    begin_of_month,
    day_in,
    end_of,
    end_of_month,
    lasting,
    next_day_of_month,
    next_weekday,
)
from skills.tasks.recurring.wording.numerals import NUMERAL, value
from skills.tasks.recurring.wording.saying import Doubt, Ending

_FREQUENCIES: Final[dict[str, Frequency]] = {
    "天": "DAILY", "日": "DAILY", "周": "WEEKLY", "星期": "WEEKLY", "礼拜": "WEEKLY", "月": "MONTHLY", "年": "YEARLY",
}  # fmt: skip
_END = r"(?:为止|止|结束)?(?=$|[\s,.;!?。；！？)）\]#@])"
_TIMES = re.compile(rf"(?:一共|总共|共计?|重复|连续)\s?(?P<n>{NUMERAL})\s?[次遍]{_END}")
_LASTING = re.compile(rf"(?:持续|为期|坚持|连续)\s?(?P<n>{NUMERAL})\s?个?(?P<unit>天|日|周|星期|礼拜|月|年){_END}")
_UNTIL = re.compile(
    r"(?:持续到|一直到|直到|截止到?|截至|到|至)\s?(?:"
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    rf"|(?:(?P<ahead>今年|明年|后年)|(?P<year>\d{{4}})年)?(?P<month>{NUMERAL})月份?(?:(?P<day>{NUMERAL})[号日]|(?P<edge>底|末))?"
    r"|(?P<months>本月|这个?月|下个?月|月)(?:底|末)"
    r"|(?P<years>今年|明年|年)年?(?:底|末)"
    r"|(?P<week>下|这|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?P<soon>明天|后天)"
    rf"|(?P<date>{NUMERAL})[号日]){_END}"
)
_LONGEST = 400


def find_ending(text: str, after: int, today: date) -> Ending | None:
    """Returns the end that is said in a folded text after a recurrence, where it closes what is said."""
    within = min(len(text), after + _LONGEST)
    if times := _TIMES.search(text, after, within):
        return Ending(*times.span(), count=max(1, value(times["n"])))
    if span := _LASTING.search(text, after, within):
        return Ending(*span.span(), until=lasting(today, _FREQUENCIES[span["unit"]], max(1, value(span["n"]))))
    for until in _UNTIL.finditer(text, after, within):
        day, doubt = _day(until, today)
        if day:
            return Ending(*until.span(), until=day, doubt=doubt)
    return None


def _day(until: re.Match[str], today: date) -> tuple[date | None, Doubt | None]:
    if until["month"]:
        return _of_month(until, today)
    if until["iso"]:
        year, month, day = (int(part) for part in until["iso"].split("-"))
        return (day_in(today, month, day, year) if year else None), None
    if until["months"]:
        return end_of("month", today, until["months"].startswith("下")), None
    if until["years"]:
        return end_of("year", today, until["years"] == "明年"), None
    if until["weekday"]:
        weekday = "一二三四五六日".index("日" if until["weekday"] == "天" else until["weekday"])
        return next_weekday(today, weekday, until["week"] == "下"), None
    if until["soon"]:
        return today + timedelta(days=1 if until["soon"] == "明天" else 2), None
    day = value(until["date"])
    return (next_day_of_month(today, day) if 1 <= day <= 31 else None), None


def _of_month(until: re.Match[str], today: date) -> tuple[date | None, Doubt | None]:
    month = value(until["month"])
    ahead = {"今年": 0, "明年": 1, "后年": 2}
    year = int(until["year"]) if until["year"] else today.year + ahead[until["ahead"]] if until["ahead"] else None
    if not 1 <= month <= 12 or year == 0:
        return None, None
    if until["day"]:
        return day_in(today, month, value(until["day"]), year), None
    if until["edge"]:
        return end_of_month(today, month, year), None
    return begin_of_month(today, month, year) - timedelta(days=1), "until_month"
