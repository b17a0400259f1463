"""The index's rows: written by whoever adds or removes documents, read by every process that serves them."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import TypeVar
from uuid import uuid4

import numpy as np
from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.encoders.base import Vectors
from index.models import ChangeRow, DocumentRow, LanguageRow, PassageRow, TeamVersionRow, VectorRow
from index.passages import Passage, encoding_text
from index.types import Document

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

_AT_ONCE = 500
"""Ids in one IN (...): SQLite takes some thousands, and short statements keep others from waiting."""


@dataclass(frozen=True, slots=True)
class Version:
    """Where a team's index stands. `lineage` is drawn once, so that files of another database are known as foreign."""

    lineage: str
    number: int


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What tells whether a document has to be indexed again."""

    id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage on its way into the database; `vectors` maps fingerprints to float16 bytes."""

    passage: Passage
    link: str | None
    text_hash: str
    vectors: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document on its way into the database."""

    document: Document
    content_hash: str
    passages: Sequence[StoredPassage]


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document as the database has it, its passages in order with their vectors by fingerprint."""

    row: DocumentRow
    passages: Sequence[PassageRow]
    vectors: Sequence[Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Unencoded:
    """A passage that has no vector of some encoder yet, with what encoders read of it."""

    passage_id: int
    document_id: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a team's index holds. `languages` counts passages; `sources` counts documents by what brought them."""

    documents: int
    passages: int
    languages: Mapping[str, int]
    sources: Mapping[str, int]
    vectors: Mapping[str, int]


def content_hash(document: Document) -> str:
    """Returns a hash of all that a search shows or decides by: equal hashes need no new indexing."""
    parts = [
        document.title,
        document.source,
        document.place,
        document.link,
        document.author,
        None if document.date is None else document.date.isoformat(),
        sorted(document.visible_to),
        [[section.headings, section.text, section.line, section.link] for section in document.sections],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def text_hash(text: str) -> str:
    """Returns a hash of what encoders read of a passage, 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def to_bytes(vector: Vectors) -> bytes:
    return vector.astype("<f2").tobytes()


def from_bytes(data: Sequence[bytes]) -> Vectors:
    """Returns unit vectors, float32 (len(data), dimensions)."""
    vectors = np.frombuffer(b"".join(data), "<f2").reshape(len(data), -1).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


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
            for some in _slices(keys):
                rows = await session.execute(
                    select(DocumentRow.key, DocumentRow.id, DocumentRow.content_hash).where(
                        DocumentRow.team == team, DocumentRow.key.in_(some)
                    )
                )
                found.update({key: KnownDocument(id_, hash_) for key, id_, hash_ in rows})
        return found

    async def vectors_of(self, document_ids: Sequence[int]) -> dict[tuple[str, str], bytes]:
        """Returns the documents' vectors by text hash and fingerprint: unchanged passages keep theirs."""
        found = {}
        async with self._sessions() as session:
            for some in _slices(document_ids):
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
            version = await _next_version(session, team)
            keys = [stored.document.key for stored in documents]
            known: dict[str, int] = {}
            for some in _slices(keys):
                rows = await session.execute(
                    select(DocumentRow.key, DocumentRow.id).where(DocumentRow.team == team, DocumentRow.key.in_(some))
                )
                known.update(_pairs(rows))
            await _delete_passages(session, list(known.values()))
            for stored in documents:
                values = _document_values(team, stored)
                if stored.document.key in known:
                    await session.execute(
                        update(DocumentRow).where(DocumentRow.id == known[stored.document.key]).values(**values)
                    )
            new = [_document_values(team, stored) for stored in documents if stored.document.key not in known]
            if new:
                rows = await session.execute(insert(DocumentRow).returning(DocumentRow.key, DocumentRow.id), new)
                known.update(_pairs(rows))
            await _insert_passages(session, team, [(known[one.document.key], one) for one in documents])
            await _note_changes(session, team, version, [known[key] for key in keys])

    async def remove(self, team: str, key_or_source: str) -> int:
        """Removes the document with that key, or all that this source brought. Returns how many there were."""
        async with self._sessions() as session, session.begin():
            version = await _next_version(session, team)
            wanted = or_(DocumentRow.key == key_or_source, DocumentRow.source == key_or_source)
            ids = list(await session.scalars(select(DocumentRow.id).where(DocumentRow.team == team, wanted)))
            await _delete_passages(session, ids)
            for some in _slices(ids):
                await session.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
            await _note_changes(session, team, version, ids)
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
            version = await _next_version(session, team)
            there: set[int] = set()
            done: set[int] = set()
            for some in _slices([passage.passage_id for passage in passages]):
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
            await _note_changes(session, team, version, sorted(touched))

    async def forget_vectors(self, team: str) -> None:
        """Removes all vectors of a team, so that they are made anew."""
        async with self._sessions() as session, session.begin():
            version = await _next_version(session, team)
            await session.execute(delete(VectorRow).where(VectorRow.team == team))
            ids = list(await session.scalars(select(DocumentRow.id).where(DocumentRow.team == team)))
            await _note_changes(session, team, version, ids)

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
            for some in _slices(document_ids):
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
                    if row.date is not None and row.date.tzinfo is None:  # SQLite forgets the zone
                        row.date = row.date.replace(tzinfo=UTC)
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


def _slices(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[begin : begin + _AT_ONCE] for begin in range(0, len(items), _AT_ONCE))


def _passages_of(document_ids: Sequence[int]) -> Select[PassageRow]:
    return (
        select(PassageRow)
        .where(PassageRow.document_id.in_(document_ids))
        .order_by(PassageRow.document_id, PassageRow.position)
    )


async def _next_version(session: AsyncSession, team: str) -> int:
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


async def _note_changes(session: AsyncSession, team: str, version: int, document_ids: Sequence[int]) -> None:
    for some in _slices(document_ids):
        await session.execute(delete(ChangeRow).where(ChangeRow.team == team, ChangeRow.document_id.in_(some)))
        await session.execute(
            insert(ChangeRow), [{"team": team, "document_id": id_, "version": version} for id_ in some]
        )


async def _delete_passages(session: AsyncSession, document_ids: Sequence[int]) -> None:
    for some in _slices(document_ids):
        own = select(PassageRow.id).where(PassageRow.document_id.in_(some))
        await session.execute(delete(VectorRow).where(VectorRow.passage_id.in_(own)))
        await session.execute(delete(PassageRow).where(PassageRow.document_id.in_(some)))


async def _insert_passages(session: AsyncSession, team: str, documents: Sequence[tuple[int, StoredDocument]]) -> None:
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


def _document_values(team: str, stored: StoredDocument) -> dict[str, object]:
    document = stored.document
    return {
        "team": team,
        "key": document.key,
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
