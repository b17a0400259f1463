"""Finds the values of the built-in slots in a message: order numbers, amounts, mails, phones and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NO_WORD_BEFORE = r"(?<![A-Za-z0-9])"
_NO_WORD_AFTER = r"(?![A-Za-z0-9])"
# Han characters are word characters to `\b`, and stand against figures without a space.

_TOKEN = rf"[A-Z]{{0,5}}-?\d[\dA-Z]*(?:-[\dA-Z]+)*{_NO_WORD_AFTER}"
_NUMBER_CUE = (
    r"(?:\b(?:order|purchase|invoice|booking|reference|ref|confirmation)\s*"
    r"(?:numbers?|nr|nos?|num|id|ref|code)\b\.?|\border\s*\#|(?:订单|單|单|订购|编)\s*(?:编号|号码|号|號))"
)
_ORDER_CUE = r"(?:\b(?:orders?|purchase|parcel|package)\b|订单|訂單|单子|包裹)"
_LINK = r"(?:\s*(?:is|was|=|:|,|are|called|reads|是|为|：)){0,2}\s*[\"'“(\[]?\s*\#?\s*"
_NUMBERED = re.compile(rf"{_NUMBER_CUE}{_LINK}(?P<value>{_TOKEN})", re.IGNORECASE)
_CUED = re.compile(rf"{_ORDER_CUE}{_LINK}(?P<value>{_TOKEN})", re.IGNORECASE)
_HASHED = re.compile(rf"{_NO_WORD_BEFORE}\#\s?(?P<value>{_TOKEN})", re.IGNORECASE)
_SHAPED = re.compile(rf"(?<![A-Za-z0-9-])(?P<value>[A-Z]{{1,5}}-?\d{{5,}}(?:-\d+)*|\d{{6,}}-\d{{2,}}){_NO_WORD_AFTER}")
_SPACED = re.compile(rf"(?<![A-Za-z0-9-])(?P<value>[A-Z]{{2,5}}\s?[-–—]?\s?\d[\d ]{{3,14}}\d){_NO_WORD_AFTER}")
_SPACED_SURE = re.compile(rf"(?<![A-Za-z0-9-])(?P<value>[A-Z]{{2,3}} \d{{5,}}){_NO_WORD_AFTER}")
"""A number with spaces in it ("LL – 20 348"): where it was asked for, or in capitals and whole."""
_BARE = re.compile(rf"(?<![A-Za-z0-9.,-])\#?(?P<value>{_TOKEN})", re.IGNORECASE)

_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?")
_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?!\d)|(?<!\d)3\d{3}[ -]?\d{6}[ -]?\d{5}(?!\d)")
_COUNTED = re.compile(
    r"\s*(?:%|(?:pieces?|pcs|units?|items?|of|x|days?|weeks?|months?|years?|hours?|minutes?|times?|euros?|dollars?|eur|usd|kg|cm|mm|am|pm)\b|[件个天年月日号周块元小分条次])",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?:\bnot|\bisn['’]?t|不是|并非)\s*(?:the\s+)?(?:order\s*)?(?:number\s*)?\#?\s*$", re.IGNORECASE)

_MOBILE = re.compile(r"1[3-9]\d{9}")

_CURRENCY = r"(?:US\$|A\$|HK\$|NT\$|[$€£¥￥]|\b(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD)\b)"
_CURRENCY_WORD = (
    r"(?:[€£$]|(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD|euros?|dollars?|pounds?|bucks|yuan)\b|"
    r"美元|欧元|英镑|日元|港币|人民币|块钱|元|块)"
)
_QUANTITY = r"\d{1,3}(?:[ ,.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s?(?:{_QUANTITY})(?!\d)|{_NO_WORD_BEFORE}(?<![.,-])(?:{_QUANTITY})\s?{_CURRENCY_WORD}",
    re.IGNORECASE,
)

_MAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    re.ASCII,
)

_LATIN_NAME = r"[A-Z\u00c0-\u00de][\w'’.-]*(?:[ \t]+[A-Z\u00c0-\u00de][\w'’.-]*){0,3}"
_NAME_CUE = re.compile(
    rf"(?i:\bmy (?:full )?name(?:['’]s| is|:)|\bname\s*:|\bthis is(?= [A-Z][a-z]+ [A-Z])|\bi am called)"
    rf"\s*(?P<latin>{_LATIN_NAME})"
    r"|(?:我的?(?:名字)?叫做?|我的(?:名字|姓名)是|姓名[是:：]?|名字[是:：]|我姓名是)\s*(?P<han>[\u4e00-\u9fff·]{2,5}?)(?=[^\u4e00-\u9fff·]|$)",
)
_BARE_NAME = re.compile(
    rf"(?i:(?:it['’]?s|i['’]?m|i am|this is|sure,?|yes,?|hi,?)\s+)?(?P<latin>{_LATIN_NAME})[.!]?"
    r"|(?:我是|是|叫)?(?P<han>[\u4e00-\u9fff]{2,4})[。!]?"
)
_NO_NAMES = frozenset(
    [
        *("no", "nope", "never", "nothing", "none", "cancel", "stop", "help", "yes", "ok", "okay", "hello", "hi"),
        *("thanks", "please", "what", "why", "sorry", "wait", "i", "it", "the", "never mind", "forget it"),
        *("不知道", "算了", "转人工", "人工", "没有", "不用了", "取消", "不要", "好的", "是的", "谢谢", "你好", "您好"),
        *("什么", "为什么", "随便", "不想", "等等", "没关系", "忘了", "忘记了", "不清楚", "找人工", "客服", "转客服"),
    ]
)

_LEAD_IN = re.compile(
    r"^(?:(?:it(?:['’]?s| is| was)|that(?:['’]?s| is| was)|this is|i (?:bought|ordered|mean|meant|have)|"
    r"my|the|an?|about|for)\s+)+|^(?:我(?:买|要|订|说)的是|我买了|我订了|是|那个|这个|买的)+",
    re.IGNORECASE,
)


def numbered(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, number) of what is called an order number ("order no. 88231")."""
    yield from _matches(text, _NUMBERED)


