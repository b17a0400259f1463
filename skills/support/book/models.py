"""The tables of the answer book.

`version` in `support_books` counts a team's changes: whoever changes the book updates that row first, so that changes
stand in a line and a process sees by one number whether it has the newest.
"""

from __future__ import annotations

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from skills.support.tables import Base


class BookRow(Base):
    """A team's book: its languages, the slots it defines (as in YAML), and the people who may change it."""

    __tablename__ = "support_books"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    languages: Mapped[list[str]] = mapped_column(JSON)
    slots: Mapped[dict[str, dict[str, object]]] = mapped_column(JSON)
    editors: Mapped[list[str]] = mapped_column(JSON)


class IntentRow(Base):
    """An intent. `version` is the book's at which it last changed."""

    __tablename__ = "support_intents"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer)
    description: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str | None] = mapped_column(String(96))
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("team", "name"),)


class ExampleRow(Base):
    """How a customer may say it."""

    __tablename__ = "support_examples"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64), index=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("support_intents.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)


class AnswerRow(Base):
    """An answer template, and how often people found it helpful or not."""

    __tablename__ = "support_answers"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64), index=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("support_intents.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    helpful: Mapped[int] = mapped_column(Integer, default=0)
    not_helpful: Mapped[int] = mapped_column(Integer, default=0)


class BookChangeRow(Base):
    """Who changed what, and when (epoch seconds, UTC). `intent` is None where the whole book was."""

    __tablename__ = "support_book_changes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    at: Mapped[float] = mapped_column(Float)
    who: Mapped[str] = mapped_column(String(96))
    what: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (Index("support_book_changes_team", "team", "version"),)


class ProposalRow(Base):
    """An intent that was learned from past conversations and waits for a person, as an intent of the book in YAML.

    `rows` is how many conversations it stands for.
    """

    __tablename__ = "support_proposals"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64), index=True)
    intent: Mapped[dict[str, object]] = mapped_column(JSON)
    rows: Mapped[int] = mapped_column(Integer)
    at: Mapped[float] = mapped_column(Float)
