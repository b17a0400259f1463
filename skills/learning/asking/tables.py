"""The cards that people were shown. Every row carries its team; times are epoch seconds, UTC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
"""Folder of the Alembic branch `learning`."""


class Base(DeclarativeBase):
    pass


class CardRow(Base):
    """A card: the `number`-th of a `day` (ISO date), about one collected example, which holds its text.

    It stands in `channel` under the answer's id `answer`; `person` is whose direct message that is, empty in a channel.
    `options` are pairs of label and probability, the likeliest first, as they were read then. `state`: open, settled,
    skipped, gone (what it was about was forgotten). `by` pressed it and named `label`. `bare`: it shows no text any
    more.
    """

    __tablename__ = "learning_cards"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(Integer)
    example: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)
    options: Mapped[list[list[Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8))
    by: Mapped[str | None] = mapped_column(String(64))
    label: Mapped[str | None] = mapped_column(String(64))
    bare: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        UniqueConstraint("team", "day", "number", name="learning_cards_once"),
        UniqueConstraint("team", "example", name="learning_cards_example"),
        Index("learning_cards_state", "team", "state"),
    )
