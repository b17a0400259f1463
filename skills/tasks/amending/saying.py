"""What somebody says about a task that is there: "make it Monday instead", "no, ben should do it", "算了"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from skills.tasks.capture.draft import Names
from skills.tasks.capture.measures import take_after, take_effort, take_labels, take_priority
from skills.tasks.capture.parsing import mentions_as_ids, unmentioned
from skills.tasks.capture.people import named_in
from skills.tasks.capture.spans import Remainder
from skills.tasks.dates.finding import find_dates

if TYPE_CHECKING:
    from skills.tasks.dates.reading import Phrase

Doing = Literal["done", "drop", "start", "reopen", "block"]

_FILLER = re.compile(
    r"""^(?:[\s,，.。!！;；:：…\-–—?？~～]|(?:hm+|oh|ok(?:ay)?|no|nope|not|yes|yeah|yep|well|wait|sorry|actually|lol|oops|hey|hi|then|so|and|but|also|please|pls|plz|thanks|thx|
      maybe|perhaps|rather|instead|i\s+(?:guess|think|mean(?:t)?|said)|let'?s|lets|just|better|typo|my\s+(?:bad|mistake)|it'?s|that'?s|is|was|can\s+(?:you|we)|could\s+(?:you|we)|
      👍|🙏|😅|✅|🙂|for|to|by|on|at|the|it|this|that|task|be|a|with|me|do|does|should|would|will|must|can|could|need(?:s)?|make|move|set|change|switch|push|postpone|delay|put|shift|bring|due|date|deadline|
      give|assign|reassign|hand|pass|over|until|till|from|now|of|as|one|there|here|again|already|all|time|day|moved|changed)\b)\s*""".replace(
        "\n", ""
    ),
    re.VERBOSE | re.IGNORECASE,
)
_CHINESE_FILLER = re.compile(
    r"^(?:嗯+|哦+|啊|那就?|不是?|对|好的?|行|改(?:成|到|为|一下)?|换(?:成|到|个|一下)?|推迟?(?:到|至)?|延(?:后|期)?(?:到|至)?|提前(?:到|至)?|应该|还是|其实|打错了?|说错了?|抱歉|不好意思|是|要|先|就|行了?|可以|吗|吧|哈|呢|了|的|给|交给|交由|转给|分配给|指派给|由|让|请|麻烦|换|来|做|负责|处理|之前|前|之后|时间|日期|截止|任务|这个|它|我|你|他|她|不在|没空|有事|都|也|很|算|ok|[\s,，.。!！?？、~～…])+"
)
_DONE = re.compile(
    r"^\W*(?:(?:it'?s|that'?s|this\s+is|i'?m|all|is|we'?re|i)\s+)*(?:already\s+|now\s+)?(?:done|finished|complete[d]?|closed|fixed|shipped|sorted)\b(?:\s+(?:with\s+(?:it|that|this)|it|now|already|today))?\W*(?:thanks|thx|now)?\W*$"
    r"|^\W*(?:mark|set)\s+(?:it|this|that)?\s*(?:as\s+)?(?:done|complete[d]?|finished)\W*$|^\W*(?:close|finish|complete)\s+(?:it|this|that)\W*$"
    r"|^\W*(?:已经?)?(?:做|搞|弄|办|处理)?(?:完成?|好|定)了?\W*$|^\W*(?:已)?完成\W*$|^\W*搞定\W*$",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"(?:^|[\s,，.。;；!！…])(?:(?:please\s+|pls\s+|let'?s\s+|just\s+|so\s+)?(?:cancel|drop|delete|remove|scrap|forget)\s+(?:it|this|that|the\s+task|about\s+it)|never\s?mind|not\s+needed(?:\s+any\s?more)?|no\s+longer\s+needed|don'?t\s+bother|call\s+it\s+off)\b"
    r"|^\W*(?:cancel|delete|drop)\W*$|算了|不用了|不需要了|取消(?:吧|了|掉|任务|这个)?\W*$|作废|删(?:掉|了)吧?\W*$",
    re.IGNORECASE,
)
_START = re.compile(
    r"^\W*(?:i'?m\s+on\s+it|on\s+it|start(?:ed|ing)?(?:\s+(?:it|this|now))?|i(?:'ve)?\s+started|working\s+on\s+(?:it|this)|in\s+progress|i'?ll\s+(?:do|take)\s+(?:it|this))\W*$"
    r"|^\W*(?:开始(?:做|了|处理)?|在做了|正在(?:做|处理)|进行中|我来(?:做|处理)?)\W*$",
    re.IGNORECASE,
)
_REOPEN = re.compile(
    r"^\W*(?:re-?open(?:\s+(?:it|this))?|not\s+done(?:\s+yet)?|undo\s+done)\W*$|^\W*(?:重新打开|还没(?:做)?完成?)\W*$",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"^\W*(?:(?:i'?m|it'?s|we'?re)\s+)?(?:blocked|stuck)(?:\s+(?:by|on|because|:)\s*)?(?P<why>.*)$|^\W*(?:卡住了?|被卡住了?|阻塞了?)[，,:：]?(?P<why_zh>.*)$",
    re.IGNORECASE,
)
_NO_DATE = re.compile(
    r"\b(?:no\s+(?:due\s+)?(?:date|deadline)|(?:remove|drop|clear|without)\s+(?:the\s+|a\s+)?(?:due\s+date|date|deadline))\b|(?:不要|没有|去掉|取消)(?:截止)?(?:日期|时间|期限)",
    re.IGNORECASE,
)
_OFF = re.compile(r"不在|没空|\b(?:off|away|out|busy|sick)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[,，;；!！?？。…\n]|\.(?=\s|$)|\s[-–—]\s")
_WORD = re.compile(r"[^\W\d_㐀-鿿]+")
_CHARACTER = re.compile(r"[㐀-鿿]")
_ME = re.compile(
    r"^\W*(?:(?:i'?ll|i\s+will|i\s+can|let\s+me)\s+(?:do|take|handle)\s+(?:it|this|that)|(?:assign|give)\s+(?:it\s+)?to\s+me|(?:that'?s\s+)?mine|我来(?:做|处理|负责)?吧?|交给我吧?)\W*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^\W*(?:(?:re)?name\s+(?:it|this)(?:\s+(?:to|as))?|(?:change\s+)?(?:the\s+)?title(?:\s+(?:should\s+be|is|to))?|call\s+it|标题(?:改成|改为)?|改名(?:为|成)?)\s*[:：]?\s*[\"“”'‘]?(?P<title>.+?)[\"“”'’]?$",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^\W*(?:comment|note|fyi|备注|评论|补充)\s*[:：]\s*(?P<text>.+)$", re.IGNORECASE | re.DOTALL)

LEFT_OVER = 3
"""So much of a clause (2 for a word, 1 for a Chinese character) may be neither understood nor filler."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What somebody wants of a task. `numbers` name other tasks than the one talked about, empty for that one."""

    doing: Doing | None = None
    why: str = ""
    due: Phrase | None = None
    no_due: bool = False
    assignee: str | None = None
    unknown: str = ""
    priority: int | None = None
    effort: int | None = None
    labels: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    title: str = ""
    comment: str = ""
    numbers: tuple[int, ...] = ()


