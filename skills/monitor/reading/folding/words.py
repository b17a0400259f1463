"""The words of a post as its copies share them, whatever the variant of script, case, width, quotes and links."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from index.tokens import simplified

_READ = 4_000
"""Characters of a text that are looked at."""

_LINK = re.compile(r"https?://\S+|\bwww\.\S+")
_FORWARDED = re.compile(r"\brt\s+@\w+\s*:?|//@[^:\s]{1,30}:|^转发微博\s*:?|\bvia\s+@\w+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_TOKEN = re.compile(rf"\d+(?:[.,:]\d+)*%?|[{_HAN}]|[^\W\d_{_HAN}]+")
_HAN_TOKEN = re.compile(rf"[{_HAN}]")
_CUT = re.compile(r"(?:…|\.\.\.|\[\.\.\.\]|…\s*全文)\W*$")
_QUOTING = re.compile(r"^\s*>|^[“\"「][^”\"」]{8,}[”\"」]\s*\S")
_FORWARDING = re.compile(r"\brt\s+@\w")
_COMMENT = 20
"""Letters in front of what is forwarded that are somebody's own words; datelines have fewer."""


def plain(text: str) -> str:
    """Returns the part of `text` that is looked at: entities resolved, simplified characters, half width, small."""
    text = unicodedata.normalize("NFKC", unescape(text[:_READ])).lower()
    return text if text.isascii() else simplified(text)


def words(text: str) -> list[str]:
    """Returns the words of a `plain` text in order: a figure is one, a Han character or kana is one.

    Links and the marks of forwarding are left out.
    """
    text = _FORWARDED.sub(" ", _LINK.sub(" ", text))
    return _TOKEN.findall(_APOSTROPHE.sub("", text))


def is_cut(text: str) -> bool:
    """Returns whether a `plain` text breaks off."""
    return bool(_CUT.search(_LINK.sub(" ", text)))


def is_quoting(text: str) -> bool:
    """Returns whether a `plain` text looks like an answer to what it quotes."""
    if _QUOTING.search(text):
        return True
    forwarding = _FORWARDING.search(text)
    return forwarding is not None and sum(map(str.isalnum, text[: forwarding.start()])) >= _COMMENT


def is_figure(word: str) -> bool:
    """Returns whether one of `words` is a number."""
    return word[0].isdigit()


def weight(some: list[str]) -> float:
    """Returns how many words `some` are worth: a Han character or kana is half a word."""
    return sum(0.5 if _HAN_TOKEN.fullmatch(word) else 1.0 for word in some)
