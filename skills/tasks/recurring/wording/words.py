"""A text as words with their places, folded so that capitals, full-width and traditional signs read alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TRADITIONAL = str.maketrans("週個兩後號禮點時間續總從終結為業記滿隔開", "周个两后号礼点时间续总从终结为业记满隔开")
_PLAIN: Final = (
    {ord("A") + step: chr(ord("a") + step) for step in range(26)}
    | {0xFF01 + step: chr(ord("!") + step).lower() for step in range(94)}
    | str.maketrans("’‘–—−，。　\u00a0", "''---,.  ")
)
_WORD = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,6}(?:st|nd|rd|th)?(?![a-z])|\d+|(?:bi|semi|half)-[a-z]+|[a-z]+(?:'[a-z]+)?|[^\x00-\x7f\s]+|\S"
)
_BEFORE = re.compile(r"[a-z0-9#@/_.`'\\-]")
_AFTER = re.compile(r"[a-z0-9_`]|[.@'-][a-z0-9]")


def folded(text: str) -> str:
    """Returns a text in small letters, plain digits and simplified signs; each sign stays at its place."""
    return text.translate(_PLAIN).translate(_TRADITIONAL)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded. Past either end there are empty ones."""

    raw: str
    text: str
    spans: tuple[tuple[int, int], ...]

    def __getitem__(self, index: int) -> str:
        if 0 <= index < len(self.spans):
            start, end = self.spans[index]
            return self.text[start:end]
        return ""

    def __len__(self) -> int:
        return len(self.spans)

    def start(self, index: int) -> int:
        return self.spans[index][0]

    def end(self, index: int) -> int:
        """Returns where the word before an index ends."""
        return self.spans[index - 1][1]

    def capital(self, index: int) -> bool:
        """Returns whether a word begins with a capital in a text that isn't all in capitals."""
        return self.raw[self.start(index)].isupper() and not self.raw.isupper()

    def glued(self, start: int, end: int) -> bool:
        """Returns whether [start:end] is part of a longer name: of a channel, an address, a file or a compound."""
        return _BEFORE.search(self.text, max(0, start - 1), start) is not None or bool(_AFTER.match(self.text, end))


def words_of(raw: str) -> Words:
    """Returns the words of a text."""
    text = folded(raw)
    return Words(raw, text, tuple(match.span() for match in _WORD.finditer(text)))
