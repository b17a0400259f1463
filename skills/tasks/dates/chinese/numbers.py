"""Chinese numerals up to 999, and digits."""

from __future__ import annotations

NUMBER = r"(?:\d{1,3}(?:\.5)?|[零〇一二两俩三四五六七八九十百廿]{1,5})"
"""`number` reads it."""

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}


def number(text: str) -> float:
    """Returns the number that `text`, matched by `NUMBER`, says."""
    if text[0].isdigit():
        return float(text)
    total = digit = 0
    for character in text.replace("廿", "二十"):
        if character == "百":
            total, digit = total + 100 * (digit or 1), 0
        elif character == "十":
            total, digit = total + 10 * (digit or 1), 0
        else:
            digit = DIGITS[character]
    return total + digit


def year_number(text: str) -> int:
    """Returns the year that four digits, Chinese or not, say."""
    return int("".join(one if one.isdigit() and one.isascii() else str(DIGITS[one]) for one in text))