def amendment(text: str, names: Names, now: datetime, zone: ZoneInfo, *, day_first: bool = False) -> Amendment | None:
    """Returns what a message wants of the task that it is about; None where it says something else."""
    if len(text) > 400 or "\n" in text.strip():
        return _comment(text)
    if (order := _order(text)) is not None:
        return order
    for doing, pattern in (("done", _DONE), ("start", _START), ("reopen", _REOPEN)):
        if pattern.search(text) and not _ME.match(text):
            return Amendment(doing=doing)  # type: ignore[arg-type]
    if _DROP.search(text):
        return Amendment(doing="drop")
    if _ME.match(text):
        return Amendment(assignee=names.asker)
    if (blocked := _BLOCK.match(text)) is not None:
        return Amendment(doing="block", why=(blocked["why"] or blocked["why_zh"] or "").strip())
    if (commented := _comment(text)) is not None:
        return commented
    if (titled := _TITLE.match(text)) is not None:
        return Amendment(title=titled["title"].strip())
    return _parts(text, names, now, zone, day_first)


def _comment(text: str) -> Amendment | None:
    match = _COMMENT.match(text)
    return Amendment(comment=match["text"].strip()) if match else None


_ORDER = re.compile(
    r"^\W*#(?P<a>\d{1,9})\s*(?:is\s+|comes\s+|goes\s+|should\s+(?:come|wait)\s+)*(?:after|waits?\s+for|depends\s+on|for|在|依赖|等)\s*#(?P<b>\d{1,9})\s*(?:之后|以后|后|完成后)?\W*$",
    re.IGNORECASE,
)


