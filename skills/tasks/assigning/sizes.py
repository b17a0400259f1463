"""How large a task is by its words: size words in English and Chinese, and counted things ("3 pages", 3页)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import regex

Size = Literal["tiny", "small", "large", "huge"]

SIZES: tuple[Size, ...] = ("tiny", "small", "large", "huge")
_SCANNED = 1_000
"""Characters looked at: the size of a task is said in its title."""

_MOST = 999

_WORDS: dict[Size, str] = {
    "huge": r"\b(?:entire|whole|overhaul|rewrite|from scratch|redo|everything|end[ -]to[ -]end|complete(?:ly)?|full)\b"
    r"|全部|整个|整体|彻底|从零|从头|重做|重写|推倒|完整",
    "large": r"\b(?:big|large|huge|thorough(?:ly)?|in[ -]depth|detailed|extensive(?:ly)?|comprehensive|major)\b"
    r"|深入|仔细|细一点|详细|工作量|全面|大型|复杂",
    "tiny": r"\b(?:quick(?:ly)?|tiny|trivial|(?:five|5)[ -]minutes?|in a minute|one[ -]liner|typo)\b"
    r"|快速|很快|小事|顺手|小问题|几分钟|错别字",
    "small": r"\b(?:small|minor|simple|short(?:ly)?|little|brief|easy|tweaks?)\b"
    r"|简单|小改|简短|稍微|略微|微调|一点点",
}  # fmt: skip
_PATTERNS = {size: regex.compile(words, regex.IGNORECASE) for size, words in _WORDS.items()}

_TIMES = "min|mins|minutes|hours|hrs|days|weeks|months|quarters|years|times|percent|pm|am|px|kb|mb|gb|ms"
_COUNTED = regex.compile(
    rf"(?<![\w.,:/#$€£-])(\d{{1,3}})\s+(?:[a-z]{{2,12}}\s+)?(?!(?:{_TIMES})\b)(?:[a-z]{{2,20}}s|people)\b"
    r"|(?<![a-z\d.,:/#-])(\d{1,3})\s*[页张条份个台篇人封次款件段幅章]",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sizing:
    """What a title says of its size: a word for it, and how many things it is about (1 where it doesn't say)."""

    size: Size | None
    count: int

    @property
    def says_anything(self) -> bool:
        return self.size is not None or self.count > 1


def sizing(text: str) -> Sizing:
    """Returns what the beginning of a text says of the size of a task; durations ("2 hours") are not counted."""
    text = text[:_SCANNED]
    size = next((size for size, pattern in _PATTERNS.items() if pattern.search(text)), None)
    found = _COUNTED.search(text)
    count = int(found[1] or found[2]) if found else 1
    return Sizing(size, min(max(count, 1), _MOST))
