"""A text in the signs that the rules are written in, with the way back to its characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skills.masking.spans import folded
from skills.tasks.dates.words import SHORT_OR_NAMES, TABLE, misspelt
from skills.tasks.dates.zones import ABBREVIATIONS

_UNITS = "one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_TOKEN = re.compile(
    r"(?P<blank>[^\S\n]+)"
    r"|(?P<special>b4(?![a-z0-9])|2moro|2morrow|2day(?![a-z])|2nite|2night|o'clock|d'ici|aujourd'hui"
    r"|jusqu'(?:à|au)|[ap]\.m\.?(?![a-z])"
    rf"|(?:twenty|thirty|forty|fifty)[ -](?:{_UNITS})(?![a-z]))"
    r"|(?P<word>[a-zà-ɏ]+)"
    r"|(?P<digits>\d+)"
    r"|(?P<chinese>[\u4e00-\u9fff〇]+)"
    r"|(?P<other>\n|[^a-zà-ɏ\d\s\u4e00-\u9fff〇]+)"
)

_CURLED = str.maketrans("’‘＇＠。，、；：！？（）【】「」～", "'''@.,,;:!?()[]\"\"~")
"""Folded text still has the marks of Chinese print."""


_BETWEEN = re.compile(r"\d\s+[\u4e00-\u9fff]|[\u4e00-\u9fff]\s+\d")
"""A blank that print sets between Chinese and digits, as in 12 月 5 日, and that says nothing."""

_LONGEST_NUMBER = 8
"""Digits: 20261204."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """`signs` is what the rules read; `starts[i]` and `ends[i]` are the characters of `text` that sign i stands for.

    `weak` holds where signs begin that were misspelt or may well be another word ("sun", "march").
    """

    text: str
    signs: str
    starts: list[int]
    ends: list[int]
    weak: frozenset[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Returns the characters of the text from sign `start` to before sign `end`."""
        return self.starts[start], self.ends[end - 1]


def canonical(text: str) -> Canonical:
    """Returns `text` in signs; its length is about that of the text."""
    plain = _lowered(folded(text.translate(_CURLED)))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    weak: set[int] = set()
    for token in _TOKEN.finditer(plain):
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind == "word" or kind == "special":
            sign, doubtful = _sign(token.group(), text[start:end])
            if doubtful:
                weak.add(len(starts))
            parts.append(sign)
            starts += [start] * len(sign)
            ends += [end] * len(sign)
        elif kind == "digits" and end - start > _LONGEST_NUMBER:
            parts.append("x")
            starts.append(start)
            ends.append(end)
        elif kind == "blank":
            if _BETWEEN.match(plain, start - 1, end + 1):
                continue
            parts.append(" ")
            starts.append(start)
            ends.append(end)
        else:
            parts.append(token.group())
            starts += range(start, end)
            ends += range(start + 1, end + 1)
    return Canonical(text, "".join(parts), starts, ends, frozenset(weak))


def _lowered(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def _sign(word: str, written: str) -> tuple[str, bool]:
    """Returns the sign of a word and whether it may well be another word."""
    if written[0].isupper() and written in ABBREVIATIONS:
        return f"Z{written}", False
    if word[0] in "ap" and "." in word:
        return f"{word[0]}m", False
    sign = TABLE.get(word.replace(" ", "-"))
    if sign is not None:
        return sign, word in SHORT_OR_NAMES
    slip = misspelt(word)
    return (slip, True) if slip else ("x", False)
