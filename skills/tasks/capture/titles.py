"""What is left of a sentence, made a title."""

from __future__ import annotations

import re

from skills.tasks.store.task import TITLE

_SPACES = re.compile(r"\s+")
_BEGINNING = re.compile(
    r"""^(?:
        [\s,，。.;；:：!！?？\-–—·、]+
      | (?:hi|hey|hello|ok(?:ay)?|please|pls|plz|kindly|and|also|so|then|that|to|asap)\b(?!['’-])
      | (?:(?:can|could|would|will)\s+(?:you|u|we)|i\s+(?:want|need)\s+you\s+to|let'?s)\b
      | (?:new\s+)?(?:task|to-?do)\s*[:：]
      | (?:create|make|add|new)\s+(?:a\s+)?(?:new\s+)?(?:task|to-?do|reminder)\s*(?:to|for|that|:|：|-|called|named)?\s
      | (?:新建|创建|添加|加一?个?|建一?个?)\s*(?:任务|待办)\s*[:：，,]?
      | 嗨|你好|请|麻烦你?|帮我|帮忙|另外|然后|还有|对了|那个?|能不能|能否|可否
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_END = re.compile(
    r"""(?:
        [\s,，。.;；:：\-–—·、]+
      | (?<=\s)(?:please|pls|plz|thanks(?:\s+a\s+lot)?|thx|ty|cheers|thank\s+you|asap)[\s.!]*
      | (?<=\s)(?:by|before|until|till|due|on|at|in|for|and|then|with|,)
      | (?:好吗|可以吗|行吗|谢谢(?:你|啦|了)?|多谢|辛苦了?|拜托了?|哈|吧|哦|噢|呢|啊|呀|哟|吗)[\s!！~～。]*
      | [🙏🙇🥺😊🙂👍💪😅🤗]️?[🏻-🏿]?
      | [!！?？]+
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?P<first>.{8,}?\S[.!?。！？])(?:\s+(?=[A-Z\"“(])|(?<=[。！？])(?=\S))")
_OPENERS = {")": "(", "）": "（", "]": "[", "」": "「", "”": "“"}


def title_of(rest: str) -> tuple[str, str]:
    """Returns a title made of what is left of a sentence, and what doesn't fit in as notes; both may be empty."""
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    if not lines:
        return "", ""
    # What follows the first sentence explains it.
    first = _SENTENCE.match(lines[0])
    if first is not None:
        lines = [first["first"], lines[0][first.end() :].strip(), *lines[1:]]
    title, notes = _trimmed(lines[0]), lines[1:]
    while not title and notes:
        title = _trimmed(notes.pop(0))
    if len(title) > TITLE:
        cut = max(title.rfind(mark, 0, TITLE) for mark in (" ", "，", "。", ",", "."))
        cut = cut if cut > TITLE // 2 else TITLE - 1
        notes.insert(0, title)
        title = title[:cut].rstrip(" ,，。.") + "…"
    return title, "\n".join(notes)


def _trimmed(text: str) -> str:
    """Returns `text` without courtesies and connectives at its ends, its spaces single."""
    text = _SPACES.sub(" ", text).strip()
    before = None
    while before != text:
        before = text
        text = _BEGINNING.sub("", text, count=1)
        shorter = _END.sub("", text[-60:], count=1)
        text = (text[:-60] + shorter if len(text) > 60 else shorter).strip()
    return _balanced(text)


def _balanced(text: str) -> str:
    """Returns `text` without empty brackets, of which the words were taken out, nor ones that nothing closes."""
    text = _SPACES.sub(" ", re.sub(r"[(（\[]\s*[)）\]]", "", text)).strip()
    if text and text[-1] in _OPENERS and _OPENERS[text[-1]] not in text:
        text = text[:-1].rstrip()
    text = re.sub(r"\s+([,，。.;；:：])", r"\1", text)
    return re.sub(r"([,，;；])(?:\s*[,，;；])+", r"\1", text)
