"""The tables of the index. Here is the truth: FAISS and BM25 in each process are derived from it.

Every row carries its team. `version` counts a team's changes; every change writes the number it made beside the
documents it touched, so that a process reads what is new by one indexed query.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    JSON,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
"""Folder of the Alembic branch `index`."""


class Base(DeclarativeBase):
    pass


class Moment(TypeDecorator[datetime]):
    """A date with its zone: SQLite keeps none, so UTC goes in and comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo is not None else value.replace(tzinfo=UTC)


class TeamVersionRow(Base):
    """A team's change counter. Whoever changes the index locks this row first, so numbers appear in order."""

    __tablename__ = "index_versions"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    lineage: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(Integer)


class LanguageRow(Base):
    """A language in use in a team: passages or questions are written in it. Decides which vectors are made."""

    __tablename__ = "index_languages"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)


class DocumentRow(Base):
    """A document. `content_hash` covers all that a loader gives.

    PostgreSQL's b-trees take rows of at most 2,704 bytes, keys and sources may be longer: the one is unique by its
    hash, the other looked up in a hash index.
    """

    __tablename__ = "index_documents"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    date: Mapped[datetime | None] = mapped_column(Moment)
    visible_to: Mapped[list[str]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[float] = mapped_column(Float)
    """Epoch seconds, UTC, of the last change."""

    __table_args__ = (
        UniqueConstraint("team", "key_hash"),
        Index("index_documents_source", "source", postgresql_using="hash"),
    )


class PassageRow(Base):
    """A passage: `start` and `end` are character offsets in its section's text, `position` its place in the document.

    `text_hash` covers what encoders read of it, so that a changed document keeps the vectors of unchanged passages.
    """

    __tablename__ = "index_passages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column(ForeignKey("index_documents.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    headings: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    line: Mapped[int | None] = mapped_column(Integer)
    link: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    text_hash: Mapped[str] = mapped_column(String(32))

    __table_args__ = (Index("index_passages_team", "team"),)


class VectorRow(Base):
    """One encoder's vector of one passage: unit length, float16, little-endian."""

    __tablename__ = "index_vectors"

    passage_id: Mapped[int] = mapped_column(ForeignKey("index_passages.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class ChangeRow(Base):
    """The version at which a document last changed. The row outlives the document: so removals are seen too."""

    __tablename__ = "index_changes"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("index_changes_version", "team", "version"),)
