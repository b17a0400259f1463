"""See `skills.masking`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from skills.masking.cards import find_cards
from skills.masking.ibans import find_ibans
from skills.masking.ids import find_ids
from skills.masking.internet import find_addresses
from skills.masking.mails import find_mails
from skills.masking.phones import find_phones
from skills.masking.spans import Span, folded

_FINDERS = (find_mails, find_ibans, find_cards, find_ids, find_addresses, find_phones)
"""Of two spans that overlap the longer stays, and of equal ones that of the earlier finder."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with personal data replaced by `[card]`, `[phone]`…; `spans` are offsets in the text as it was."""

    text: str
    spans: tuple[Span, ...]


def mask(text: str) -> Masked:
    """Returns `text` with personal data replaced. Masking what is masked changes nothing.

    What one look leaves can be told by the next (a number beside one that was masked), so it is looked at until
    nothing is found.
    """
    spans: tuple[Span, ...] = ()
    shown = text
    while found := _find(shown):
        spans = _merged(spans, found)
        shown = _render(text, spans)
    return Masked(shown, spans)


def _find(text: str) -> list[Span]:
    plain = folded(text)
    finders = _FINDERS if _DIGIT.search(plain) else _FINDERS[:1]
    kept: list[Span] = []
    found = chain.from_iterable(finder(plain) for finder in finders)
    for span in sorted(found, key=lambda span: span.start - span.end):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _merged(known: tuple[Span, ...], found: Iterable[Span]) -> tuple[Span, ...]:
    """Returns `known` and what was `found` in the text as it is shown with them, in offsets of the text as it was."""
    moved = [Span(_original(known, span.start), _original(known, span.end), span.kind) for span in found]
    outside = [one for one in known if not any(span.start < one.end and one.start < span.end for span in moved)]
    return tuple(sorted((*outside, *moved), key=lambda span: span.start))


def _original(known: tuple[Span, ...], offset: int) -> int:
    """Returns where a character of the masked text stood; one within a kind word stands for the span's beginning."""
    shift = 0
    for span in known:
        begins = span.start + shift
        ends = begins + len(span.kind) + 2
        if offset <= begins:
            break
        if offset < ends:
            return span.start
        shift = ends - span.end
    return offset - shift


def _render(text: str, spans: tuple[Span, ...]) -> str:
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += [text[end : span.start], f"[{span.kind}]"]
        end = span.end
    return "".join((*parts, text[end:]))
