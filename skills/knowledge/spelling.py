"""Typing errors in a question, mended by the words that stand in the titles and headings of the documents."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.models import DocumentRow, PassageRow
from index.types import Audience
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances

_WORD = re.compile(r"[A-Za-z]{4,}")
_ALIKE = 0.8
"""Least share of equal letters (difflib's ratio) of a word and what it is taken for."""

_HEADINGS_READ = 5_000


async def respelled(
    sessions: async_sessionmaker[AsyncSession], team: str, question: str, audience: Audience, examples: Collection[str]
) -> str | None:
    """Returns `question` with unknown words mended, or None when there is nothing to mend.

    Known are the words of titles and headings that `audience` may read and those of `examples`, what people ask.
    """
    if not _WORD.search(question):
        return None
    query = (
        select(DocumentRow.title, DocumentRow.visible_to, PassageRow.headings)
        .join(PassageRow, PassageRow.document_id == DocumentRow.id)
        .where(DocumentRow.team == team)
        .distinct()
        .limit(_HEADINGS_READ)
    )
    async with sessions() as session:
        rows = (await session.execute(query)).all()
    known = {
        word
        for title, visible_to, headings in rows
        if not audience.isdisjoint(visible_to)
        for word in _words(" ".join((title, *headings)))
    }
    return await asyncio.to_thread(mended, question, frozenset(known | _words(" ".join(examples))))


def mended(question: str, known: frozenset[str]) -> str | None:
    """Returns `question` with each word that is not `known` replaced by the known one most like it; None for none."""
    familiar = known | _usual_words()

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        if word.lower() in familiar:
            return word
        close = get_close_matches(word.lower(), known, n=1, cutoff=_ALIKE)
        return close[0] if close else word

    read = _WORD.sub(mend, question)
    return read if read != question else None


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@cache
def _usual_words() -> frozenset[str]:
    """Words that are spelled right though no document has them."""
    return frozenset(_words(" ".join(utterance.text for utterance in read_utterances(OUT_OF_SCOPE))))
