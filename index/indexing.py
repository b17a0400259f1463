"""From documents to rows: cut into passages, encoded in bulk, written in batches; and from rows to what is searched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from index.encoder_choice import EncoderChoice
from index.encoders.base import Vectors
from index.fusion import in_context
from index.passages import encoding_text, split
from index.store import Store
from index.stored import (
    LoadedDocument,
    StoredDocument,
    StoredPassage,
    content_hash,
    from_bytes,
    text_hash,
    to_bytes,
)
from index.team_index import DocumentState, IndexedDocument, IndexedPassage
from index.tokens import terms
from index.types import Document

T = TypeVar("T")

DOCUMENTS_AT_ONCE = 256
PASSAGES_AT_ONCE = 512


class WorkerThread(Protocol):
    """Runs blocking work in a thread and returns its result."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...


@dataclass
class Done:
    """What `add` did, in documents; `encoded` in passages."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    encoded: int = 0


async def add(
    store: Store,
    choice: EncoderChoice,
    in_thread: WorkerThread,
    team: str,
    documents: Sequence[Document],
    progress: Callable[[int, int], None],
) -> Done:
    """Writes the documents that are new or changed, with the vectors that their languages ask for."""
    done = Done()
    in_use = await store.languages(team)
    for begin in range(0, len(documents), DOCUMENTS_AT_ONCE):
        batch = documents[begin : begin + DOCUMENTS_AT_ONCE]
        known = await store.known(team, [document.key for document in batch])
        hashes = await in_thread(partial(_hashes, batch))
        changed = [
            (document, hash_)
            for document, hash_ in zip(batch, hashes, strict=True)
            if document.key not in known or known[document.key].content_hash != hash_
        ]
        done.unchanged += len(batch) - len(changed)
        if changed:
            stored = await in_thread(partial(_all_prepared, changed))
            replaced = [known[document.key].id for document, _ in changed if document.key in known]
            kept = await store.vectors_of(replaced)
            done.encoded += await in_thread(partial(_encode, choice, stored, kept, in_use))
            await store.replace(team, stored)
            done.replaced += len(replaced)
            done.added += len(changed) - len(replaced)
        progress(begin + len(batch), len(documents))
    return done


async def complete(
    store: Store,
    choice: EncoderChoice,
    in_thread: WorkerThread,
    team: str,
    in_use: Iterable[str],
    progress: Callable[[int, int], None],
) -> int:
    """Makes the vectors that passages lack for the languages in use. Returns their number."""
    in_use = frozenset(in_use)
    counts = await store.counts(team)
    wanted: dict[str, list[str]] = {encoder.name: [] for encoder in choice.encoders}
    for language in counts.languages:
        for encoder in choice.for_passage(language, in_use):
            wanted[encoder.name].append(language)
    total = sum(counts.languages[language] for languages in wanted.values() for language in languages)
    made = 0
    for encoder in choice.encoders:
        while True:
            batch = await store.unencoded(team, encoder.fingerprint, wanted[encoder.name], PASSAGES_AT_ONCE)
            if not batch:
                break
            texts = [passage.text for passage in batch]
            vectors = await in_thread(partial(encoder.encode, texts, "passage"))
            await store.add_vectors(team, encoder.fingerprint, batch, vectors)
            made += len(batch)
            progress(min(made, total), total)
    return made


def _hashes(documents: Sequence[Document]) -> list[str]:
    return [content_hash(document) for document in documents]


def _all_prepared(documents: Sequence[tuple[Document, str]]) -> list[StoredDocument]:
    return [_prepared(document, hash_) for document, hash_ in documents]


def _prepared(document: Document, hash_: str) -> StoredDocument:
    passages = [
        StoredPassage(
            passage,
            section.link,
            text_hash(encoding_text(document.title, passage.headings, passage.text)),
        )
        for section, passage in split(document)
    ]
    return StoredDocument(document, hash_, passages)


def _encode(
    choice: EncoderChoice,
    documents: Sequence[StoredDocument],
    kept: dict[tuple[str, str], bytes],
    in_use: Iterable[str],
) -> int:
    """Gives every passage its vectors, kept ones where its text is as it was. Returns how many were made."""
    made = 0
    in_use = frozenset(in_use)
    by_language = {passage.passage.language for document in documents for passage in document.passages}
    wanted = {language: choice.for_passage(language, in_use) for language in by_language}
    for encoder in choice.encoders:
        missing: list[StoredPassage] = []
        texts: list[str] = []
        for document in documents:
            for passage in document.passages:
                if encoder not in wanted[passage.passage.language]:
                    continue
                vector = kept.get((passage.text_hash, encoder.fingerprint))
                if vector is not None:
                    passage.vectors[encoder.fingerprint] = vector
                    continue
                missing.append(passage)
                texts.append(encoding_text(document.document.title, passage.passage.headings, passage.passage.text))
        if not missing:
            continue
        for passage, row in zip(missing, encoder.encode(texts, "passage"), strict=True):
            passage.vectors[encoder.fingerprint] = to_bytes(row)
        made += len(missing)
    return made


def states(document_ids: Sequence[int], loaded: Sequence[LoadedDocument], choice: EncoderChoice) -> list[DocumentState]:
    """Returns the documents as they are searched; those of `document_ids` that were not loaded are gone."""
    found = [_state(document, choice) for document in loaded]
    there = {state.document_id for state in found}
    return [*found, *(DocumentState(id_) for id_ in document_ids if id_ not in there)]


def states_in_memory(
    documents: Sequence[Document],
    choice: EncoderChoice,
    languages: Iterable[str],
    language: str | None = None,
    first_id: int = 0,
) -> list[DocumentState]:
    """Returns documents as they would be searched once indexed, without any database; ids count from `first_id`.

    `languages` are those that questions are asked in; `language`, where given, is taken for every passage's.
    """
    stored = [_prepared(document, "") for document in documents]
    if language is not None:
        stored = [_in_language(document, language) for document in stored]
    _encode(choice, stored, {}, languages)
    found = []
    for number, one in enumerate(stored, start=first_id):
        about = one.document
        document = IndexedDocument(
            number, about.key, about.title, about.place, about.link, about.author, about.date, about.visible_to
        )
        passages = [
            indexed_passage(
                number, document, it.headings, it.text, it.start, it.end, it.line, passage.link, it.language
            )
            for passage in one.passages
            for it in (passage.passage,)
        ]
        vectors = {
            encoder.name: rows
            for encoder in choice.encoders
            if (
                rows := searched_vectors(
                    [passage.vectors.get(encoder.fingerprint) for passage in one.passages], encoder.dimensions
                )
            )
            is not None
        }
        found.append(DocumentState(number, passages, vectors))
    return found


def _in_language(stored: StoredDocument, language: str) -> StoredDocument:
    passages = [replace(passage, passage=replace(passage.passage, language=language)) for passage in stored.passages]
    return replace(stored, passages=passages)


def _state(loaded: LoadedDocument, choice: EncoderChoice) -> DocumentState:
    row = loaded.row
    document = IndexedDocument(
        row.id, row.key, row.title, row.place, row.link, row.author, row.date, frozenset(row.visible_to)
    )
    passages = [
        indexed_passage(
            one.id,
            document,
            tuple(one.headings),
            one.text,
            one.start,
            one.end,
            one.line,
            one.link,
            one.language,
        )
        for one in loaded.passages
    ]
    vectors = {}
    for encoder in choice.encoders:
        data = [one.get(encoder.fingerprint) for one in loaded.vectors]
        rows = searched_vectors(data, encoder.dimensions)
        if rows is not None:
            vectors[encoder.name] = rows
    return DocumentState(row.id, passages, vectors)


def indexed_passage(
    id_: int,
    document: IndexedDocument,
    headings: tuple[str, ...],
    text: str,
    start: int,
    end: int,
    line: int | None,
    link: str | None,
    language: str,
) -> IndexedPassage:
    """Returns a passage with the terms that BM25 counts in it."""
    words = " ".join(terms(encoding_text(document.title, headings, text)))
    return IndexedPassage(id_, document, headings, text, start, end, line, link, language, words)


def searched_vectors(data: Sequence[bytes | None], dimensions: int) -> Vectors | None:
    """Returns one document's rows as they are searched, NaN where a vector lacks; None where all do."""
    there = [number for number, vector in enumerate(data) if vector is not None]
    if not there:
        return None
    rows = np.full((len(data), dimensions), np.nan, np.float32)
    rows[there] = in_context(from_bytes([vector for vector in data if vector is not None]))
    return rows
