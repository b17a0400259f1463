"""What kind of thing a question asks for, and whether a passage holds one: a time of day, a sum, a span of time."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|[一二两三四五六七八九十百千半]+)"

_TIME_ASKED = (
    r"\bwhat time\b|\b(?:opening|office|working|support|business) hours\b"
    r"|\bwhen (?:do|does|is|are)\b.*\b(?:open|close)|几点|营业时间|上班时间|客服时间|什么时间"
)
_TIME = r"\d{1,2}[:：]\d{2}|\b\d{1,2} ?[ap]\.?m\b|[0-9一二三四五六七八九十]+点"

_SUM_ASKED = (
    r"\bhow much\b|\bprice\b|\bcosts?\b|\bfees?\b|\bcharge\b"
    r"|多少钱|价格|费用|运费|收费|邮费|补贴|多少(?:欧)?元|限额"
)
_SUM = (
    rf"{_NUMBER} ?(?:euros?|eur|dollars?|usd|pounds?|yuan|rmb|percent|%|元|块|欧元)"
    r"|[€$£¥]\s?\d|\bfree\b|免费|免运费|包邮"
)

_SPAN_ASKED = (
    r"\bhow long\b|\bhow many (?:minutes|hours|days|weeks|months|years)\b|\bhow (?:fast|soon|quickly|often)\b"
    r"|\bwithin\b|\bdeadline\b|\bexpire"
    r"|多久|多长时间|几天|多少天|几个(?:工作日|月|小时|星期)|什么时候到|有效期"
)
_SPAN = (
    rf"{_NUMBER} ?(?:more |working |business |calendar )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
    rf"|{_NUMBER} ?(?:个)?(?:工作日|小时|分钟|天|周|星期|月|年|秒)"
)

_TYPES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))
    for asked, held in ((_TIME_ASKED, _TIME), (_SUM_ASKED, _SUM), (_SPAN_ASKED, _SPAN))
)


_QUESTION_WORD = re.compile(r"\b(?:who|what|when|where|why|how|which)\b|谁|哪|几|多|怎|什么|为何", re.IGNORECASE)


def asks_by_itself(question: str) -> bool:
    """Returns whether a question says what kind of thing it asks for, and needs none before it for that."""
    return bool(_QUESTION_WORD.search(question))


def holds_what_is_asked(question: str, text: str) -> bool:
    """Returns whether `question` asks for a kind of thing that `text` holds; false where it asks for none."""
    asked = _asked(question)
    return bool(asked) and not asked.isdisjoint(_held(text))


@lru_cache(maxsize=256)
def _asked(question: str) -> frozenset[int]:
    return frozenset(number for number, (asked, _) in enumerate(_TYPES) if asked.search(question))


@lru_cache(maxsize=8192)
def _held(text: str) -> frozenset[int]:
    return frozenset(number for number, (_, held) in enumerate(_TYPES) if held.search(text))
