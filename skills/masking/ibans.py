"""International bank account numbers (ISO 13616): a country's length and the check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skills.masking.checksums import mod_97
from skills.masking.cues import cue
from skills.masking.spans import Span

# The SWIFT registry of IBAN formats, release 99.
_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_BEGINNING = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d\d(?=[ -]{0,2}[A-Za-z0-9])")


def find_ibans(text: str) -> Iterator[Span]:
    """Yields the IBANs in folded `text`, in any case, with blanks or dashes between groups."""
    end = 0
    for beginning in _BEGINNING.finditer(text):
        if beginning.start() < end:
            continue
        length = _LENGTHS.get(beginning.group()[:2].upper())
        found = _characters(text, beginning.start(), length) if length else None
        if found is None:
            continue
        characters, stop = found
        if mod_97(characters) or cue(text, beginning.start(), stop) == "iban":
            end = stop
            yield Span(beginning.start(), end, "iban")


def _characters(text: str, start: int, length: int) -> tuple[str, int] | None:
    """Returns `length` letters and digits from `start` on, with where they end; None when they don't end there."""
    characters = ""
    for at in range(start, len(text)):
        character = text[at]
        if character.isascii() and character.isalnum():
            characters += character.upper()
            if len(characters) == length:
                follows = text[at + 1 : at + 2]
                return None if follows.isascii() and follows.isalnum() else (characters, at + 1)
        elif character not in " -":
            return None
    return None