def order_numbers(text: str, *, asked: bool) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, number) of what else must be an order number, the surest first.

    A year, a date, a card number, a price or a count is none. `asked`: we have just asked for it, so that a figure
    alone may be one.
    """
    yield from _matches(text, _CUED, _HASHED, _SHAPED, _SPACED_SURE, *((_SPACED, _BARE) if asked else ()))


def _matches(text: str, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            value = match["value"]
            if pattern in (_SPACED, _SPACED_SURE):
                value = re.sub(r"\s*[-–—]\s*", "-", value).replace(" ", "")
            if _is_order_number(value, pattern, text, match.start("value"), match.end("value")):
                yield match.start("value"), match.end("value"), value


def _is_order_number(value: str, pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    digits = sum(character.isdigit() for character in value)
    if digits < 3 or len(value) > 40 or _DATE.fullmatch(value) or _DENIED.search(text[:start]):
        return False
    if pattern is _NUMBERED:
        return True
    if _YEAR.fullmatch(value) or _COUNTED.match(text, end) or re.match(r"[.,:/]\d", text[end:]):
        return False
    if pattern is _CUED:
        return digits >= 5 or not value.isdigit()
    return pattern is not _BARE or digits >= 4 or not value.isdigit()


def without_cards(text: str) -> str:
    """Returns `text` with payment cards' numbers blanked: no slot ever holds one."""
    return _CARD.sub(lambda match: "\n" * len(match.group()) if _is_card(match.group()) else match.group(), text)


def _is_card(written: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, the Luhn algorithm)."""
    digits = reversed([int(character) for character in written if character.isdigit()])
    doubled = [digit * (2 if place % 2 else 1) for place, digit in enumerate(digits)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def amounts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, amount) of each sum of money, as it is written."""
    for match in _AMOUNT.finditer(text):
        yield match.start(), match.end(), match.group().strip()


def mails(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, address) of each mail address."""
    for match in _MAIL.finditer(text):
        yield match.start(), match.end(), match.group()


def phones(text: str, *, bare: bool) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, number) of each phone number: with its country's code, or as in China, the US or the UK.

    Without `bare` a run of figures counts only where it can be nothing but a Chinese mobile.
    """
    if sum(character.isdigit() for character in text) < 7:
        return
    from phonenumbers import PhoneNumberMatcher

    for region in ("CN", "US", "GB"):
        for match in PhoneNumberMatcher(text, region):
            if bare or not match.raw_string.isdigit() or _MOBILE.fullmatch(match.raw_string):
                yield match.start, match.end, match.raw_string


def names(text: str, *, asked: bool) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, name) of the asker's name where it is given as such, or, when `asked`, stands alone."""
    for match in _NAME_CUE.finditer(text):
        group = "latin" if match["latin"] else "han"
        yield match.start(group), match.end(group), match[group]
    if not asked:
        return
    alone = _BARE_NAME.fullmatch(text.strip())
    if alone is None:
        return
    name = alone["latin"] or alone["han"]
    if name.casefold() not in _NO_NAMES and name.casefold().split()[0] not in _NO_NAMES:
        yield text.find(name), text.find(name) + len(name), name


def bare_words(text: str) -> str | None:
    """Returns what a short message names when it answers a question for a thing: "it's the blue lamp" the blue lamp.

    None for a question, a refusal or a message too long to be a name.
    """
    words = _LEAD_IN.sub("", text.strip()).strip(" .。!！\"'“”")
    if not words or "?" in words or "？" in words or words.casefold() in _NO_NAMES:
        return None
    if words.casefold().split()[0] in _NO_NAMES or len(words) > 60 or len(words.split()) > 7:
        return None
    return words
