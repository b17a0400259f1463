"""Numbers of payment cards: an issuer's range, its length and the Luhn digit (ISO/IEC 7812-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skills.masking.checksums import luhn
from skills.masking.cues import cue
from skills.masking.spans import Span

_RUN = re.compile(r"(?<![A-Za-z0-9_])\d(?:(?: ?[-./] ?| {1,2})?\d){11,40}(?![A-Za-z0-9_])")
_GROUP = re.compile(r"\d+")

_ISSUERS = re.compile(
    r"""
      4(?:\d{12}|\d{15}|\d{18})                                                # Visa
    | (?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}         # Mastercard
    | 3[47]\d{13}                                                              # American Express
    | (?:6011|64[4-9]\d|65\d\d)\d{12,15}                                       # Discover
    | 3(?:0[0-5]|095|[689]\d)\d{11,16}                                         # Diners Club
    | 35(?:2[89]|[3-8]\d)\d{12,15}                                             # JCB
    | (?:1800|2131)\d{11}                                                      # JCB, before 16 digits
    | (?:62|81)\d{14,17}                                                       # UnionPay
    | 220[0-4]\d{12,15}                                                        # Mir
    | 9792\d{12}                                                               # Troy
    | (?:60|508|82)\d{13,14}                                                   # RuPay
    | (?:50|5[6-9]|6[0-9])\d{10,17}                                            # Maestro
    """,
    re.VERBOSE,
)
_SHORTEST, _LONGEST = 12, 19
_USUAL = (15, 16)


def find_cards(text: str) -> Iterator[Span]:
    """Yields the card numbers in folded `text`, whatever groups they are written in."""
    for run in _RUN.finditer(text):
        groups = [(found.start(), found.end()) for found in _GROUP.finditer(text, run.start(), run.end())]
        at = 0
        while at < len(groups):
            end = _longest_card(text, groups, at)
            if end is None:
                at += 1
                continue
            yield Span(groups[at][0], groups[end][1], "card")
            at = end + 1


def _longest_card(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Returns the last group of the longest card number that begins with the group `first`."""
    digits = ""
    found = None
    for last in range(first, len(groups)):
        begins, ends = groups[last]
        digits += text[begins:ends]
        if len(digits) > _LONGEST:
            break
        if len(digits) >= _SHORTEST and _is_card(text, digits, groups[first][0], ends):
            found = last
    return found


def _is_card(text: str, digits: str, start: int, end: int) -> bool:
    if not luhn(digits) or len(set(digits)) < 2:
        return False
    kind = cue(text, start, end)
    if not _ISSUERS.fullmatch(digits):
        return kind == "card"
    # Shops number their orders with 18 or 19 digits; a card's number is no less a card's under the wrong label.
    return kind not in ("other", "phone") or len(digits) in _USUAL
