"""The main terms of some texts: what they have oftener than others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.tokens import FUNCTION_TERMS, folded, terms

_WORD = re.compile(r"[^\W\d_぀-ヿ㐀-䶿一-鿿][\w'’-]*", re.UNICODE)
_HAN = re.compile(r"[㐀-䶿一-鿿]{2,}")
_LEAST_WORD = 3
_LONGEST_HAN = 4
_LEAST_TEXTS = 2
_SMALL = 0.5


def main_terms(texts: Sequence[str], others: Sequence[str], most: int, without: Iterable[str] = ()) -> list[str]:
    """Returns up to `most` words that tell `texts` from `others`, the most telling first.

    By the texts' share that has a word, times the log ratio of the two shares (Kullback and Leibler 1951, each word's
    part). Words of `without`, such as the watch's own name, say nothing new.
    """
    here, there = _counts(texts), _counts(others)
    known = {stem for word in without for stem in terms(word)}
    scores: dict[str, float] = {}
    for word, count in here.items():
        if count < min(_LEAST_TEXTS, len(texts)) or known & set(terms(word)):
            continue
        share = count / len(texts)
        usual = (there[word] + _SMALL) / (len(others) + 2 * _SMALL)
        scores[word] = share * math.log(share / usual)
    ranked = sorted((word for word, score in scores.items() if score > 0), key=lambda word: (-scores[word], word))
    return _distinct(ranked, here)[:most]


def _counts(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_words(folded(text)))
    return counts


def _words(text: str) -> set[str]:
    found = {
        word
        for word in _WORD.findall(text)
        if len(word) >= _LEAST_WORD and not set(terms(word)) <= FUNCTION_TERMS and not _HAN.search(word)
    }
    for run in _HAN.findall(text):
        found |= {run[i : i + n] for n in range(2, _LONGEST_HAN + 1) for i in range(len(run) - n + 1)}
    return found - FUNCTION_TERMS


def _distinct(ranked: Sequence[str], counts: Counter[str]) -> list[str]:
    """Returns the words without those that are part of another which is nearly as frequent, or its other form."""
    kept: list[str] = []
    for word in ranked:
        longer = next(
            (one for one in ranked if word != one and word in one and counts[one] >= 0.7 * counts[word]), word
        )
        stems = set(terms(longer))
        if not any(stems & set(terms(one)) or longer in one or one in longer for one in kept):
            kept.append(longer)
    return kept
