"""The index's rows: written by whoever adds or removes documents, read by every process that serves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.changes import (
    delete_passages,
    document_values,
    insert_passages,
    next_version,
    note_changes,
    slices,
)
from index.encoders.base import Vectors
from index.models import ChangeRow, DocumentRow, LanguageRow, PassageRow, TeamVersionRow, VectorRow
from index.passages import encoding_text
from index.stored import Counts, KnownDocument, LoadedDocument, StoredDocument, Unencoded, Version, key_hash, to_bytes

K = TypeVar("K")
V = TypeVar("V")


class Store:
    """The queries of the index. Every method is one transaction."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def versions(self) -> dict[str, Version]:
        """Returns where each team's index stands."""
        async with self._sessions() as session:
            rows = await session.execute(select(TeamVersionRow.team, TeamVersionRow.lineage, TeamVersionRow.version))
            return {team: Version(lineage, number) for team, lineage, number in rows}

    async def known(self, team: str, keys: Sequence[str]) -> dict[str, KnownDocument]:
        """Returns those of `keys` that are indexed."""
        found = {}
        async with self._sessions() as session:
            for some in slices(keys):
                rows = await session.execute(
                    select(DocumentRow.key, DocumentRow.id, DocumentRow.content_hash).where(*_with_keys(team, some))
                )
                found.update({key: KnownDocument(id_, hash_) for key, id_, hash_ in rows})
        return found

    async def vectors_of(self, document_ids: Sequence[int]) -> dict[tuple[str, str], bytes]:
        """Returns the documents' vectors by text hash and fingerprint: unchanged passages keep theirs."""
        found = {}
        async with self._sessions() as session:
            for some in slices(document_ids):
                rows = await session.execute(
                    select(PassageRow.text_hash, VectorRow.fingerprint, VectorRow.vector)
                    .join(VectorRow, VectorRow.passage_id == PassageRow.id)
                    .where(PassageRow.document_id.in_(some))
                )
                found.update({(hash_, fingerprint): vector for hash_, fingerprint, vector in rows})
        return found

    async def replace(self, team: str, documents: Sequence[StoredDocument]) -> None:
        """Writes documents with passages and vectors in one transaction, each in place of what had its key."""
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            keys = [stored.document.key for stored in documents]
            known: dict[str, int] = {}
            for some in slices(keys):
                rows = await session.execute(select(DocumentRow.key, DocumentRow.id).where(*_with_keys(team, some)))
                known.update(_pairs(rows))
            await delete_passages(session, list(known.values()))
            for stored in documents:
                values = document_values(team, stored)
                if stored.document.key in known:
                    await session.execute(
                        update(DocumentRow).where(DocumentRow.id == known[stored.document.key]).values(**values)
                    )
            new = [document_values(team, stored) for stored in documents if stored.document.key not in known]
            if new:
                rows = await session.execute(insert(DocumentRow).returning(DocumentRow.key, DocumentRow.id), new)
                known.update(_pairs(rows))
            await insert_passages(session, team, [(known[one.document.key], one) for one in documents])
            await note_changes(session, team, version, [known[key] for key in keys])

    async def remove(self, team: str, key_or_source: str) -> int:
        """Removes the document with that key, or all that this source brought. Returns how many there were."""
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            wanted = or_(DocumentRow.key_hash == key_hash(key_or_source), DocumentRow.source == key_or_source)
            ids = list(await session.scalars(select(DocumentRow.id).where(DocumentRow.team == team, wanted)))
            await delete_passages(session, ids)
            for some in slices(ids):
                await session.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
            await note_changes(session, team, version, ids)
            return len(ids)

    async def unencoded(self, team: str, fingerprint: str, languages: Iterable[str], limit: int) -> list[Unencoded]:
        """Returns up to `limit` passages in `languages` without a vector of that fingerprint."""
        has = select(VectorRow.passage_id).where(
            VectorRow.passage_id == PassageRow.id, VectorRow.fingerprint == fingerprint
        )
        query = (
            select(
                PassageRow.id,
                PassageRow.document_id,
                PassageRow.language,
                DocumentRow.title,
                PassageRow.headings,
                PassageRow.text,
            )
            .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .where(PassageRow.team == team, PassageRow.language.in_(list(languages)), ~has.exists())
            .order_by(PassageRow.id)
            .limit(limit)
        )
        async with self._sessions() as session:
            return [
                Unencoded(id_, document, language, encoding_text(title, tuple(headings), text))
                for id_, document, language, title, headings, text in await session.execute(query)
            ]

    async def add_vectors(self, team: str, fingerprint: str, passages: Sequence[Unencoded], vectors: Vectors) -> None:
        """Writes vectors, shape (len(passages), dimensions), for passages that are still there without one."""
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            there: set[int] = set()
            done: set[int] = set()
            for some in slices([passage.passage_id for passage in passages]):
                there.update(await session.scalars(select(PassageRow.id).where(PassageRow.id.in_(some))))
                done.update(
                    await session.scalars(
                        select(VectorRow.passage_id).where(
                            VectorRow.passage_id.in_(some), VectorRow.fingerprint == fingerprint
                        )
                    )
                )
            rows = [
                {
                    "passage_id": passage.passage_id,
                    "fingerprint": fingerprint,
                    "team": team,
                    "vector": to_bytes(vector),
                }
                for passage, vector in zip(passages, vectors, strict=True)
                if passage.passage_id in there and passage.passage_id not in done
            ]
            if rows:
                await session.execute(insert(VectorRow), rows)
            touched = {passage.document_id for passage in passages if passage.passage_id in there}
            await note_changes(session, team, version, sorted(touched))

    async def forget_vectors(self, team: str) -> None:
        """Removes all vectors of a team, so that they are made anew."""
        async with self._sessions() as session, session.begin():
            version = await next_version(session, team)
            await session.execute(delete(VectorRow).where(VectorRow.team == team))
            ids = list(await session.scalars(select(DocumentRow.id).where(DocumentRow.team == team)))
            await note_changes(session, team, version, ids)

    async def languages(self, team: str) -> frozenset[str]:
        """Returns the languages in use: those of passages and those that questions were asked in."""
        async with self._sessions() as session:
            rows = await session.scalars(select(LanguageRow.language).where(LanguageRow.team == team))
            return frozenset(rows)

    async def note_languages(self, team: str, languages: Iterable[str]) -> bool:
        """Counts `languages` as in use. Returns whether one of them was new."""
        known = await self.languages(team)
        new = sorted(set(languages) - known)
        for language in new:
            try:
                async with self._sessions() as session, session.begin():
                    await session.execute(insert(LanguageRow).values(team=team, language=language))
            except IntegrityError:  # another process has just noted it
                continue
        return bool(new)

    async def changed_since(self, team: str, number: int) -> list[int]:
        """Returns the ids of the documents that changed, or went, after version `number`."""
        async with self._sessions() as session:
            rows = await session.scalars(
                select(ChangeRow.document_id)
                .where(ChangeRow.team == team, ChangeRow.version > number)
                .order_by(ChangeRow.document_id)
            )
            return list(rows)

    async def load(self, team: str, document_ids: Sequence[int]) -> list[LoadedDocument]:
        """Returns those of the documents that are there."""
        found = []
        async with self._sessions() as session:
            for some in slices(document_ids):
                documents = list(
                    await session.scalars(select(DocumentRow).where(DocumentRow.team == team, DocumentRow.id.in_(some)))
                )
                passages: dict[int, list[PassageRow]] = defaultdict(list)
                for passage in await session.scalars(_passages_of(some)):
                    passages[passage.document_id].append(passage)
                vectors: dict[int, dict[str, bytes]] = defaultdict(dict)
                rows = await session.execute(
                    select(VectorRow.passage_id, VectorRow.fingerprint, VectorRow.vector)
                    .join(PassageRow, PassageRow.id == VectorRow.passage_id)
                    .where(PassageRow.document_id.in_(some))
                )
                for passage_id, fingerprint, vector in rows:
                    vectors[passage_id][fingerprint] = vector
                for row in documents:
                    own = passages[row.id]
                    found.append(LoadedDocument(row, own, [vectors[passage.id] for passage in own]))
                session.expunge_all()
        return found

    async def counts(self, team: str) -> Counts:
        """Returns what a team's index holds."""
        async with self._sessions() as session:
            passages = await session.execute(
                select(PassageRow.language, func.count()).where(PassageRow.team == team).group_by(PassageRow.language)
            )
            languages = _pairs(passages)
            documents = await session.execute(
                select(DocumentRow.source, func.count()).where(DocumentRow.team == team).group_by(DocumentRow.source)
            )
            sources = _pairs(documents)
            vectors = await session.execute(
                select(VectorRow.fingerprint, func.count())
                .where(VectorRow.team == team)
                .group_by(VectorRow.fingerprint)
            )
            return Counts(
                sum(sources.values()),
                sum(languages.values()),
                languages,
                sources,
                _pairs(vectors),
            )


def _pairs(rows: Iterable[Row[K, V]]) -> dict[K, V]:
    return {key: value for key, value in rows}  # noqa: C416 - dict() knows no rows


def _with_keys(team: str, keys: Iterable[str]) -> tuple[ColumnElement[bool], ...]:
    return DocumentRow.team == team, DocumentRow.key_hash.in_([key_hash(key) for key in keys])


def _passages_of(document_ids: Sequence[int]) -> Select[PassageRow]:
    return (
        select(PassageRow)
        .where(PassageRow.document_id.in_(document_ids))
        .order_by(PassageRow.document_id, PassageRow.position)
    )