def _order(text: str) -> Amendment | None:
    """“#1 after #2”."""
    match = _ORDER.match(text)
    return Amendment(numbers=(int(match["a"]),), after=(int(match["b"]),)) if match else None


@dataclass(frozen=True, slots=True)
class _Said:
    """What one clause says, and how much of it was not understood."""

    due: Phrase | None
    no_due: bool
    assignee: str | None
    priority: int | None
    effort: int | None
    labels: tuple[str, ...]
    after: tuple[int, ...]
    rest: int

    @property
    def says_something(self) -> bool:
        parts = (self.due, self.assignee, self.priority, self.effort, self.labels, self.after)
        return self.no_due or any(part is not None and part != () for part in parts)


def _parts(text: str, names: Names, now: datetime, zone: ZoneInfo, day_first: bool) -> Amendment | None:
    """Returns what the clauses of a message say that consist of nothing else."""
    text, spoken = mentions_as_ids(text, names)
    said = [_clause(one, spoken, now, zone, day_first) for one in _CLAUSES.split(text) if one.strip()]
    telling = [one for one in said if one.says_something and one.rest <= LEFT_OVER]
    if any(one.rest == 0 for one in telling):
        # "High priority, the fair is on Tuesday": what explains it is no wish itself.
        telling = [one for one in telling if one.rest == 0]
    if not telling or any(one.says_something and one.rest > 2 * LEFT_OVER for one in said):
        return None
    people = [one.assignee for one in telling if one.assignee is not None]
    dates = [one.due for one in telling if one.due is not None]
    # "I'm off on Thursday, give it to dana" is about a person: the day says why.
    is_why = bool(people) and _OFF.search(text) is not None
    return Amendment(
        due=None if is_why or not dates else dates[-1],
        no_due=any(one.no_due for one in telling),
        assignee=people[-1] if people else None,
        priority=next((one.priority for one in reversed(telling) if one.priority is not None), None),
        effort=next((one.effort for one in telling if one.effort is not None), None),
        labels=tuple(label for one in telling for label in one.labels),
        after=tuple(number for one in telling for number in one.after),
    )


def _clause(text: str, names: Names, now: datetime, zone: ZoneInfo, day_first: bool) -> _Said:
    left = Remainder(text)
    no_due = left.taken(_NO_DATE) is not None
    people = named_in(text, names)
    # "Not thursday: friday" means the last date that is said.
    dates = () if no_due else find_dates(unmentioned(text, names), now, zone, day_first=day_first)
    for phrase in dates:
        left.take(phrase.start, phrase.end)
    after, labels = take_after(left), take_labels(left)
    effort, priority = take_effort(left), take_priority(left)
    for _, words in names.mentions:
        left.taken(re.compile(re.escape(words)))
    for name, id in names.members.items():
        if id in people:
            left.taken(re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE))
    return _Said(
        due=dates[-1] if dates else None,
        no_due=no_due,
        assignee=people[-1] if people else None,
        priority=priority[0] if priority else None,
        effort=effort[0] if effort else None,
        labels=labels[0] if labels else (),
        after=after[0] if after else (),
        rest=_meaningful(left.text),
    )


def _meaningful(rest: str) -> int:
    """Returns how much of what is left of a clause says something."""
    before = None
    while before != rest:
        before = rest
        rest = _CHINESE_FILLER.sub("", _FILLER.sub("", rest))
    # What follows the first word may hold more filler.
    words = [word for word in rest.split() if _FILLER.sub("", word + " ").strip() and _CHINESE_FILLER.sub("", word)]
    return sum(2 * len(_WORD.findall(word)) + len(_CHARACTER.findall(word)) for word in words)
