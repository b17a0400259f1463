"""Numbers up to 999 in Chinese texts: 12, 十二, 两, 三十一."""

from __future__ import annotations

from typing import Final

NUMERAL: Final = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
"""A pattern for them."""

_DIGITS: Final = {sign: number for number, sign in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def value(numeral: str) -> int:
    """Returns the number that a numeral says; of signs in no order, the sum of what they say."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return sum(_DIGITS.get(sign, 0) for sign in numeral)
    return 10 * (_DIGITS.get(tens[-1:], 1)) + _DIGITS.get(ones[:1], 0)
