"""Names for intents: from a label that somebody gave, or from the words that a group's questions share."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from skills.support.book.validation import MAX_NAME

_WORDS = 2
_STEM = 4
_WORD = re.compile(r"[a-z]{3,}")
_SHARED = 0.15
"""A word names a group when at least this share of its questions has it."""


def intent_name(label: str) -> str:
    """Returns `label` in the characters that intent names are made of; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MAX_NAME]


def name_groups(questions: Mapping[str, Sequence[str]], taken: Collection[str]) -> dict[str, str]:
    """Returns a name for each group, none of them `taken` or given twice.

    It is made of the words that are frequent in the group and rare in the others (c-TF-IDF, Grootendorst 2022,
    arXiv 2203.05794), in the order in which they are usually said; `topic_3` where no English word is.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    counts = {key: _counts(texts) for key, texts in questions.items()}
    total: Counter[str] = Counter()
    for words in counts.values():
        total.update(words)
    average = sum(total.values()) / max(1, len(counts))
    names: dict[str, str] = {}
    used = set(taken)
    for number, (key, words) in enumerate(counts.items(), 1):
        weight = {
            word: count * math.log(1 + average / total[word])
            for word, count in words.items()
            if word not in ENGLISH_STOP_WORDS and count >= max(2, _SHARED * len(questions[key]))
        }
        best = _unlike(sorted(weight, key=lambda word: (-weight[word], word)))
        name = "_".join(_as_said(best, questions[key])) or f"topic_{number}"
        unique, again = name, 1
        while unique in used:
            again += 1
            unique = f"{name}_{again}"
        used.add(unique)
        names[key] = unique
    return names


def _counts(texts: Sequence[str]) -> Counter[str]:
    """Returns in how many texts each word stands."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_WORD.findall(text.lower())))
    return counts


def _unlike(words: Sequence[str]) -> list[str]:
    """Returns the first words that are no forms of one another (invoice, invoices)."""
    kept: list[str] = []
    for word in words:
        if all(word[:_STEM] != other[:_STEM] for other in kept):
            kept.append(word)
    return kept[:_WORDS]


def _as_said(words: Sequence[str], texts: Sequence[str]) -> list[str]:
    if len(words) < _WORDS:
        return list(words)
    first, second = words
    said = [text.lower() for text in texts if first in text.lower() and second in text.lower()]
    ahead = sum(text.find(first) < text.find(second) for text in said)
    return [first, second] if ahead * 2 >= len(said) else [second, first]
