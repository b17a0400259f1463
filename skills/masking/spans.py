"""A stretch of personal data, and texts folded so that patterns read every writing of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["card", "phone", "email", "iban", "id", "ip"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, by character offsets, and the kind of personal data that it is."""

    start: int
    end: int
    kind: Kind


_FOREIGN = re.compile(r"[^\x00-\x7f\u4e00-\u9fff]")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"


def folded(text: str) -> str:
    """Returns `text` with ASCII digits, letters, dashes and blanks for every form of them, character by character.

    Offsets stay: full-width forms and the digits of other scripts become ASCII, what is invisible becomes a blank.
    """
    return text if text.isascii() else _FOREIGN.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    character = match.group()
    if character in _DASHES:
        return "-"
    if character in _INVISIBLE:
        return " "
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    return " " if category == "Zs" else character
