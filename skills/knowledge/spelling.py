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
_SHORT = re.compile(r"\b[a-z]{2,3}\b")
_ANY = re.compile(r"[A-Za-z]{2,}")
_ALIKE = 0.8
"""Least share of equal letters (difflib's ratio) of a word and what it is taken for."""


async def respelled(question: str, titles: frozenset[str], examples: frozenset[str]) -> str | None:
    """Returns `question` with unknown words mended, or None when there is nothing to mend.

    Known are the words of `titles`, which the asker may read, and those of `examples`, what people ask.
    """
    if not _WORD.search(question):
        return None
    return await asyncio.to_thread(lambda: mended(question, *_known_words(titles, examples)))


def changes(question: str, read: str) -> str:
    """Returns which words were read as which others, such as `refuds → refunds`."""
    pairs = zip(_ANY.findall(question), _ANY.findall(read), strict=True)
    return ", ".join(f"{written} → {meant}" for written, meant in pairs if written != meant)


def mended(question: str, known: frozenset[str], short: frozenset[str] = frozenset()) -> str | None:
    """Returns `question` with each word that is not `known` replaced by the known one most like it; None for none.

    A word of two or three letters ("hw", "tke") is too short to be taken for an error by itself: it is mended where a
    longer one was, and isn't among the `short` ones.
    """
    usual = _usual_words()

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        lower = word.lower()
        return word if lower in known or lower in usual else _closest(lower, known) or word

    def mend_short(match: re.Match[str]) -> str:
        word = match.group()
        return word if word in short else _closest(word, known | short) or word

    read = _WORD.sub(mend, question)
    if read == question:
        return None
    return _SHORT.sub(mend_short, read)


def _closest(word: str, known: frozenset[str]) -> str | None:
    return next(iter(get_close_matches(word, known, n=1, cutoff=_ALIKE)), None)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@lru_cache(maxsize=64)
def _known_words(titles: frozenset[str], examples: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    text = " ".join((*titles, *examples)).lower()
    return frozenset(_words(text)), frozenset(_SHORT.findall(text))


@cache
def _usual_words() -> frozenset[str]:
    """Words that are spelled right though no document has them: the encoder has pieces only for frequent ones."""
    words = _words(" ".join(utterance.text for utterance in read_utterances(OUT_OF_SCOPE)))
    try:
        pieces = json.loads(ENGLISH.located()[1].read_text(encoding="utf-8"))["model"]["vocab"]
    except EncoderUnavailableError:
        pieces = ()
    return frozenset(words | {piece for piece in pieces if _WORD.fullmatch(piece)})
