"""Which sentences of a passage answer each part of a question."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from index.passages import Span, sentences
from index.sentences import best_sentences
from index.tokens import terms
from index.types import Hit
from skills.knowledge.answer_types import holds_what_is_asked

_PARTS = re.compile(
    r"[?？;；。]|[.!！]\s|,?\s+(?:and|but|or)\s+(?=\w+\s+\w+)|[,，、]\s*(?:还有|以及|并且|那么|另外)|以及"
)
_POINTER = re.compile(
    r"\bthis (?:page|document|guide|article)\b|\b(?:on|see) the pages? \W?[A-Z]|\bsee (?:also|below|above)\b"
    r"|\bis described (?:in|on)\b|本页|本文|本指南|参见|详见|另见|[见在]《|英文页面",
    re.IGNORECASE,
)
_LEAST_TERMS = 2
_MOST_PARTS = 3


def parts_of(question: str) -> list[str]:
    """Returns the questions within a question ("how long … and what does …"); itself where there is only one."""
    pieces = [piece.strip() for piece in _PARTS.split(question)]
    kept = [piece for piece in pieces if len(set(terms(piece))) >= _LEAST_TERMS]
    return kept[-_MOST_PARTS:] if len(kept) > 1 else [question]


def is_pointer(text: str, span: Span) -> bool:
    """Returns whether a sentence only says where something stands, or what its page is about."""
    return bool(_POINTER.search(text, *span))


def without_pointers(text: str) -> str:
    """Returns `text` with spaces in place of sentences that only say where something stands; offsets stay."""
    kept = text
    for start, end in sentences(text):
        if is_pointer(text, (start, end)):
            kept = kept[:start] + " " * (end - start) + kept[end:]
    return kept


def says_nothing(hit: Hit) -> bool:
    """Returns whether a passage only announces what its page holds or points elsewhere."""
    return not without_pointers(hit.text).strip()


def points_elsewhere(hit: Hit, wanted: Set[str]) -> bool:
    """Returns whether the sentence of a passage with most of the `wanted` terms only says where the answer stands."""
    spans = [span for span in sentences(hit.text) if is_pointer(hit.text, span)]
    if not spans:
        return False
    pointed = max(len(wanted & set(terms(hit.text[slice(*span)]))) for span in spans)
    return pointed > len(wanted & set(terms(without_pointers(hit.text))))


def best_spans(hit: Hit, question: str, most: int) -> list[Span]:
    """Returns the spans of at most `most` sentences of `hit` that answer, the best of each part of the question first.

    A follow-up without a word of its own in the passage ("and then?") gets what its conversation asks for.
    """
    text = without_pointers(hit.text)
    if not text.strip():
        return sentences(hit.text)[:1]
    own = set(terms(question)) & set(terms(text))
    chosen: list[Span] = []
    ranked = [_ranked(text, part) for part in parts_of(question)] if own else [_within(hit.sentences, text)]
    for place in range(most):
        for spans in ranked:
            if place < len(spans) and spans[place] not in chosen and len(chosen) < most:
                chosen.append(spans[place])
    return chosen or [sentences(text)[0]]


def _ranked(text: str, part: str) -> Sequence[Span]:
    spans = best_sentences(dict.fromkeys(terms(part), 1.0), text, part)
    # Of equally good sentences the one that holds the kind of thing that is asked for.
    return sorted(spans, key=lambda span: not holds_what_is_asked(part, text[slice(*span)]))


def _within(spans: Sequence[Span], text: str) -> Sequence[Span]:
    return [span for span in spans if text[slice(*span)].strip()]
