"""What goes into the index's tables and what comes out of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.encoders.base import Vectors
from index.models import DocumentRow, PassageRow
from index.passages import Passage
from index.types import Document


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
        [[section.headings, section.text, section.line, section.link, section.lines] for section in document.sections],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def key_hash(key: str) -> str:
    """Returns what a document is found by, 64 hexadecimal digits: a key may be longer than an index's rows."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def text_hash(text: str) -> str:
    """Returns a hash of what encoders read of a passage, 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def to_bytes(vector: Vectors) -> bytes:
    """Returns a vector of shape (dimensions,) as its row keeps it: float16, little-endian."""
    return vector.astype("<f2").tobytes()


def from_bytes(data: Sequence[bytes]) -> Vectors:
    """Returns unit vectors, float32 (len(data), dimensions)."""
    vectors = np.frombuffer(b"".join(data), "<f2").reshape(len(data), -1).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
