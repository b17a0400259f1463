"""Feasts in Chinese, where something says that they are meant as dates: 国庆前, not 国庆海报."""

from __future__ import annotations

import re

from skills.tasks.dates.feasts import CHINESE, coming_feast
from skills.tasks.dates.parts import Context, Day, Option, Part, Strength, rule


def _feast(match: re.Match[str], context: Context) -> Part:
    option = Option(coming_feast(CHINESE[match["feast"]], context.today), "holiday")
    strength = Strength.LIKELY if match["feast"].endswith("节") else Strength.WEAK
    return Day(match.start(), match.end(), (option,), Strength.CERTAIN if match["surely"] is not None else strength)


_THINGS = (
    "海报|设计|文案|活动|方案|主题|礼盒|专题|合同|报表|接口|文档|预算|页面|脚本|促销|放假|节目|快乐|晚会|长假|档|贺|款|大促"
    "|黄金周|假期|套餐|版|系列|头条|快报|晚报|餐厅|一代|见|礼品|礼物|采购|期间|值班|安排|团建|聚餐|年货|红包|祝福|出行|高峰"
    "|营销|大会"
)
"""What is named after a feast, or happens in it."""

_SAYS = "[之以]?前|当[天日]|那天|早上|上午|下午|晚上|中午|[把给要得]|$|[,.;!?]"
_LONGEST_FIRST = "|".join(sorted(CHINESE, key=len, reverse=True))

CHINESE_FEAST_RULES = (
    rule(
        rf"(?<![\d一二三四五六七八九十第])(?:(?:今年|明年)的?)?(?P<feast>(?>{_LONGEST_FIRST}))(?!(?:{_THINGS})(?!之?前))"
        rf"(?P<surely>(?=(?:长假|假期|放假|大促|活动)?(?:{_SAYS})))?",
        _feast,
    ),
)
