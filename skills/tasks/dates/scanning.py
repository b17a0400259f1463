"""Finds the stretches of a text that the rules know, from left to right."""

from __future__ import annotations

import re

from skills.tasks.dates.calendar_dates import CALENDAR_RULES
from skills.tasks.dates.chinese.clock import CHINESE_CLOCK_RULES
from skills.tasks.dates.chinese.days import CHINESE_DAY_RULES
from skills.tasks.dates.chinese.feasts import CHINESE_FEAST_RULES
from skills.tasks.dates.chinese.periods import CHINESE_PERIOD_RULES, QUARTER_RULES
from skills.tasks.dates.chinese.relative import CHINESE_RELATIVE_RULES, MIXED_RULES
from skills.tasks.dates.clock_times import CLOCK_RULES
from skills.tasks.dates.ends import END_RULES
from skills.tasks.dates.feasts import CHINESE, FEAST_RULES, WESTERN
from skills.tasks.dates.near_days import NEAR_RULES
from skills.tasks.dates.parts import Context, Part, Rule
from skills.tasks.dates.relative import RELATIVE_RULES
from skills.tasks.dates.weekdays import WEEKDAY_RULES
from skills.tasks.dates.zones import PLACES

_LATIN = (
    *NEAR_RULES,
    *RELATIVE_RULES,
    *WEEKDAY_RULES,
    *END_RULES,
    *CALENDAR_RULES,
    *FEAST_RULES,
    *CLOCK_RULES,
    *QUARTER_RULES,
    *MIXED_RULES,
)
_CHINESE = (
    *CHINESE_DAY_RULES,
    *CHINESE_PERIOD_RULES,
    *CHINESE_RELATIVE_RULES,
    *CHINESE_FEAST_RULES,
    *CHINESE_CLOCK_RULES,
)
_BOTH = (*_CHINESE, *_LATIN)

_MOST = 60
"""A text with more stretches than this that look like dates is a list or nonsense: the rest of it is not read."""


def _any_of(rules: tuple[Rule, ...]) -> str:
    return "|".join(re.sub(r"\(\?P<\w+>", "(?:", one.pattern.pattern) for one in rules)


_NUMERAL = "零〇一二两俩三四五六七八九十百廿元"
_FIRST_CHARACTERS = "".join(sorted({name[0] for name in (*CHINESE, *PLACES)})) + (
    "每昨前去上正农周星礼週大后後今明当翌下这本此第年月季岁半几再过凌清早中午傍晚夜深收吃饭子双跨"
)
_FIRST_WORDS = (
    "a|after|am|around|at|before|between|by|close|coming|couple|current|early|end|every|few|following|for|from|half|in|last|late"
    "|middle|next|over|past|pasado|pm|some|sometime|start|the|this|until|very|within|"
) + "|".join(sorted({re.split("[ ']", feast)[0] for feast in WESTERN}))
_COUNTED = r"(?<![\d/])(?<!\d[:.-])(?=\d)"
_COUNTED_IN_CHINESE = rf"(?=[{_NUMERAL}]{{1,5}}[^{_NUMERAL}])"
"""Where a date may begin: these looks ahead keep long texts and lists of numbers cheap."""

_MARKED = r"(?=\d{1,4} ?[/.:~-]|20\d{6}(?!\d))"

_BEGINNING = re.compile(
    rf"(?:{_COUNTED_IN_CHINESE}|(?=[{_FIRST_CHARACTERS}])(?![{_NUMERAL}])"
    rf"|{_COUNTED}(?:(?=\d{{1,4}} ?[\u4e00-\u9fff])|{_MARKED}))(?:{_any_of(_CHINESE)})"
    rf"|(?:(?<![a-zA-Z])(?=[A-Z@]|eo[wmqy]|[qh][1-4]|t ?\+|(?:{_FIRST_WORDS})(?![a-z]))"
    rf"|{_COUNTED}(?:(?=\d{{1,4}} ?[a-zA-Z+]|20[2-9]\d(?!\d))|{_MARKED}))(?:{_any_of(_LATIN)})"
)


def scan(signs: str, context: Context) -> list[Part]:
    """Returns the parts found in canonical text, in order, without overlaps; of several at one place the longest."""
    parts: list[Part] = []
    place = 0
    for _ in range(_MOST):
        begins = _BEGINNING.search(signs, place)
        if begins is None:
            break
        part = _longest(signs, begins.start(), context)
        place = part.end if part else begins.start() + 1
        if part:
            parts.append(part)
    return parts


def _longest(signs: str, at: int, context: Context) -> Part | None:
    first = signs[at]
    rules = _CHINESE if "\u4e00" <= first <= "\u9fff" else _BOTH if first.isdigit() else _LATIN
    best: Part | None = None
    for one in rules:
        match = one.pattern.match(signs, at)
        if match and match.end() > (best.end if best else at):
            best = one.build(match, context) or best
    return best
