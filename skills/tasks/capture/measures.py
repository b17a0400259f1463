"""Priority, effort, labels and what comes before: the small parts of a request, each taken out of its text."""

from __future__ import annotations

import re

from skills.tasks.capture.spans import Remainder
from skills.tasks.store.task import HIGH, LOW, URGENT

DAY_MINUTES = 8 * 60
"""A day of effort is a working day."""
MOST_EFFORT = 120 * DAY_MINUTES
LONGEST_LABEL = 60
MOST_LABELS = 20

_EDGE = r"(?<![\w-])"
_PRIORITIES = (
    (
        URGENT,
        re.compile(
            rf"[,，;；(（]?\s{{0,2}}(?:{_EDGE}(?:(?:it'?s\s+|very\s+|super\s+)*urgent(?:ly)?|asap|a\.s\.a\.p\.|p[01]|critical\s+priority|"
            r"top\s+priority|highest\s+priority|(?:with\s+)?urgent\s+priority)(?![\w-])|"
            r"(?:很|非常|特别|十分)?(?:紧急|加急|急件)(?:处理)?|很急|特急|优先级\s*(?:最高|紧急)|最高优先级|尽快)[)）!！]*",
            re.IGNORECASE,
        ),
    ),
    (
        HIGH,
        re.compile(
            rf"[,，;；(（]?\s{{0,2}}(?:{_EDGE}(?:(?:with\s+)?(?:a\s+)?high(?:er)?[\s-]+prio(?:rity)?|prio(?:rity)?\s*[:=]?\s*(?:is\s+)?high|!high|p2|"
            r"very\s+important|it'?s\s+important)(?![\w-])|优先级\s*(?:[:：是为]\s*)?(?:高|重要)|高优先级|优先处理|很重要|重要且)[)）!！]*",
            re.IGNORECASE,
        ),
    ),
    (
        LOW,
        re.compile(
            rf"[,，;；(（]?\s{{0,2}}(?:{_EDGE}(?:(?:with\s+)?(?:a\s+)?low(?:er)?[\s-]+prio(?:rity)?|prio(?:rity)?\s*[:=]?\s*(?:is\s+)?low|!low|p4|"
            r"(?:there'?s\s+)?no\s+(?:rush|hurry)|not\s+urgent|whenever\s+you\s+(?:can|have\s+time))(?![\w-])|"
            r"优先级\s*(?:[:：是为]\s*)?低|低优先级|不急|不着急|不紧急|有空(?:再|的时候)?)[)）!！]*",
            re.IGNORECASE,
        ),
    ),
)
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_UNIT = r"(?P<unit>h|hrs?|hours?|m|mins?|minutes?|d|days?|个?小时|分钟|个?工作日|天)"
_EFFORT = re.compile(
    rf"""[,，;；]?\s{{0,2}}(?:
        (?:{_EDGE}(?:takes?|should\s+take|will\s+take|effort|estimated?(?:\s+at)?|needs?)\s*[:=]?\s*|(?:预计|大约|大概|估计|约|需要?|工作量|耗时|花)\s*)
        (?:about\s+|around\s+|roughly\s+|~\s*)? (?P<a>{_NUMBER})\s*-?\s*{_UNIT}(?:的?工作量)?
      | [(（]\s*~?\s*(?P<b>{_NUMBER})\s*{_UNIT.replace("unit", "unit_b")}\s*[)）]
      | ~\s*(?P<c>{_NUMBER})\s*{_UNIT.replace("unit", "unit_c")}
      | {_EDGE}(?P<d>{_NUMBER})\s*{_UNIT.replace("unit", "unit_d")}(?:\s+(?:of\s+)?(?:work|effort))
      | [,，;；]\s*(?P<e>{_NUMBER})\s?{_UNIT.replace("unit", "unit_e")}(?=\s*(?:$|[,，;；.。#!！]))
    )(?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = re.compile(r"[,，]?\s{0,2}(?<![\w/&#])[#＃](?P<label>[^\W\d_][\w-]*)")
_NUMBERS = r"\#\d{1,9}(?:\s*(?:,|，|、|and|&|和|及)\s*\#\d{1,9})*"
_AFTER = re.compile(
    rf"""[,，;；(（]?\s{{0,2}}(?:
        {_EDGE}(?:but\s+)?(?:only\s+)?(?:after|once|when|as\s+soon\s+as|depends?\s+on|depending\s+on|blocked\s+by|waits?\s+for|waiting\s+for|following)\s+
        (?:task\s+)?(?P<a>{_NUMBERS})(?:\s+(?:is|are|has\s+been)\s+(?:done|finished|complete[d]?|closed))?
      | (?:在|等|待|等到|依赖|取决于)\s*(?P<b>{_NUMBERS})\s*(?:(?:完成|做完|结束|搞定)(?:了)?)?(?:之后|以后|后)?(?:再)?
      | (?P<c>{_NUMBERS})\s*(?:完成|做完|结束)?(?:之后|以后|后)(?:再)?
    )[)）]?""",
    re.VERBOSE | re.IGNORECASE,
)


def take_priority(left: Remainder) -> tuple[int, str] | None:
    """Takes the priority out of a text: its number and its words; None where none is said."""
    # "Not urgent" holds "urgent": the calmer words are looked for first.
    for priority, pattern in reversed(_PRIORITIES):
        match = left.taken(pattern)
        if match is not None and match.group().strip(" ,，;；(（)）"):
            return priority, _said(left, match)
    return None


def take_effort(left: Remainder) -> tuple[int, str] | None:
    """Takes out of a text how long something takes: minutes, and the words; None where that isn't said.

    "In 2 hours" is a date and was taken out before; "2 hours" in the middle of a title stays there.
    """
    match = left.taken(_EFFORT)
    if match is None:
        return None
    for group, unit in (("a", "unit"), ("b", "unit_b"), ("c", "unit_c"), ("d", "unit_d"), ("e", "unit_e")):
        if match[group]:
            minutes = round(float(match[group].replace(",", ".")) * _minutes(match[unit]))
            return min(max(minutes, 1), MOST_EFFORT), _said(left, match)
    return None


def take_labels(left: Remainder) -> tuple[tuple[str, ...], str] | None:
    """Takes the labels (`#warehouse`) out of a text, and their words; None where there are none."""
    labels: list[str] = []
    words: list[str] = []
    for match in list(_LABEL.finditer(left.text))[:MOST_LABELS]:
        left.take(*match.span())
        labels.append(match["label"][:LONGEST_LABEL])
        words.append(_said(left, match))
    return (tuple(dict.fromkeys(labels)), " ".join(words)) if labels else None


def take_after(left: Remainder) -> tuple[tuple[int, ...], str] | None:
    """Takes out of a text the numbers of the tasks that come before, and the words; None where none do."""
    match = left.taken(_AFTER)
    if match is None:
        return None
    numbers = tuple(int(one) for one in re.findall(r"\d+", match["a"] or match["b"] or match["c"]))
    return numbers, _said(left, match)


def _said(left: Remainder, match: re.Match[str]) -> str:
    return left.original[match.start() : match.end()].strip(" ,，;；")


def _minutes(unit: str) -> int:
    unit = unit.casefold()
    if unit.startswith("h") or "小时" in unit:
        return 60
    return DAY_MINUTES if unit.startswith("d") or unit in ("天", "工作日", "个工作日") else 1
