"""How many, in signs: "3", "1.5", "a", "half a", "a couple of", "two and a half", "2-3"."""

from __future__ import annotations

import re

COUNT = (
    r"(?:\d{1,3} ?(?:-|to|or) ?\d{1,3}|\d{1,3}(?:[.,]\d{1,2})?(?: and a half)?|(?:a )?half(?: a)?|(?:a )?couple(?: of)?"
    r"|(?:a )?few|1/2|a)"
)
"""`count` reads it."""


def count(words: str) -> float:
    """Returns the number that `words`, matched by `COUNT`, say; "a few" is 3, of "2-3" the last counts."""
    if words == "1/2":
        return 0.5
    if words[0].isdigit():
        words = re.split(r" ?(?:-|to|or) ?", words)[-1]
        number = float(words.split()[0].replace(",", "."))
        return number + 0.5 if words.endswith("half") else number
    if "half" in words:
        return 0.5
    if "couple" in words:
        return 2
    return 3 if "few" in words else 1
