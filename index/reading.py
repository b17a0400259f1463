"""Passages read again by their ids, by whoever may: for buttons under an answer that was given earlier."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.hits import hit_of
from index.models import DocumentRow, PassageRow
from index.types import Audience, Hit

Sessions = async_sessionmaker[AsyncSession]


async def passages(sessions: Sessions, team: str, ids: Sequence[int], audience: Audience) -> tuple[Hit, ...]:
    """Returns the passages with these ids that are still there and that `audience` may read, in the order of `ids`.

    Score and confidence are 0: nothing was asked.
    """
    query = (
        select(PassageRow, DocumentRow)
        .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
        .where(PassageRow.team == team, PassageRow.id.in_(list(ids)))
    )
    async with sessions() as session:
        rows = (await session.execute(query)).all()
    readable = [(passage, document) for passage, document in rows if not audience.isdisjoint(document.visible_to)]
    found = {passage.id: hit_of(passage, document) for passage, document in readable}
    return tuple(found[id] for id in dict.fromkeys(ids) if id in found)


async def surroundings(sessions: Sessions, team: str, id: int, audience: Audience) -> str:
    """Returns the text of a passage with its neighbours under the same heading; empty for what may not be read."""
    async with sessions() as session:
        row = await session.get(PassageRow, id)
        if row is None or row.team != team:
            return ""
        document = await session.get(DocumentRow, row.document_id)
        if document is None or audience.isdisjoint(document.visible_to):
            return ""
        near = select(PassageRow).where(
            PassageRow.document_id == row.document_id,
            PassageRow.position.between(row.position - 1, row.position + 1),
        )
        neighbours = (await session.scalars(near.order_by(PassageRow.position))).all()
    return _joined([passage for passage in neighbours if _in_same_section(passage, row)])


def _in_same_section(passage: PassageRow, of: PassageRow) -> bool:
    # Offsets begin anew with every section; within one they grow with the position.
    return passage.headings == of.headings and (
        (passage.position < of.position and passage.start < of.start)
        or (passage.position > of.position and passage.start > of.start)
        or passage.id == of.id
    )


def _joined(passages: Sequence[PassageRow]) -> str:
    """Returns the stretch of text that overlapping passages of one section cover."""
    text, end = "", 0
    for passage in passages:
        if text and passage.start > end:
            text += "\n"
        text += passage.text[max(end - passage.start, 0) if text else 0 :]
        end = passage.end
    return text
