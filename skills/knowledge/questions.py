"""What of a message is the question."""

from __future__ import annotations

import re

LONGEST = 2_000
"""Characters of a question that are read; nobody asks more in one breath, and a paste of 40,000 is cut here."""

_EMOJI_NAME = re.compile(r"(?<!\w):[a-z0-9_+\-']+(?:::skin-tone-\d)?:(?!\w)")
_ANSWERABLE = re.compile(r"[^\W_]")


def question_of(text: str) -> str:
    """Returns the words of `text` that ask, without emoji names and doubled spaces; empty when nothing is asked."""
    words = " ".join(_EMOJI_NAME.sub(" ", text[: LONGEST * 2]).split())[:LONGEST]
    return words if _ANSWERABLE.search(words) else ""
