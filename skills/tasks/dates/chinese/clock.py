"""Clock times in Chinese: 下午三点半, 晚上8点, 17:30, 十点一刻, 中午, 下班前.

As in English an hour from 1 to 7 without a part of the day is in the afternoon. 下班 is 18:00, 晚上12点 and 24点
end the day, 零点 begins it.
"""

from __future__ import annotations

import re
from datetime import time

from skills.tasks.dates.chinese.numbers import number
from skills.tasks.dates.clock_times import PARTS, hours
from skills.tasks.dates.parts import Clock, Context, Part, PartOfDay, Strength, rule
from skills.tasks.dates.zones import PLACES, named_zone

OFF_WORK = time(18)

_PARTS: dict[str, PartOfDay] = {
    "凌晨": "morning",
    "清晨": "morning",
    "早上": "morning",
    "早晨": "morning",
    "一大早": "morning",
    "一早": "morning",
    "大早上": "morning",
    "上午": "morning",
    "早": "morning",
    "中午": "noon",
    "正午": "noon",
    "下午": "afternoon",
    "午后": "afternoon",
    "傍晚": "evening",
    "晚上": "night",
    "夜里": "night",
    "半夜": "night",
    "深夜": "night",
    "夜间": "night",
    "晚间": "night",
    "晚": "night",
}
_PART = "|".join(_PARTS)
_NOT_A_TIME = (
    "(?!建议|意见|要求|原因|问题|希望|说明|启示|感想|心得|注意|理由|看法"
    r"|点|\d(?![\d分])|小|心|名|赞|击|餐|评|菜|子|儿)"
)
_HOUR = r"(?P<hour>\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"


def _clock(match: re.Match[str], context: Context) -> Part | None:
    hour, minute = int(number(match["hour"])), _minute(match)
    said = match["part"]
    if hour == 24 and not minute:
        return Clock(match.start(), match.end(), (time(0),), Strength.LIKELY, after_day=True, part="night")
    if hour == 12 and said and _PARTS[said] == "night":
        return Clock(match.start(), match.end(), (time(0),), Strength.LIKELY, part="night", after_day=True)
    if match["colon"] and not said and not match["zone"]:
        return None
    times = hours(hour, minute, _PARTS[said] if said else None)
    zone = named_zone(match["zone"], context.zone) if match["zone"] else None
    surely = said or match["minute"] or match["colon"] or match["exact"]
    strength = Strength.CERTAIN if surely else Strength.LIKELY
    return Clock(match.start(), match.end(), times, strength, zone=zone) if times else None


def _minute(match: re.Match[str]) -> int:
    said = match["colon"] or match["minute"]
    if said is None:
        return 0
    if said == "半":
        return 30
    if said.endswith("刻"):
        return 15 * int(number(said[0]))
    return int(number(said))


def _part(match: re.Match[str], context: Context) -> Part:
    part = _PARTS[match["part"]]
    strength = Strength.LIKELY if part == "noon" else Strength.WEAK
    return Clock(match.start(), match.end(), (PARTS[part],), strength, reason="part_of_day", part=part)


def _named(match: re.Match[str], context: Context) -> Part:
    words = match[0]
    if words.startswith(("下班", "收工")):
        return Clock(match.start(), match.end(), (OFF_WORK,), Strength.CERTAIN, reason="end_of_work")
    if words.startswith("上班"):
        return Clock(match.start(), match.end(), (PARTS["morning"],), Strength.CERTAIN, reason="part_of_day")
    if words[0] in "午饭吃":
        return Clock(match.start(), match.end(), (PARTS["noon"],), Strength.LIKELY, reason="part_of_day")
    return Clock(match.start(), match.end(), (time(0),), Strength.LIKELY, after_day=True)


CHINESE_CLOCK_RULES = (
    rule(
        rf"(?:(?P<zone>{'|'.join(PLACES)})时间)?(?P<part>{_PART})?的? ?(?<![\d.第有这几])(?:{_HOUR}"
        rf"(?:(?P<colon_>:)(?P<colon>[0-5]\d)(?!\d)|(?:点|[时時](?!间|候|区|代|段)|點)(?P<exact>钟|整|正)?{_NOT_A_TIME}"
        r"(?:过?(?P<minute>半|[一三13]刻|[0-5]?\d(?=分)|[零〇]?[一二三四五六七八九十]{1,3}(?=分)|[二三四五]?十[一二三四五六七八九]?(?![个人名件条份元天块])|[0-5]\d(?!\d))分?)?))",
        _clock,
    ),
    rule(rf"(?<![最尽])(?P<part>(?>{_PART}))(?![餐饭会安报自期茶春班点些好])", _part),
    rule(r"(?:下班|收工)(?!后)|上班(?=之?前)|(?:午饭|午休|吃饭|饭点)(?=之?前)|(?:午夜|子夜|凌晨零点)(?!蓝)", _named),
)
