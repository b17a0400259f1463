"""The tables of watches and of what was read for them. Every row carries its team; times are epoch seconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class WatchRow(Base):
    """See `watch.Watch`. `revision` counts the changes that people made."""

    __tablename__ = "monitor_watches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer)
    paused: Mapped[bool] = mapped_column(Boolean)
    muted_until: Mapped[float | None] = mapped_column(Float)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[float] = mapped_column(Float)
    changed: Mapped[float] = mapped_column(Float)
    begun: Mapped[float] = mapped_column(Float)
    cursor: Mapped[int] = mapped_column(_ROW_NUMBER)
    useful: Mapped[int] = mapped_column(Integer)
    not_useful: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("team", "name", name="monitor_watches_named"),)


class ReadingRow(Base):
    """What was read in one post. `entities` are pairs of kind and name; `companies` is the sentiment towards each.

    `leader` is the post that it is a copy of, its own number where it is none. `corrected` is the sentiment that a
    person gave.
    """

    __tablename__ = "monitor_readings"

    post: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))
    at: Mapped[float] = mapped_column(Float)
    language: Mapped[str] = mapped_column(String(8))
    sentiment: Mapped[str] = mapped_column(String(8))
    probability: Mapped[float] = mapped_column(Float)
    topic: Mapped[str] = mapped_column(String(64))
    entities: Mapped[list[list[str]]] = mapped_column(JSON)
    companies: Mapped[dict[str, str]] = mapped_column(JSON)
    leader: Mapped[int] = mapped_column(_ROW_NUMBER)
    corrected: Mapped[str | None] = mapped_column(String(8))

    __table_args__ = (Index("monitor_readings_time", "team", "at"), Index("monitor_readings_leader", "leader"))


class MatchRow(Base):
    """A post that a watch is about. `weight` is for how many texts it counts: 0 for copies and a loud account's.

    `topics` are the watch's topics that it is of.
    """

    __tablename__ = "monitor_matches"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    watch: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(32))
    post: Mapped[int] = mapped_column(_ROW_NUMBER)
    at: Mapped[float] = mapped_column(Float)
    author: Mapped[str] = mapped_column(Text)
    negative: Mapped[bool] = mapped_column(Boolean)
    weight: Mapped[int] = mapped_column(Integer)
    topics: Mapped[list[str]] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint("watch", "post", name="monitor_matches_once"),
        Index("monitor_matches_new", "watch", "id"),
        Index("monitor_matches_time", "watch", "at"),
        Index("monitor_matches_source", "source", "at"),
    )


class SeriesRow(Base):
    """What is usual for a topic of a watch, as `surges.Series` keeps it."""

    __tablename__ = "monitor_series"

    watch: Mapped[str] = mapped_column(String(32), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
