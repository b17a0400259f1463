"""Phone numbers, by how they are written: with a country, in a country's own groups, or beside a word for them.

The numbering plans are libphonenumber's; what may be a phone number at all is decided here, since its own search takes
order numbers and dates for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from skills.masking.cues import cue
from skills.masking.spans import Span

_EXTENSION = r"(?: ?(?:x|ext\.?|extension|#|分机|转|durchwahl) ?\d{1,6})?"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_+])(?<!\d[.,:/-])(?<![A-Za-z0-9][-_/#])"
    rf"(?P<number>(?:\+ ?|\(\+ ?)?\(?\d(?:[ ./()-]{{0,3}}\d){{4,16}}){_EXTENSION}(?![A-Za-z0-9_%])(?![.,:/-]\d)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")

_DATE = re.compile(
    r"(?:19|20)\d\d ?[-./] ?\d{1,2} ?[-./] ?\d{1,2}(?:[ T]\d{1,2})?"
    r"|\d{1,2} ?[-./] ?\d{1,2} ?[-./] ?(?:19|20)?\d\d(?: \d{1,2})?"
    r"|(?:19|20)\d\d ?- ?(?:19|20)\d\d|(?:19|20)\d{6}|(?:19|20)\d\d[01]\d"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .]000)+|\d{1,3}(?: \d{3})+(?=\s?(?:€|\$|£|¥|元|EUR|USD|GBP|kr|zł))")
_BOOK = re.compile(r"97[89][ -]?\d")
_MONEY_BEFORE = re.compile(r"(?:[$€£¥￥#]|US\$|EUR|USD|GBP|CNY|RMB|No\.?|Nr\.?|№) ?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(
    r" ?(?:[€$£¥元块个件名位年月号楼]|(?:EUR|USD|GBP|CNY|RMB|dollars?|euros?|pounds?|kg|km|pcs)\b)", re.IGNORECASE
)

_CHINESE_MOBILE = re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|1[3-9]\d[ -]\d{3}[ -]\d{5}|1[3-9]\d{3}[ -]\d{3}[ -]\d{3}")
_CHINESE_LANDLINE = re.compile(r"\(?0(?:10|2\d|[3-9]\d\d)\)?[ -]?[2-9]\d{6,7}|[48]00[ -]\d{3,4}[ -]\d{3,4}")
_AMERICAN = re.compile(r"(?:1[ .-]?)?(?:\([2-9]\d\d\) ?[.-]?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]?\d{4}|1?[2-9]\d\d[2-9]\d{6}")
_TRUNK = re.compile(r"\(?0[1-9]\d{0,4}\)?(?:[ ./-]{1,2}\d{1,8}){1,5}|0[1-9]\d{8,9}")
_BRACKETED = re.compile(r"\(\d{1,4}\)[ .-]?\d{2,5}(?:[ .-]?\d{2,5})+")

_REGIONS = ("ES", "IN", "HK", "SG", "FR", "IT", "PT", "PL", "DK", "NO", "SE", "AU", "BR", "MX", "TW", "CH", "BE")
"""Whose numbers, written in groups, are known without a leading zero or a country."""

_SHAPES = frozenset(
    ["55", "44", "54", "333", "234", "244", "233", "254", "144", "433", "334", "344", "3222", "2222", "2322", "3322"]
)
"""The sizes of the groups in which those countries write: other pairs of numbers are postcodes and houses."""

_LEAST, _MOST = 7, 15
"""Digits of a subscriber's number with its area, and of the longest number (ITU-T E.164)."""


def find_phones(text: str) -> Iterator[Span]:
    """Yields the phone numbers in folded `text`, with their extensions."""
    for found in _NUMBER.finditer(text):
        number = found["number"]
        start = found.start() + (1 if number.startswith("(") and number.count("(") > number.count(")") else 0)
        if _is_phone(text, text[start : found.end("number")], start, found.end()):
            yield Span(start, found.end(), "phone")


def _is_phone(text: str, number: str, start: int, end: int) -> bool:
    digits = "".join(_DIGITS.findall(number))
    if not 6 <= len(digits) <= _MOST + 2 or len(set(digits)) == 1:
        return False
    if _DATE.fullmatch(number) or _THOUSANDS.fullmatch(number) or _BOOK.match(number):
        return False
    if number.startswith("+") or number.startswith("(+"):
        return _LEAST <= len(digits) <= _MOST and not _MONEY_AFTER.match(text, end)
    beside = cue(text, start, end)
    if beside == "phone":
        return len(digits) <= _MOST and not _MONEY_AFTER.match(text, end)
    if beside in ("other", "version", "id", "card", "passport", "license", "iban"):
        return False
    if _MONEY_BEFORE.search(text, max(0, start - 5), start) or _MONEY_AFTER.match(text, end):
        return False
    return _has_form(number, digits)


def _has_form(number: str, digits: str) -> bool:
    """Whether a number is written as phone numbers are, with nothing beside it that says so."""
    if number.startswith("00"):
        return _is_possible(digits[2:])
    if _CHINESE_MOBILE.fullmatch(number) or _CHINESE_LANDLINE.fullmatch(number) or _AMERICAN.fullmatch(number):
        return True
    if re.fullmatch(r"86[ -]?1[3-9]\d{9}", number):
        return True
    if _TRUNK.fullmatch(number) or _BRACKETED.fullmatch(number):
        return 8 <= len(digits) <= 12
    shape = "".join(str(len(group)) for group in _DIGITS.findall(number))
    if shape not in _SHAPES or re.match(r"(?:19|20)\d\d\b", number):
        return False
    return any(_is_valid(digits, region) for region in _REGIONS)


@lru_cache(maxsize=1024)
def _is_valid(digits: str, region: str) -> bool:
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        return is_valid_number(parse(digits, region))
    except NumberParseException:
        return False


@lru_cache(maxsize=1024)
def _is_possible(digits: str) -> bool:
    """Whether a country's code begins `digits` and the rest has a length that its numbers have."""
    from phonenumbers import NumberParseException, is_possible_number, parse

    try:
        return is_possible_number(parse(f"+{digits}", None))
    except NumberParseException:
        return False
