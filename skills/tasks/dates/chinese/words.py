"""Pieces that the patterns of Chinese dates share."""

from __future__ import annotations

from skills.tasks.dates.chinese.numbers import NUMBER

WEEK = r"(?:周|星期|礼拜|週)"
WEEKDAYS = {character: value for value, character in enumerate("一二三四五六日")} | {"天": 6}
WEEKDAYS |= {str(value + 1): value for value in range(7)}

YEARS = {"今": 0, "本": 0, "当": 0, "明": 1, "后": 2}
"""Years from now, by how 今年, 本年, 明年, 后年 begin."""

YEAR = r"(?:(?P<year>20\d\d|二[零〇][二三][零〇一二三四五六七八九])年的?|(?P<named>今年|明年|后年|本年)的?)?"
SHIFT = r"(?P<shift>下{1,4}+(?:一个|个|一)?|这个?|本|当)"
"""Which week, month, quarter or year: each 下 is one further on."""

PAST_OR_SHIFT = r"(?P<shift>下{1,4}+个?|这个?|本|上{1,4}+个?|当)"

PERIOD = (
    rf"(?:{YEAR}(?:(?P<month>{NUMBER})月份?|第?(?P<quarter>[1-4一二三四])季度?|(?P<half>[上下])半年)"
    r"|(?P<which>今年|明年|后年|本年)的?年?(?=[底末初中尾])"
    rf"|{SHIFT}?(?P<unit>月份?|季度?|年度?|周|星期|礼拜))"
)
"""A period; `skills.tasks.dates.chinese.periods` reads it."""

INSIDE = r"[之以]?内(?!容|存|测|网|部(?!署))"
"""But 本周内容 is no deadline, nor 明天内部."""

DEEDS = "完成|上线|交付|搞定|做完|发布|开始|启动|举办|上市"
"""What is done to work: a period before it is a date, as in 一季度完成, and not a name, as in 一季度财报."""
