"""A passage and its document as a hit, from memory or from their rows."""

from __future__ import annotations

from index.models import DocumentRow, PassageRow
from index.team_index import IndexedDocument, IndexedPassage
from index.types import Hit


def hit_of(
    passage: IndexedPassage | PassageRow,
    document: IndexedDocument | DocumentRow,
    score: float = 0.0,
    confidence: float = 0.0,
) -> Hit:
    """Returns the hit; score and confidence are 0 where nothing was asked."""
    return Hit(
        passage_id=passage.id,
        document_key=document.key,
        title=document.title,
        headings=tuple(passage.headings),
        text=passage.text,
        start=passage.start,
        end=passage.end,
        line=passage.line,
        place=document.place,
        link=passage.link or document.link,
        author=document.author,
        date=document.date,
        language=passage.language,
        visible_to=frozenset(document.visible_to),
        score=score,
        confidence=confidence,
    )
