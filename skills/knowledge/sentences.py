"""Which sentences of a passage answer each part of a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

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
_ORDER = re.compile(
    r"<!|\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|rules|prompts?|guidelines)\b"
    r"|\bsystem(?: prompt| message)? ?:|忽略.{0,10}(?:指令|规则|设定|提示)|系统(?:指令|提示)",
    re.IGNORECASE,
)
"""Planted to command whoever reads the document automatically; quoted only where there is nothing else."""
_FUNCTION_TERMS = frozenset(
    terms(
        "a an the of to in on for and or but is are was were be been do does did how what when where which who whom "
        "why can could may i we you he she my our your it its this that these those they them their then there with "
        "from by at as if will would should have has had about not no also any some so get go please tell me us"
    )
)
_ASKING_TERMS = frozenset(terms("long many much often far soon fast quickly kind there any"))
_LEAST_TERMS = 2
_MOST_PARTS = 3


def parts_of(question: str) -> list[str]:
    """Returns the questions within a question ("how long … and what does …"); itself where there is only one."""
    pieces = [piece.strip() for piece in _PARTS.split(question)]
    kept = [piece for piece in pieces if len(set(terms(piece))) >= _LEAST_TERMS]
    return kept[-_MOST_PARTS:] if len(kept) > 1 else [question]


@lru_cache(maxsize=64)
def content_terms(text: str) -> frozenset[str]:
    """Returns the terms of a question that say what it is about; kept, since it is asked of every passage found."""
    return frozenset(terms(text)) - _FUNCTION_TERMS


def subject_terms(text: str) -> frozenset[str]:
    """Returns the terms that say what a question is about, without those that only ask ("how long", "how many")."""
    return content_terms(text) - _ASKING_TERMS


@lru_cache(maxsize=2048)
def terms_in(passage: str) -> frozenset[str]:
    """Returns the terms of a passage: of the same few for many questions, so they are kept."""
    return frozenset(terms(passage))


def is_aside(text: str, span: Span) -> bool:
    """Returns whether a sentence answers nothing: it says where something stands, or gives orders to machines."""
    return bool(_POINTER.search(text, *span) or _ORDER.search(text, *span))


@lru_cache(maxsize=4096)
def without_asides(text: str) -> str:
    """Returns `text` with spaces in place of the sentences that answer nothing; offsets stay."""
    kept = text
    for start, end in sentences(text):
        if is_aside(text, (start, end)):
            kept = kept[:start] + " " * (end - start) + kept[end:]
    return kept


def says_nothing(hit: Hit) -> bool:
    """Returns whether a passage holds nothing but asides: it announces what its page holds, say."""
    return not without_asides(hit.text).strip()


def points_elsewhere(hit: Hit, wanted: Set[str]) -> bool:
    """Returns whether the sentence of a passage with most of the `wanted` terms only says where the answer stands."""
    spans = _pointers(hit.text)
    if not spans:
        return False
    pointed = max(len(wanted & set(terms(hit.text[slice(*span)]))) for span in spans)
    return pointed > len(wanted & terms_in(without_asides(hit.text)))


def names_page(hit: Hit, title: str) -> bool:
    """Returns whether a passage says that something stands on the page of that title."""
    return any(title in hit.text[slice(*span)] for span in _pointers(hit.text))


@lru_cache(maxsize=4096)
def _pointers(text: str) -> Sequence[Span]:
    return tuple(span for span in sentences(text) if _POINTER.search(text, *span))


def is_command(hit: Hit, wanted: Set[str]) -> bool:
    """Returns whether more of the `wanted` terms stand in the orders planted in a passage than in its own words."""
    spans = [span for span in sentences(hit.text) if _ORDER.search(hit.text, *span)]
    ordered = max((len(wanted & set(terms(hit.text[slice(*span)]))) for span in spans), default=0)
    return ordered > len(wanted & terms_in(without_asides(hit.text)))


def best_spans(hit: Hit, question: str, most: int, asked: Mapping[str, float] | None = None) -> list[Span]:
    """Returns the spans of at most `most` sentences of `hit` that answer, the best of each part of the question first.

    A follow-up without a word of its own in the passage ("and then?") gets what its conversation asks for: `asked`,
    terms with their weights.
    """
    text = without_asides(hit.text)
    if not text.strip():
        return sentences(hit.text)[:1]
    own = content_terms(question) & terms_in(text)
    chosen: list[Span] = []
    if own:
        ranked = [_ranked(text, part) for part in parts_of(question)]
    else:
        ranked = [_within(best_sentences(asked or {}, hit.text, question), text)]
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
