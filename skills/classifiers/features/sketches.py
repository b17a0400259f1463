"""When two texts say the same with hardly a character changed: the near-duplicates of feedback and of datasets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

SAME = 0.9
"""From this share of common character trigrams (Jaccard) two texts are near-duplicates."""

_MARKS = re.compile(r"[\W_]+")


def sketch(text: str) -> frozenset[str]:
    """Returns the character trigrams of a text without case, widths, blanks and punctuation."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold()) or text
    return frozenset(plain[at : at + 3] for at in range(max(1, len(plain) - 2)))


def resemblance(one: Set[str], other: Set[str]) -> float:
    """Returns the Jaccard similarity (Broder, On the resemblance and containment of documents, 1997)."""
    return len(one & other) / len(one | other)
