"""What a message says beside its matter: that a person is wanted, that it is settled, thanks, a slot that is not there.

Short sentences that no answer book would list, in both languages. They are told by their words: a wish for a person
must work on a team's first day, before anything was learned.
"""

from __future__ import annotations

import re
from typing import Literal

from skills.courtesies import Courtesy, courtesy_of, without_identity

Wish = Literal["person", "never_mind", "thanks", "identity", "unhelped", "orders", "why"] | Courtesy
COURTESIES: tuple[Wish, ...] = ("identity", "greeting", "goodbye", "okay")
"""What is answered with a sentence, whatever it stands in."""

_SHORT = 90
_SHORT_HAN = 40
"""Characters up to which a message is nothing but thanks or "never mind"."""

_PEOPLE = (
    r"(?:person|people|human(?: being)?|agent|representative|rep|colleague|operator|manager|supervisor|staff member)"
)
_PERSON = re.compile(
    r"\b(?:speak|talk|chat)(?:ing)?\s+(?:to|with)\s+(?:an?|the|your|some|one of your|somebody|someone)?\s*"
    rf"(?:real|actual|living|human|live)?\s*(?:{_PEOPLE}|somebody|someone)\b(?!\s+who)"
    rf"|\b(?:get|give|find|send|connect|transfer|put)\s+me\s+(?:through\s+)?(?:to\s+|with\s+)?(?:an?|the|your|some)?\s*"
    rf"(?:real|actual|living|human|live)?\s*{_PEOPLE}\b"
    r"|(?:(?<!do )(?<!did )(?<!should )\b(?:i|we)(?:'[dm]|\s+would|\s+am)?(?:\s+(?:just|really|still|rather))?\s+"
    r"|\b(?:can|could|may)\s+(?:i|we)\s+|^\W*)"
    r"(?:want|need|like|prefer|ask(?:ing)? for|request|(?<!we )(?<!i )have|(?<=can i )have|(?<=could i )have"
    r"|(?<=may i )have)\s+(?:an?|the|some|your)\s+"
    r"(?:real|actual|living|live|human)?\s*"
    rf"(?:{_PEOPLE})\b(?!\s+who)"
    r"|\b(?:real|actual|living)\s+(?:person|human)\b|\bhuman,?\s+please\b"
    r"|\bnot\s+(?:a|to a|with a)\s+(?:bot|machine|robot)\b"
    rf"|^\W*(?:an?\s+)?(?:real\s+)?(?:{_PEOPLE})(?:,?\s+please)?\W*$"
    r"|转(?:接)?(?:到)?(?:人工|真人|客服)|人工(?:客服|服务|坐席)?(?=$|[，。！!,.\s吧啊呢])|真人"
    r"|找(?:个|位|一个|一位)?(?:人|客服|经理|主管|负责人|同事)(?:来|聊|谈|说|问|处理|解决|跟我|和我|帮我)"
    r"|(?:跟|和|与)(?:你们)?(?:的)?(?:真人|人工|客服|经理|主管|同事)(?:聊|谈|说|讲|沟通)|不(?:想|要)跟机器人",
    re.IGNORECASE,
)
_NEVER_MIND = re.compile(
    r"\bnever\s?mind\b|\bforget\s+(?:about\s+)?(?:it|that)\b|\bno\s+need\s+(?:any\s?more|now)\b|\bdon'?t\s+bother\b"
    r"|\b(?:it|that)(?:'s|\s+is|\s+has)\s+(?:been\s+)?(?:sorted|solved|resolved|settled)\b|\bsorted\s+it\b"
    r"|\b(?:i\s+)?(?:just\s+)?found\s+it\b"
    r"|不用了|没事了|不必了|不麻烦(?:你|您)?了|(?:已经)?(?:解决|搞定)了(?![吗么没?？])|(?:^|[，。！\s哎唉])算了(?:吧|$|[，。！\s])",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(?:thanks|thank\s+(?:you|u)|thx|ty|cheers|much\s+appreciated)\b|谢谢|多谢|感谢|谢啦|谢了|謝謝|多謝|感謝",
    re.IGNORECASE,
)
_UNHELPED = re.compile(
    r"\b(?:that|this|it|which)\s+(?:does\s?n['’]?o?t|did\s?n['’]?o?t|wo\s?n['’]?t)\s+(?:really\s+)?(?:help|work|answer)"
    r"|\b(?:not|isn['’]?t|wasn['’]?t)\s+(?:very\s+|at all\s+)?helpful\b|\bno\s+help\b"
    r"|没用|没(?:有)?帮助|不管用|没(?:有)?解决|答非所问|还是(?:不行|没用)|帮不上",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:why|what)\b.{0,20}\b(?:need|want|ask(?:ing)?)\b|为什么(?:要|需要)|(?:要|问)(?:这个|它|我的)?.{0,6}(?:干嘛|干什么|做什么)",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|rules|prompts?|guidelines)\b"
    r"|^\W*system(?:\s+(?:prompt|message))?\s*:|\byou\s+are\s+(?:an?|the)\s+\w+\s+now\b"
    r"|(?:忽略|无视|忘掉).{0,10}(?:指令|规则|设定|提示)|系统(?:指令|提示词)|你现在是(?:经理|管理员|老板)",
    re.IGNORECASE,
)
_AND_YET = re.compile(
    r"[?？]|\b(?:but|still|however|though|yet|not|n't|when|where|how|what|why|can|could|also|and)\b|但|可是|不过|还是|还没|没有|怎么|什么|吗",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:do\s+not|don'?t|didn'?t|haven'?t|have\s+not|can'?t|cannot|could\s?n'?t|no\s+longer)\s+"
    r"(?:\w+\s+){0,2}?(?:have|got|get|know|find|remember|recall|see|want)\b"
    r"|\b(?:no\s+(?:idea|clue|number|order\s+number)|lost\s+(?:it|the)|forgot(?:ten)?|i'?d\s+rather\s+not|without\s+(?:it|one)|none)\b"
    r"|^\W*(?:no|nope)\W*$"
    r"|没有|没(?:带|存|留|收到|记)|不(?:知道|清楚|记得|方便|想(?:说|给))|找不(?:到|着)|忘(?:了|记)|记不(?:得|住|清)|丢了|^\W*(?:没|无)\W*$",
    re.IGNORECASE,
)
_FURIOUS = re.compile(
    r"!!|！！|\b[A-Z]{4,}\b.*!|\b(?:ridiculous|outrageous|unacceptable|disgusting|disgrace(?:ful)?|furious|livid|scam(?:mers?)?"
    r"|liars?|thieves|fraud|rubbish|garbage|crap|bullshit|wtf|joke|kidding\s+me|fed\s+up|sick\s+of|worst|useless|pathetic"
    r"|(?:third|fourth|fifth|3rd|4th|\d+th)\s+time|lawyer|sue|never\s+again)\b"
    r"|骗子|骗人|坑人|欺骗|垃圾|太差|差劲|恶心|投诉|举报|12315|消协|曝光|忍无可忍|气死|什么态度|没人管|没完没了|说了[三四五几好]+[遍次]|再也不"
    r"|耍(?:我|人)|管不管|真是服了|服了你们|到底(?:管|想不想|有没有人)|敷衍|糊弄|离谱|过分|无语",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:smok(?:e|ing)|on\s+fire|caught\s+fire|flames?|burnt\s+smell|smells?\s+burnt|electric(?:al)?\s+shock|got\s+a\s+shock"
    r"|electrocuted|injur(?:ed|y)|bleeding)\b|漏电|触电|电了一下|冒烟|着火|起火|烧焦|焦味|受伤|流血",
    re.IGNORECASE,
)
_HACKED = re.compile(
    r"\b(?:been|was|were|got|is|account|login|they|somebody|someone)\s+hacked\b|\bhacked\s+(?:into|my|our)\b|被盗|盗号|盗用",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b(?!\s+(?:not|what|so|something|whatever)\b)|还是|或者|或(?!许)|抑或", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？]|\b(?:how|what|when|where|who|why|which|can|could|would|do|does|is|are|please|pls|help|need|want|order)\b"
    r"|吗|呢|怎么|什么|哪|多少|几|能不能|可以|请|帮|麻烦|想",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b[A-Z]{2,3}[-\s]?\d{4,}\b", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")


