"""Whom a sentence asks: somebody by name, the asker, or nobody in particular."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skills.tasks.capture.draft import WHO, Names
from skills.tasks.capture.spans import Remainder

_NAME = r"(?P<name>@[^\s，,。:：]+|[^\W\d_㐀-鿿][\w.\-']*)"
_POLITE = (
    r"(?:hi|hey|hello|yo|ok(?:ay)?|so|and|also|well|please|pls|plz|kindly"
    r"|嗨|你好|嘿|另外|然后|还有|对了|那)[\s,，!！:：]*"
)
_ASKED = re.compile(
    rf"""^[\s,，:：;；–-]*(?:{_POLITE})*
    (?:(?:can|could|would|will)\s+(?:you|u|we|someone)\s+(?:please\s+|pls\s+)?|please\s+|pls\s+|i\s+(?:want|need|would\s+like|'d\s+like)\s+(?:you\s+to\s+)?|let'?s\s+|帮我|帮忙|能不能|能否|可以|可否|麻烦)?\s*
    (?:
        (?:ask|tell|get|have|let|make|remind|assign|nudge|ping|want|need)\s+(?:task\s+)?(?:@\S+\s+(?=@))?{_NAME}
        (?:\s*,?\s*(?:please|pls)\b)?(?:\s+(?:to|that\s+(?:he|she|they)\s+should)\b|\s*[:,]|(?=\s+\w))
      | (?:assign|give)\s+(?:this\s+)?to\s+{_NAME.replace("name", "name_b")}\s*[:,]?\s*
      | remind\s*(?:一下)?\s*{_NAME.replace("name", "name_c")}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ASKED_IN_CHINESE = re.compile(
    rf"""^[\s,，:：;；–-]*(?:{_POLITE})*(?:能不能|能否|可以|可否|帮我|帮忙)?\s*(?:麻烦|请|让|叫|通知|提醒|安排|找|派|催|要|转告|拜托|劳烦)+(?:一下)?\s*
    (?P<name>@[^\s，,。:：]+|[A-Za-z][\w.\-']*)\s*[,，:：]?\s*(?:请)?(?:帮忙|帮)?(?:去)?(?:一下)?""",
    re.VERBOSE | re.IGNORECASE,
)
_INSIDE_CHINESE = re.compile(
    r"[,，]?\s{0,2}(?:让|请|叫|麻烦|由)\s*(?P<name>@[^\s，,。:：]+|[A-Za-z][\w.\-']*)\s*(?:来|负责|去)?\s*(?=[^\s，,。])"
)
_ADDRESSED = re.compile(
    rf"^[\s,，:：;；–-]*(?:{_POLITE})*(?P<name>@[^\s，,。:：]+)\s*[,，:：]?\s*"
    r"(?:(?:to|should|needs?\s+to|has\s+to|must|ought\s+to|could\s+you(?:\s+please)?|can\s+you(?:\s+please)?|would\s+you(?:\s+please)?|will\s+you|please|pls|请|麻烦你?|你?能不能|帮忙|要|需要|来|去|得)\s*)*",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"[,，;；(（]?\s{0,2}(?:(?<!\w)(?:assigned?\s+(?:it\s+)?to|for|owner\s*[:=]?|by|->|→|cc)\s+|交给|分配给|指派给|由|给)?\s*(?P<name>@[^\s，,。:：)）]+)"
    r"\s*(?:负责|来做|处理|跟进|去做)?[)）]?\s*(?:please|pls|吧|谢谢|thanks)?[\s.!。！🙏]*$",
    re.IGNORECASE,
)
_NAMED_TAIL = re.compile(
    r"[,，;；(（]?\s{0,2}(?:assigned?\s+(?:it\s+)?to|owner\s*[:=]?|交给|分配给|指派给)\s*(?P<name>[^\W\d_][\w.\-']*)[)）]?[\s.!。！]*$",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"""^[\s,，:：;；–-]*(?:{_POLITE})*(?:can\s+you\s+|could\s+you\s+|please\s+)?(?:
        (?:remind|ping|nudge|tell)\s+(?:me|myself)\b(?:\s+(?:to|that\s+i\s+(?:need|have)\s+to|about)\b)?
      | (?:note\s+to\s+self|to-?do(?:\s+for\s+me)?|for\s+me|my\s+task)\s*[:：]\s*
      | i(?:\s+also|\s+still|\s+really)*\s+(?:(?:need|have|want|ought|am\s+supposed)\s+to|must|should|gotta|got\s+to)\b
      | i(?:'ll|\s+will|'m\s+going\s+to|\s+am\s+going\s+to|\s+gotta)\b
      | don'?t\s+let\s+me\s+forget\s+(?:to\s+)?
      | (?:记得|别忘了|到时候)?提醒(?:一下)?我(?:自己)?(?:要|去|一下)?
      | 我(?:自己)?(?:还)?(?:要|需要|得|打算|准备|会|来|应该|必须)
      | 别忘了|记得
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_OWN_INSIDE = re.compile(
    r"[,，]?\s{0,2}(?:(?:记得|请|到时候|再)?提醒(?:一下)?我(?:自己)?(?:要|去|一下)?|(?:please\s+)?remind\s+me(?:\s+to)?\b)\s*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    rf"""^[\s,，:：;；–-]*(?:{_POLITE})*(?:
        (?:(?:can|could|would|will)\s+)?(?:some(?:one|body)|any(?:one|body)|one\s+of\s+(?:you|us))\s*
        (?:(?:please|pls|should|must|needs?\s+to|has\s+to|to|can|could|will|ought\s+to)\s+)*
      | (?:we|you\s+guys|the\s+team)\s+(?:also\s+|still\s+|really\s+)?
        (?:(?:need|have)\s+(?:someone\s+|somebody\s+)?to|should|must)\s+(?:find\s+someone\s+to\s+)?
      | (?:we\s+|i\s+)?(?:need|want|looking\s+for)\s+(?:some(?:one|body)|any(?:one|body))\s+(?:who\s+can\s+|to\s+)
      | ask\s+(?:some(?:one|body)|any(?:one|body)|the\s+team|everyone)\s+to\s+
      | let'?s\s+(?:get\s+someone\s+to\s+)?
      | (?:得|需要|要|应该)?有(?:没有)?(?:人|谁|哪位)(?:可以|能|来|去|帮忙|愿意)*
      | (?:谁|哪位)(?:可以|能|来|去|帮忙|有空|愿意)+(?:一下)?
      | (?:我们|咱们|大家)(?:还)?(?:要|需要|得|应该)(?:找人|派人)?
      | (?:找|派|请|让)(?:个|一个)?人
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT_PEOPLE = frozenset(
    [
        "me",
        "myself",
        "you",
        "u",
        "us",
        "we",
        "them",
        "him",
        "her",
        "it",
        "this",
        "that",
        "these",
        "those",
        "someone",
        "somebody",
        "anyone",
        "anybody",
        "everyone",
        "everybody",
        "all",
        "a",
        "an",
        "the",
        "my",
        "our",
        "your",
        "their",
        "his",
        "its",
        "some",
        "any",
        "each",
        "every",
        "legal",
        "support",
        "finance",
        "marketing",
        "sales",
        "hr",
        "it",
        "ops",
        "engineering",
        "design",
        "product",
        "customers",
        "customer",
        "accounting",
        "management",
        "security",
        "the",
        "team",
        "people",
        "staff",
        "suppliers",
        "vendors",
        "clients",
        "users",
        "dev",
        "devs",
        "qa",
        "pr",
        "purchasing",
        "logistics",
        "procurement",
        "to",
        "for",
        "about",
        "in",
        "on",
        "at",
        "by",
        "of",
        "with",
        "and",
        "or",
        "not",
        "more",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "new",
        "feedback",
        "help",
        "if",
        "whether",
        "what",
        "when",
        "how",
        "why",
        "who",
        "rid",
        "ready",
        "sure",
        "sense",
        "copy",
        "tests",
        "them's",
        "lunch",
        "dinner",
        "coffee",
        "access",
        "approval",
        "permission",
        "quotes",
        "quote",
    ]
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a sentence asks; see `Draft`."""

    who: WHO
    person: str | None = None
    unknown: str = ""


def take_person(left: Remainder, names: Names) -> Asked:
    """Takes out of a text whom it asks."""
    if left.taken(_OWN):
        return Asked("asker")
    if left.taken(_NOBODY):
        return Asked("nobody")
    for pattern in (_ASKED_IN_CHINESE, _ASKED, _ADDRESSED, _TRAILING, _NAMED_TAIL, _INSIDE_CHINESE):
        match = left.find(pattern)
        if match is None:
            continue
        name = next(value for key, value in match.groupdict().items() if key.startswith("name") and value)
        asked = _named(name, names, strict=pattern in (_ASKED, _ASKED_IN_CHINESE, _NAMED_TAIL, _INSIDE_CHINESE))
        if asked is not None:
            left.take(*match.span())
            return asked
    if left.taken(_OWN_INSIDE):
        return Asked("asker")
    return Asked("nobody")


_GREETING = r"^\s*(?:(?:hi|hey|hello|ok|and|also|please|pls|well|so|嗨|你好)[\s,，!]+)*"
_PLAINLY = re.compile(
    rf"""{_GREETING}(?:
        (?:can|could|would|will)\s+you\s+(?:please\s+)?(?:ask|tell|remind|get|have)\s+(?:@|me\b)
      | (?:please\s+|pls\s+)?(?:ask|tell|get|have|remind|assign|nudge)\s+@
      | (?:new|create\s+(?:a\s+)?|make\s+(?:a\s+)?|add\s+(?:a\s+)?)\s*(?:new\s+)?(?:task|to-?do|reminder)\b
      | to-?do\s*[:：]
      | (?:some(?:one|body))\s+(?:should|must|needs?\s+to|has\s+to|please)\b
      | we\s+need\s+(?:some(?:one|body))\s+to\b
      | (?:得|需要|要|应该)有人
      | (?:can\s+you\s+|could\s+you\s+|please\s+|pls\s+)?remind\s+me\b
      | @\S+\s*,?\s*(?:please|pls|to|should|needs?\s+to|must)\b
      | (?:帮我|请|麻烦|记得|到时候|别忘了|能不能)*(?:让|请|叫|麻烦|通知|提醒|安排)+(?:一下)?\s*@
      | (?:新建|创建|添加|加个?|建个?)(?:任务|待办)
    )|(?:让|请|叫|麻烦|交给)\s*@\S|提醒我|remind\s*(?:一下)?\s*@""",
    re.VERBOSE | re.IGNORECASE,
)
_SOMEHOW = re.compile(
    rf"""{_GREETING}(?:
        i\s+(?:also\s+|still\s+)?(?:need|have)\s+to\b(?!\s+(?:know|ask|talk|speak|return|cancel|understand|change\s+my)\b)
      | we\s+(?:also\s+|still\s+)?(?:need|have)\s+to\b | (?:我们|咱们)(?:要|得|应该)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def is_plain_request(text: str) -> bool:
    """Returns whether a text plainly asks somebody for something, whatever it is about."""
    return _PLAINLY.search(text[:400]) is not None


def asks_for_something(text: str) -> bool:
    """Returns whether a text says that something has to be done, which may be a customer's matter too."""
    return is_plain_request(text) or _SOMEHOW.search(text[:400]) is not None


def named_in(text: str, names: Names) -> list[str]:
    """Returns the ids of the people whom a text names, mentioned or by a member's name, in order, each once."""
    found = [(text.find(words), id) for id, words in names.mentions if words in text]
    taken = {words.casefold().lstrip("@") for _, words in names.mentions}
    for word in re.finditer(r"[^\W\d_][\w.\-']*", text):
        name = word.group().casefold()
        if name in names.members and name not in taken:
            found.append((word.start(), names.members[name]))
    return list(dict.fromkeys(id for _, id in sorted(found)))


def _named(said: str, names: Names, *, strict: bool) -> Asked | None:
    """Returns who is meant by a name, perhaps nobody known; None where the words need not be a name at all."""
    said = said.rstrip(".-'")
    for id, words in names.mentions:
        if said == words or said.startswith(words) or words.startswith(said + " "):
            return Asked("asker" if id == names.asker else "named", id)
    plain = said.lstrip("@").casefold()
    for name in (plain, plain.removesuffix("'s")):
        if (known := names.members.get(name)) is not None:
            return Asked("asker" if known == names.asker else "named", known)
    if said.startswith("@"):
        return Asked("named", None, said.lstrip("@"))
    if not strict or plain in _NOT_PEOPLE:
        return None
    return Asked("named", None, said) if re.fullmatch(r"[^\W\d_]{2,20}", said) else None
