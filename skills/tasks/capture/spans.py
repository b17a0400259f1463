"""A text from which what was understood is taken out, piece by piece, so that the rest is the title."""

from __future__ import annotations

import re

_GAP = "\x00"
"""Stands in for what was taken out, so that the words around it don't grow together into something new."""


class Remainder:
    """What is left of a text. Offsets are the original's throughout: taken characters are blanked, not cut."""

    def __init__(self, text: str) -> None:
        self.original = text
        self._left = list(text)

    @property
    def text(self) -> str:
        """The text with blanks where something was taken out."""
        return "".join(" " if character == _GAP else character for character in self._left)

    def take(self, start: int, end: int) -> str:
        """Takes out the characters from `start` to `end`, and returns them as they stood in the original."""
        self._left[start:end] = _GAP * (end - start)
        return self.original[start:end]

    def find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Returns the first match of a pattern in what is left."""
        return pattern.search(self.text)

    def taken(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Takes out the first match of a pattern and returns it; None where there is none."""
        match = self.find(pattern)
        if match is not None:
            self.take(*match.span())
        return match