def wish_of(text: str) -> Wish | None:
    """Returns what a message wants beside any matter; None when it says nothing of the kind."""
    beside = without_identity(text)
    if _PERSON.search(text if beside is None else beside):
        return "person"
    if beside is not None:
        return "identity"
    if (courtesy := courtesy_of(text)) is not None:
        return courtesy
    if _ORDERS.search(text):
        return "orders"
    if _is_short(text):
        if _NEVER_MIND.search(text):
            return "never_mind"
        if _THANKS.search(text) and not _AND_YET.search(text) and not any(map(str.isdigit, text)):
            return "thanks"
        if _UNHELPED.search(text):
            return "unhelped"
        if _WHY.search(text):
            return "why"
    return None


def names_order(text: str) -> bool:
    """Returns whether a message names a number such as orders have, which only customers' matters do."""
    return bool(_ORDER.search(text))


def lacks_it(text: str) -> bool:
    """Returns whether a message says that what was asked for can't or won't be given."""
    return bool(_WITHOUT.search(text))


def sounds_furious(text: str) -> bool:
    """Returns whether a message has the marks of anger: what a negative one that only tells of a fault lacks."""
    return bool(_FURIOUS.search(text))


def sounds_dangerous(text: str) -> bool:
    """Returns whether somebody may come to harm, or an account is in strange hands: that waits for no classifier."""
    return sounds_harmful(text) or bool(_HACKED.search(text))


def sounds_harmful(text: str) -> bool:
    """Returns whether somebody's health is at stake, by fire, smoke, a shock or an injury."""
    return bool(_HARM.search(text))


def names_alternatives(text: str) -> bool:
    """Returns whether a message names two things to choose from."""
    return bool(_EITHER.search(text))


def alternatives(text: str) -> tuple[str, str] | None:
    """Returns what stands before and after the word between two things to choose from; None where there is none."""
    between = _EITHER.search(text)
    if between is None:
        return None
    before, after = text[: between.start()].strip(), text[between.end() :].strip()
    return (before, after) if before and after else None


def asks_something(text: str) -> bool:
    """Returns whether words that were said to nobody in particular want something."""
    return bool(_ASKS.search(text))


def _is_short(text: str) -> bool:
    return len(text) <= (_SHORT_HAN if _HAN.search(text) else _SHORT)
