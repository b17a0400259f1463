"""The tables of folding: which post is a copy of which, and by what the first is known. Times are epoch seconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class FoldRow(Base):
    """A post that was looked at. `leader` is the first of its copies, or its own number.

    `signature` and `sketch` are what a leader's copies are known by; copies have none.
    """

    __tablename__ = "monitor_folds"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    post: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    leader: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[float] = mapped_column(Float)
    source: Mapped[str] = mapped_column(String(32))
    author: Mapped[str] = mapped_column(Text)
    distance: Mapped[float] = mapped_column(Float)
    agreements: Mapped[list[str]] = mapped_column(JSON)
    signature: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("monitor_folds_leader", "team", "leader"),
        Index("monitor_folds_at", "at"),
    )


class FoldKeyRow(Base):
    """A key by which a leader is looked up (`signature.keys_of`)."""

    __tablename__ = "monitor_fold_keys"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[float] = mapped_column(Float)

    __table_args__ = (Index("monitor_fold_keys_at", "at"),)


class FoldTurnRow(Base):
    """Who changes a team's row folds its posts; other replicas wait until that transaction ends."""

    __tablename__ = "monitor_fold_turns"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    turns: Mapped[int] = mapped_column(Integer)
