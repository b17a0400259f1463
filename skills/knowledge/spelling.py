"""Typing errors in a question, mended by the words that stand in the titles and headings of the documents."""

from __future__ import annotations

import asyncio
import json
import re
from difflib import get_close_matches
from functools import cache, lru_cache

from index.encoders.sources import ENGLISH, EncoderUnavailableError
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances

_WORD = re.compile(r"[A-Za-z]{4,}")
_ALIKE = 0.8
"""Least share of equal letters (difflib's ratio) of a word and what it is taken for."""


async def respelled(question: str, titles: frozenset[str], examples: frozenset[str]) -> str | None:
    """Returns `question` with unknown words mended, or None when there is nothing to mend.

    Known are the words of `titles`, which the asker may read, and those of `examples`, what people ask.
    """
    if not _WORD.search(question):
        return None
    return await asyncio.to_thread(lambda: mended(question, _known_words(titles, examples)))


def changes(question: str, read: str) -> str:
    """Returns which words were read as which others, such as `refuds → refunds`."""
    pairs = zip(_WORD.findall(question), _WORD.findall(read), strict=True)
    return ", ".join(f"{written} → {meant}" for written, meant in pairs if written != meant)


def mended(question: str, known: frozenset[str]) -> str | None:
    """Returns `question` with each word that is not `known` replaced by the known one most like it; None for none."""
    usual = _usual_words()

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        lower = word.lower()
        if lower in known or lower in usual:
            return word
        close = get_close_matches(lower, known, n=1, cutoff=_ALIKE)
        return close[0] if close else word

    read = _WORD.sub(mend, question)
    return read if read != question else None


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@lru_cache(maxsize=64)
def _known_words(titles: frozenset[str], examples: frozenset[str]) -> frozenset[str]:
    return frozenset(_words(" ".join(titles)) | _words(" ".join(examples)))


@cache
def _usual_words() -> frozenset[str]:
    """Words that are spelled right though no document has them: the encoder has pieces only for frequent ones."""
    words = _words(" ".join(utterance.text for utterance in read_utterances(OUT_OF_SCOPE)))
    try:
        pieces = json.loads(ENGLISH.located()[1].read_text(encoding="utf-8"))["model"]["vocab"]
    except EncoderUnavailableError:
        pieces = ()
    return frozenset(words | {piece for piece in pieces if _WORD.fullmatch(piece)})
