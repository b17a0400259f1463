"""Words that are no matter of their own: a greeting, a goodbye, an "ok", and the question whether a bot is writing.

They are told by their words alone: as short as they are, a classifier mistakes them for each other.
"""

from __future__ import annotations

import re
from typing import Literal

Courtesy = Literal["greeting", "goodbye", "okay", "thanks"]

_LONGEST = 60
"""Characters up to which a message is nothing but a courtesy."""

_GREETING = (
    r"(?:hi|hello|hey|hiya|howdy|yo|good\s+(?:morning|afternoon|evening)|(?:is\s+)?any(?:one|body)\s+(?:there|here)"
    r"|(?:你|您|大家)好[呀啊]?|哈喽|嗨|在(?:吗|不在|么)|有人(?:在)?[吗么]|早上好|上午好|下午好|晚上好)(?:\s+there)?"
)
_GOODBYE = (
    r"(?:(?:good\s*)?bye(?:\s*-?bye)?|good\s*night|see\s+(?:you|ya)(?:\s+(?:later|soon|around))?|take\s+care|ciao|later"
    r"|have\s+a\s+(?:nice|good|great|lovely)\s+(?:day|evening|night|weekend|one)|再见|拜拜|晚安|回头见|回见|先这样(?:吧)?)"
)
_OKAY = (
    r"(?:ok(?:ay|ie|i)?|kk?|al+\s*right|fine|great|perfect|cool|nice|super|got\s+it|gotcha|sure|understood|i\s+see|right|lol|haha(?:ha)*"
    r"|好(?:的|吧|嘞|滴|哒|呀|啦)*|行(?:吧)?|嗯+|哦+|噢|收到|知道了|明白了?|了解了?|没问题|哈哈+)"
)
_NO_WORDS = re.compile(r"[^\w\s]+|_+")
_COURTESIES: tuple[tuple[Courtesy, re.Pattern[str]], ...] = (
    ("goodbye", re.compile(rf"(?:{_OKAY}\s*)*(?:{_GOODBYE}\s*)+", re.IGNORECASE)),
    ("thanks", re.compile(rf"(?:{_OKAY}\s*)*(?:(?:您|你)?辛苦(?:您|你)?(?:了|啦)|麻烦(?:您|你)了)", re.IGNORECASE)),
    ("greeting", re.compile(rf"(?:{_GREETING}\s*)+", re.IGNORECASE)),
    ("okay", re.compile(rf"(?:{_OKAY}\s*)+(?:then|now)?", re.IGNORECASE)),
)
_WRITER = (
    r"(?:an?\s+|the\s+)?(?:real\s+|actual\s+|living\s+)?"
    r"(?:bot|chat\s*bot|robot|machine|computer|ai|human(?:\s+being)?|person|real)\b"
)
_IDENTITY = re.compile(
    rf"\bare\s+(?:you|u)\s+{_WRITER}(?:\s+or\s+{_WRITER})?|\bis\s+(?:this|that|it)\s+{_WRITER}(?:\s+or\s+{_WRITER})?"
    rf"|\bam\s+i\s+(?:talking|speaking|chatting|writing)\s+(?:to|with)\s+{_WRITER}(?:\s+or\s+{_WRITER})?"
    r"|(?:你|您|这|对面)?是(?:不是)?(?:个|一个)?(?:机器人|真人|人工(?:客服)?|AI|电脑|活人)"
    r"(?:还是(?:机器人|真人|人工(?:客服)?|AI|活人))?(?:在(?:回复|说话))?(?:吗|吧|呢|么|啊|(?=[?？]|$))",
    re.IGNORECASE,
)


def courtesy_of(text: str) -> Courtesy | None:
    """Returns which courtesy a message is, and nothing else; None for any other."""
    words = " ".join(_NO_WORDS.sub(" ", text).split())
    if not words or len(words) > _LONGEST:
        return None
    return next((name for name, pattern in _COURTESIES if pattern.fullmatch(words)), None)


def without_identity(text: str) -> str | None:
    """Returns what a short message says beside the question whether a bot is writing; None where it isn't asked."""
    if len(text) > _LONGEST or not _IDENTITY.search(text):
        return None
    return _IDENTITY.sub(" ", text)
