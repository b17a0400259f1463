"""The statements that make up a change of the index, within whoever's transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from index.models import ChangeRow, PassageRow, TeamVersionRow, VectorRow
from index.stored import StoredDocument, key_hash

T = TypeVar("T")

_AT_ONCE = 500
"""Ids in one IN (...): SQLite takes some thousands, and short statements keep others from waiting."""


def slices(items: Sequence[T]) -> Iterable[Sequence[T]]:
    """Returns `items` in pieces that fit into one IN (...)."""
    return (items[begin : begin + _AT_ONCE] for begin in range(0, len(items), _AT_ONCE))


async def next_version(session: AsyncSession, team: str) -> int:
    """Counts a change and returns its number. The row stays locked till the end, so numbers appear in order."""
    counted = (
        update(TeamVersionRow)
        .where(TeamVersionRow.team == team)
        .values(version=TeamVersionRow.version + 1)
        .returning(TeamVersionRow.version)
    )
    number = await session.scalar(counted)
    if number is not None:
        return number
    try:
        async with session.begin_nested():
            await session.execute(insert(TeamVersionRow).values(team=team, lineage=uuid4().hex, version=1))
    except IntegrityError:  # another process made it in this moment
        return (await session.scalars(counted)).one()
    return 1


async def note_changes(session: AsyncSession, team: str, version: int, document_ids: Sequence[int]) -> None:
    """Writes that the documents changed in `version`."""
    for some in slices(document_ids):
        await session.execute(delete(ChangeRow).where(ChangeRow.team == team, ChangeRow.document_id.in_(some)))
        await session.execute(
            insert(ChangeRow), [{"team": team, "document_id": id_, "version": version} for id_ in some]
        )


async def delete_passages(session: AsyncSession, document_ids: Sequence[int]) -> None:
    """Removes the documents' passages with their vectors."""
    for some in slices(document_ids):
        own = select(PassageRow.id).where(PassageRow.document_id.in_(some))
        await session.execute(delete(VectorRow).where(VectorRow.passage_id.in_(own)))
        await session.execute(delete(PassageRow).where(PassageRow.document_id.in_(some)))


async def insert_passages(session: AsyncSession, team: str, documents: Sequence[tuple[int, StoredDocument]]) -> None:
    """Writes passages and vectors of documents, each given with its id."""
    rows = [
        {
            "team": team,
            "document_id": document_id,
            "position": position,
            "headings": list(stored.passage.headings),
            "text": stored.passage.text,
            "start": stored.passage.start,
            "end": stored.passage.end,
            "line": stored.passage.line,
            "link": stored.link,
            "language": stored.passage.language,
            "text_hash": stored.text_hash,
        }
        for document_id, document in documents
        for position, stored in enumerate(document.passages)
    ]
    if not rows:
        return
    result = await session.execute(
        insert(PassageRow).returning(PassageRow.document_id, PassageRow.position, PassageRow.id), rows
    )
    ids = {(document_id, position): id_ for document_id, position, id_ in result}
    vectors = [
        {
            "passage_id": ids[document_id, position],
            "fingerprint": fingerprint,
            "team": team,
            "vector": vector,
        }
        for document_id, document in documents
        for position, stored in enumerate(document.passages)
        for fingerprint, vector in stored.vectors.items()
    ]
    if vectors:
        await session.execute(insert(VectorRow), vectors)


def document_values(team: str, stored: StoredDocument) -> dict[str, object]:
    """Returns a document's columns."""
    document = stored.document
    return {
        "team": team,
        "key": document.key,
        "key_hash": key_hash(document.key),
        "title": document.title,
        "source": document.source,
        "place": document.place,
        "link": document.link,
        "author": document.author,
        "date": document.date,
        "visible_to": sorted(document.visible_to),
        "content_hash": stored.content_hash,
        "added_at": time.time(),
    }
