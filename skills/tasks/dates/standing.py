"""How a stretch stands in its sentence: whether something says that it is a date, a due date, or something else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skills.tasks.dates.canonical import Canonical

_BY = (
    r"(?:no|not) (?:late|after) than|on or before|by(?: or before)?|before|until|past to|(?:good |ready )?in time for"
    r"|(?:is |are |it's )?due(?: date)?(?: is| by| on| before|:| -|=)*"
    r"|deadline(?: is| by| on|:|是| -|=)*|ddl(?: is|:|是)*|eta:?"
    r"|latest(?: by)?|at the latest(?: by)?|target(?: date)?:?"
)
_CHINESE_BY = (
    "截[止至]?(?:日期|时间)?[为是到至:]?|最[晚迟][到在于是]?|不[晚迟]于|赶在|务必[于在]|必须在|争取在?|须于|应于|期限[是为:]?|限期?"
    "|时间:|日期:|due:?|交期:?"
)
_DEADLINE = re.compile(
    rf"(?:(?<![a-zA-Z])(?:{_BY})|{_CHINESE_BY})"
    r"(?: (?:about|around|before|of|the|on|at|to|am|like|say|our|my|your|their)){0,3}[ :]*$"
)
_AT = (
    "(?:(?:in|during|by|for) )?(?:the )?WEEK of|on|at|for|in|am|around|about|come|@|starting|during|over|this|to"
    "|until|say"
)
_POINT = re.compile(
    rf"(?:(?<![a-zA-Z])(?:{_AT})(?: the| a)?"
    r"|[在于到等就改约期]|安排|推迟到|定在|@\S{1,20}) ?$"
)
_NOT = re.compile(
    r"(?<![a-zA-Z])(?:since|from|(?<!WEEK )of|after|dated|called|named|titled|last|past|every|per|as of|than|not"
    r"|reported(?: on)?|was|were|not (?:before|until|on)|(?:divided|multiplied) by"
    r"|happy|nice|lovely|great|enjoy|enjoy your) ?$|[自从第每] ?$"
)
_WITHIN = re.compile(r"(?<![a-zA-Z])(?:in|during|until|come|starting)(?: the)? ?$")
_RANGE = re.compile(r"(?:(?<![a-zA-Z])(?:between|from)(?: the)?|[从自]) ?$")
_NOT_BEFORE = re.compile(r"(?<![a-zA-Z])not (?:before|until)(?: the)? ?$")
_ADJECTIVE = re.compile(r"(?<![a-zA-Z])(?:the|a|my|our|your|his|her|their|x's|'s|new|old|this|that|no) ?$")
_BEFORE_EDGE = re.compile(
    r"(?:^|[\n.,;:!?()\[\]\"…>*~|]|(?<![a-zA-Z])(?:and|or|but|so|then|please|pls|plz|x team|@x) |-) ?$"
)
_AFTER_EDGE = re.compile(
    r" ?(?:$|[\n.,;:!?)\]\"…*~|<]|- |(?:please|pls|plz|thanks|thank|thx|ty|latest|at the latest|max|and|or|so|if"
    r"|because|but|otherwise|while|sharp|as|when|then|though|however|unless|asap|possible)(?![a-zA-Z]))"
)
_GOES_ON = re.compile(r" (?:with|to|at|on|by|in|for|from|instead)(?![a-zA-Z])")
_SUBJECT = re.compile(
    r" (?:i|we|you|they|it|please|pls|is|was|would|will|at|by|must|shall|can|need|let|don|do|make|my|our|the|works?)"
    r"(?![a-zA-Z])"
)
_POSSESSIVE = re.compile(r"'s?(?![a-z])|-(?!\s)[a-zA-Z]|/[a-zA-Z]|\.[a-z]")
_READY_FOR = re.compile(r"(?<![a-zA-Z])for ?$")
_OTHER_BEFORE = (
    r"面|端|台|后|途|言|提(?![交供出醒前报升示取])|景|沿|置|任|辈|期(?!待)|身|列|往|来|去"
    r"|[\d一二两三四五六七八九十]{1,3}(?:名|位|强|排|个?[天周月日]|个?工作日)"
)
"""What makes another word of 前: 前端, 前提, 前三名; but 周五前提交, 周五前一定."""
_CHINESE_AFTER = re.compile(
    rf" ?的?(?P<deadline>[之以]前|前(?!{_OTHER_BEFORE})|为止|截止|[之以]内|内(?![容部测存网]))|[当那][天日]"
)
_CHINESE_LATER = re.compile(r"[之以]后|后(?![天台端期续果面])")
_CHINESE_BEGIN = re.compile(r"起(?![草床来])")
_NOT_TAKEN = re.compile(r"[等就]|@[^\W\d]")
"""What stands before a date and belongs to the rest of the sentence: a person who is asked."""

_COURTESY = re.compile(r"(?: (?:at the )?latest| sharp| max| at most|,? ?最晚|左右)(?![a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Standing:
    """`start` and `end` take in the preposition, what follows 前, and brackets around.

    `deadline`: something says "by"; `point`: something says "on" or "at";
    `within`: it says "in" or the like, before a month; `before` and `after`: it stands at an edge of
    a sentence or clause; `goes_on`: a preposition follows; `negated`: "since", "from", "called"; `adjective`: "the
    Friday report"; `possessive`: "Friday's"; `titled`: a word in capitals follows; `subject`: a clause does;
    `begins`: it is a beginning (周一起).
    """

    start: int
    end: int
    deadline: bool
    point: bool
    within: bool
    before: bool
    after: bool
    goes_on: bool
    negated: bool
    adjective: bool
    possessive: bool
    titled: bool
    subject: bool
    begins: bool


_BEHIND = 40


def standing(text: Canonical, start: int, end: int, *, ranged: bool = False) -> Standing:
    """Returns how signs `start` to `end` of a text, which may be the two ends of a range, stand in it."""
    signs = text.signs
    low = max(0, start - _BEHIND)
    behind = signs[low:start]
    grown_start, grown_end = start, end
    deadline = _DEADLINE.search(behind)
    point = None if deadline else _POINT.search(behind)
    inner = signs[start : min(end, start + 12)]
    own = re.match(r"(?:by|before|until|within)(?= )", inner)
    if deadline or point:
        grown_start = low + (deadline or point).start()  # type: ignore[union-attr]
        if not deadline and _NOT_TAKEN.match(signs, grown_start):
            grown_start = start
    elif ranged and (opens := _RANGE.search(behind)):
        grown_start = low + opens.start()
    after = _CHINESE_AFTER.match(signs, end)
    later = _CHINESE_LATER.match(signs, end)
    if after:
        grown_end = after.end()
    elif courtesy := _COURTESY.match(signs, end):
        grown_end = courtesy.end()
    before_edge = bool(_BEFORE_EDGE.search(signs[max(0, grown_start - 12) : grown_start])) or grown_start == 0
    after_edge = bool(_AFTER_EDGE.match(signs, grown_end))
    grown_start, grown_end = _bracketed(signs, grown_start, grown_end)
    behind = signs[low:start]
    return Standing(
        grown_start,
        grown_end,
        deadline=bool(deadline or own or (after and after["deadline"]) or (grown_end != end and not after)),
        point=bool(point or after),
        within=bool(_WITHIN.search(behind)),
        before=before_edge,
        after=after_edge,
        goes_on=bool(_GOES_ON.match(signs, grown_end)),
        negated=bool(_NOT.search(behind) if not deadline else _NOT_BEFORE.search(behind)) or bool(later),
        adjective=bool(_ADJECTIVE.search(behind)) and not deadline,
        possessive=(bool(_POSSESSIVE.match(signs, end)) and not _READY_FOR.search(behind))
        or signs.startswith("的", grown_end),
        titled=_titled(text, end),
        subject=bool(_SUBJECT.match(signs, end)),
        begins=bool(_CHINESE_BEGIN.match(signs, end)),
    )


def _bracketed(signs: str, start: int, end: int) -> tuple[int, int]:
    if start and end < len(signs) and signs[start - 1] + signs[end] in ("()", "[]"):
        return start - 1, end + 1
    return start, end


def _titled(text: Canonical, end: int) -> bool:
    """Whether a word in capitals follows, as in "Sunday Times"."""
    if end + 1 >= len(text.signs) or text.signs[end] != " ":
        return False
    at = text.starts[end + 1]
    return text.text[at].isupper()
