"""Which sentences of a passage answer: by the question's words in them and where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from index.passages import Span, sentences
from index.tokens import FUNCTION_TERMS, terms

MOST_SENTENCES = 3
_MOST_CHARACTERS = 480
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千]+(?:天|日|周|个月|小时|元|分钟)")
_ASKS_FIGURE = re.compile(
    r"\bhow (?:long|much|many|often|late|early|far|soon|old|big)\b|\bwhen\b|\bwhat time\b|\bprice\b|\bcosts?\b"
    r"|多久|多少|几[天个小点号次]|什么时候|何时|多长|价格|费用|多大",
    re.IGNORECASE,
)


def best_sentences(question: Mapping[str, float], text: str, wording: str) -> tuple[Span, ...]:
    """Returns the spans of at most three sentences of `text` that answer best, best first.

    `question` holds the question's terms with their weights, `wording` the question itself. A sentence ending in a
    colon brings the first line it announces; a bare heading-like line is chosen only where nothing else is there.
    Where no word of the question occurs (it is in another language, say) the passage's first sentences are returned.
    """
    pieces = sentences(text)
    if len(pieces) <= 1:
        return tuple(pieces)
    weighted = {term: weight for term, weight in question.items() if term not in FUNCTION_TERMS}
    asks_figure = _asks_figure(wording)
    inside = _terms_inside(text)
    # A word that stands in every sentence says nothing about which of them answers.
    value = {term: weight / (0.5 + sum(term in found for found in inside)) for term, weight in weighted.items()}
    scores: list[float] = []
    for position, (start, end) in enumerate(pieces):
        matched = sum(value[term] for term in value.keys() & inside[position])
        figure = 0.5 if asks_figure and matched and _FIGURE.search(text, start, end) else 0.0
        short = -0.3 if len(inside[position]) < 4 else 0.0
        asking = -0.6 if text[end - 1] in "?？" else 0.0
        # What follows a sentence full of the question's words often holds the answer; what stands first, the gist.
        before = 0.3 * scores[-1] if scores and scores[-1] > 0 else 0.0
        scores.append(matched + figure + short + asking + before + 0.05 / (1 + position))
    order = sorted(range(len(pieces)), key=lambda position: -scores[position])
    if not any(value.keys() & found for found in inside):
        order = list(range(len(pieces)))
    return tuple(pieces[position] for position in _worth_quoting(order, scores, pieces, text))


@lru_cache(maxsize=64)
def _asks_figure(wording: str) -> bool:
    """Kept, since a question is asked of every passage found."""
    return bool(_ASKS_FIGURE.search(wording))


@lru_cache(maxsize=4096)
def _terms_inside(text: str) -> Sequence[frozenset[str]]:
    """The terms of each sentence: many questions find the same passages."""
    return tuple(frozenset(terms(text[start:end])) for start, end in sentences(text))


def _worth_quoting(order: list[int], scores: list[float], pieces: list[Span], text: str) -> list[int]:
    chosen = [order[0]]
    length = pieces[order[0]][1] - pieces[order[0]][0]
    if text[pieces[order[0]][1] - 1] in ":：" and order[0] + 1 < len(pieces):
        chosen.append(order[0] + 1)
    for position in order[1:]:
        size = pieces[position][1] - pieces[position][0]
        if len(chosen) >= MOST_SENTENCES or scores[position] < 0.6 * scores[order[0]]:
            break
        if position not in chosen and length + size <= _MOST_CHARACTERS:
            chosen.append(position)
            length += size
    return chosen
