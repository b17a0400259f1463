"""What a watch matches, as people write it: words and phrases, one or the other of which must occur; exclusions.

    deskhand, "desk hand", refund*, -"refund policy", 退款

A word stands for itself, whatever its case, width or Chinese script; `*` ends one that may go on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.tokens import folded

MOST = 100
LONGEST = 80

_ITEM = re.compile(r'\s*(?P<out>[-−–])?\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^,\n，、;；]*))\s*(?:[,\n，、;；]+|$)')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"'})
_LETTER = r"[^\W_぀-ヿ㐀-䶿一-鿿]"
"""A character of a script that puts spaces between words."""


class WordsError(ValueError):
    """Words that can't be read. `fault` names the text that says why, `word` the culprit."""

    def __init__(self, fault: str, word: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.word = word


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words and phrases: at least one of `wanted` occurs, unless there are none, and none of `excluded`."""

    wanted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def read_words(text: str) -> Words:
    """Returns what `text` lists. Raises `WordsError` for too many words, one too long, or exclusions alone."""
    wanted: list[str] = []
    excluded: list[str] = []
    text = text.translate(_QUOTES)
    place = 0
    while place < len(text):
        match = _ITEM.match(text, place)
        if match is None or match.end() == place:
            raise WordsError("quote", text[place : place + 20].strip())
        place = match.end()
        item = " ".join(folded(match["quoted"] if match["quoted"] is not None else match["plain"]).split())
        if not item.strip('*"'):
            continue
        if len(item) > LONGEST:
            raise WordsError("long", item[:LONGEST])
        (excluded if match["out"] else wanted).append(item)
    if len(wanted) + len(excluded) > MOST:
        raise WordsError("many")
    if excluded and not wanted:
        raise WordsError("excluded_alone", excluded[0])
    return Words(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(excluded)))


class Matcher:
    """Finds `words` in texts."""

    def __init__(self, words: Words) -> None:
        self._wanted = _pattern(words.wanted)
        self._excluded = _pattern(words.excluded)

    def matches(self, text: str) -> bool:
        """Returns whether a text that is `folded` already is meant."""
        if self._excluded is not None and self._excluded.search(text):
            return False
        return self._wanted is None or self._wanted.search(text) is not None

    def names(self, text: str) -> bool:
        """Returns whether one of the words occurs in a text that is `folded` already; never where there are none."""
        return self._wanted is not None and self._wanted.search(text) is not None


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_alternative, words))) if words else None


def _alternative(word: str) -> str:
    goes_on = word.endswith("*")
    bare = word.rstrip("*").strip()
    body = r"\s+".join(re.escape(part) for part in bare.split())
    before = f"(?<!{_LETTER})" if re.match(_LETTER, bare) else ""
    after = f"(?!{_LETTER})" if not goes_on and re.match(_LETTER, bare[-1:]) else ""
    return f"{before}{body}{after}"
