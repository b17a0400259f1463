"""What a channel's message says in its own words, and whether those can be a request: cheap, before any encoder."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from skills.tasks.talk import is_question

LONGEST: Final = 1_200
"""Characters; what is longer is a document, a log or a newsletter."""
SHORTEST: Final = 5

_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_QUOTED = re.compile(r"\"[^\"\n]{12,}\"|“[^“”\n]{5,}”|「[^「」\n]{5,}」|‘[^‘’\n]{12,}’")
_PERSON = re.compile(r"<@[UW][A-Z0-9]{1,30}(?:\|[^<>\n]{0,80})?>")
_GROUP = re.compile(r"<!(?:subteam\^[A-Z0-9]{1,30}(?:\|@?[^<>\n]{0,80})?|here|channel|everyone)(?:\|[^<>\n]{0,40})?>")
_LABELLED = re.compile(r"<[^<>|\n]{1,1000}\|([^<>\n]{0,200})>")
_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>\n]{0,1000}>|https?://\S+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")

_PROGRAM = re.compile(
    r"""^\W*(?:
        automatic\s+reply | auto-?reply | out\s+of\s+office | 自动回复 | 机器人
      | (?:build|job|incident|alert|pipeline)\s*\W?\s*\#?\d | (?:alert|warning|error|fatal|critical)\s*[:：]
      | (?:jenkins|pagerduty|jira|github|gitlab|sentry|grafana|circleci)\b | [\w-]{1,30}\s?bot\s*[:：]
      | 【(?:告警|系统|自动|构建|监控)
    )
    | ^\s*\[(?:ci|jira|jenkins|alert|bot|github)\] | has\s+(?:joined|left)\s+the\s+channel | 加入了频道
    | unsubscribe | click\s+(?:here|the\s+link|below) | 退订回复 | 点击链接 | 验证码""",
    re.VERBOSE | re.IGNORECASE,
)
_SETTLED = re.compile(
    r"""^\W*(?:
        (?:thanks|thank\s+you|thx|ty|cheers|congrats|congratulations|great\s+(?:work|job)|well\s+done)\b
      | (?:yes|no|sure|ok(?:ay)?)[\s,]+(?:please|thanks)\W*$
      | (?:please|pls)\s+(?:
            find|note|be\s+(?:aware|informed|advised)|excuse|forgive|bear\s+with|stand\s+by|hold\b|wait|do\W*$
          | go\s+ahead\W*$|come\s+in|no\b|don'?t\s+(?:worry|apologi[sz]e|bother) )
      | (?:feel\s+free|let\s+me\s+know|lmk|no\s+need|never\s*mind)\b
      | (?:should|shall|may|must)\s+i\b | do\s+you\s+want\s+me\s+to\b | would\s+you\s+like\b
      | (?:i|he|she|they)\s*(?:'ll|\s+will|'ve|\s+have\s+already|\s+has\s+already)\b
      | (?:hold\s+on|one\s+sec|give\s+me\s+a\s+(?:sec|minute|moment))\b
      | (?:谢谢|多谢|感谢|谢啦|辛苦(?:了|大家了)|恭喜|收到|不用|不必|没事|不急)
      | 请(?:查收|查阅|知悉|参见|见附件|便|进|稍|勿|放心|谅解|原谅|慢用) | 敬请(?:谅解|期待|关注) | 温馨提示
      | (?:要不要|需不需要|需要|要)我 | 我(?:来|去)(?:吧|弄|做|处理|跟进|看) | (?:稍等|等我|等一下)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_WANTS_TO_KNOW = re.compile(
    r"""\b(?:can|could|would|will)\s+(?:you|u|someone|somebody|anyone|anybody|one\s+of\s+you)\s+
      (?:please\s+|kindly\s+|maybe\s+)?(?:
        tell\s+(?:me|us)\b | explain\b | clarify\b | recommend\b | let\s+(?:me|us)\s+know\b
      | remind\s+me\s+(?:what|when|where|who|how|which)\b | (?:hear|see(?!\s+to)|imagine|believe|guess)\b )
    | \b(?:anyone|anybody|does\s+someone|you)\s+knows?\b | \b(?:wondering|curious)\s+(?:if|how|why|when|whether|what)\b
    | (?:能不能|能否|可以|可否|谁能|谁可以|谁来|麻烦|请|有人能)(?:你|您|大家)?(?:帮忙|给我|跟我|给大家)?
      (?:解释|讲讲|说说|讲解|告诉我|推荐|科普|透露)
    | ^\W*(?:请问|想问|问下|问一下|有人知道|谁知道|大家知道)""",
    re.VERBOSE | re.IGNORECASE,
)
_PLEADING = re.compile(
    r"\b(?:please|pls|plz|kindly)\b|who(?:'s|\s+is)\s+(?:able|free)\s+to\b|麻烦|帮|哪位|愿意", re.IGNORECASE
)
"""Said beside a question, it asks for more than an answer."""
_ASKING = re.compile(
    r"""\b(?:please|pls|plz|kindly|can|could|would|will|someone|somebody|anyone|anybody|any\s+(?:volunteers?|chance)
      | who(?:ever)?|one\s+of|volunteers?|reviewers?|needs?|needed|must|should|ought|have\s+to|has\s+to|gotta
      | make\s+sure|see\s+to|don'?t\s+forget|remember\s+to|reminder|let'?s|mind|help|favou?r|ask|tell|get|want
      | todo|to-do|action\s+item|next\s+step|asap|eod|cob|deadline|(?:i'd|i\s+would)\s+(?:like|love|appreciate))\b
    | @\w | [请帮谁让叫把得要催] | 麻烦 | 哪位 | 有人 | 能不能 | 能否 | 可否 | 可以 | 希望 | 辛苦 | 拜托 | 记得 | 别忘
    | 一下 | 赶紧 | 尽快 | 务必 | 必须 | 应该 | 各位 | 大家 | 咱们 | 待办 | 行动项 | 吧 | 求助 | 之前 | 安排 | 负责""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(
    r"""\b(?:can|could|would|will)\s+(?:you|u|someone|somebody|anyone|anybody|one\s+of\s+(?:you|us))\b
      (?!\s+(?:like|come|join|say|be\s+(?:at|interested)|rather)\b)
    | ^\W*(?:(?:hi|hey|hello|ok|so|and|also|team|all|folks|everyone|everybody|@[^\s,:!]+)[\s,:!]+){0,4}
      (?:please|pls|plz|kindly)\s+(?!see\b|join\b|not?\b|don'?t\b|the\b|tell\s+me\b)\w
    | \bwho\s+(?:can|could)\s+(?!say\b|tell\b|resist\b|believe\b|imagine\b|remember\b)
    | \bwe\s+(?:still\s+|also\s+)?(?:need|have)\s+to\s+(?!be\b|talk\b|laugh\b|say\b|admit\b)
    | (?:^|[，,。！!？?；\s])(?:@\S+\s*)?(?:麻烦|烦请|劳烦|拜托|帮忙|帮我)(?!了)
    | (?:谁|哪位(?:同事|同学|老师)?|有人)(?:能|可以|来|有空|方便)(?:帮|来|去)""",
    re.VERBOSE | re.IGNORECASE,
)


def own_words(text: str) -> str:
    """Returns what a message says itself: no code blocks, quotes and links, and Slack's marks as they are read."""
    text = _QUOTED_LINE.sub("", _BLOCK.sub("", text))
    text = _GROUP.sub("@here", _PERSON.sub("@ana", text))
    text = unescape(_LINK.sub("", _LABELLED.sub(r"\1", text)))
    return _QUOTED.sub("…", text).strip()


def may_ask(words: str) -> bool:
    """Returns whether `own_words` can be a request at all: most messages can't, and cost no encoder's pass.

    What programs write can't, and what only wants to know something, thanks, announces, or offers oneself.
    """
    if not SHORTEST <= len(words) <= LONGEST or _PROGRAM.search(words):
        return False
    return any(_asks(sentence) for sentence in _SENTENCE.split(words) if sentence)


def plainly_asks(words: str) -> bool:
    """Returns whether `own_words` have a form in which hardly anything but a request is put ("could someone …")."""
    return any(_PLAIN.search(sentence) is not None and _asks(sentence) for sentence in _SENTENCE.split(words))


def _asks(sentence: str) -> bool:
    return (
        _ASKING.search(sentence) is not None
        and _SETTLED.search(sentence) is None
        and _WANTS_TO_KNOW.search(sentence) is None
        and (_PLEADING.search(sentence) is not None or not is_question(sentence))
    )
