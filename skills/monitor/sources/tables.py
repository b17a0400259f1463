"""The tables of sources: what is followed, how it is doing, what was seen, and the posts. Every row carries its team.

Times are epoch seconds, UTC, by the clock that judges what is due; leases go by the machine's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
"""Folder of the skill's Alembic branches; the tables of sources are the branch `monitor_sources`."""

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class SourceRow(Base):
    """One source of a team.

    `revision` counts changes by people: what a look brought under older settings is dropped. `failures` counts in a
    row; `gap` and `longest_gap` are the usual and the longest pause between posts, `quiet` the seconds watched since
    the last one; `reported` what the owner was told of last: failing, silent, or None. `primed` once it was read to
    its end.
    """

    __tablename__ = "monitor_sources"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(255))
    revision: Mapped[int] = mapped_column(Integer)
    paused: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[float] = mapped_column(Float)
    due_at: Mapped[float] = mapped_column(Float)
    looked_at: Mapped[float | None] = mapped_column(Float)
    primed: Mapped[bool] = mapped_column(Boolean)
    cursor: Mapped[dict[str, Any]] = mapped_column(JSON)
    validated_url: Mapped[str] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    interval: Mapped[float] = mapped_column(Float)
    ok_at: Mapped[float | None] = mapped_column(Float)
    failures: Mapped[int] = mapped_column(Integer)
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Code and values of `skills.monitor.sources.faults.Fault`: what was wrong at the last look."""
    moved_to: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[int] = mapped_column(Integer)
    gap: Mapped[float | None] = mapped_column(Float)
    longest_gap: Mapped[float] = mapped_column(Float)
    quiet: Mapped[float] = mapped_column(Float)
    reported: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        Index("monitor_sources_due", "team", "lane", "due_at"),
        Index("monitor_sources_team", "team", "name"),
    )


class LaneRow(Base):
    """What is asked one request at a time. Who holds the lease looks at its sources; no other replica does.

    `not_before` is until when it asked to be spared, as of `noted_at`; `refusals` in a row; `ok_at` its last answer.
    """

    __tablename__ = "monitor_lanes"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    lane: Mapped[str] = mapped_column(String(255), primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[float] = mapped_column(Float)
    not_before: Mapped[float] = mapped_column(Float)
    noted_at: Mapped[float] = mapped_column(Float)
    refusals: Mapped[int] = mapped_column(Integer)
    ok_at: Mapped[float] = mapped_column(Float)


class SeenRow(Base):
    """By what a post is known again (`Post.keys`). The newest some thousands of each source are kept."""

    __tablename__ = "monitor_seen"

    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)


class PostRow(Base):
    """A post. `seen_at` is when it came; `reader` holds it until `leased_until`, and it is `read_at` once."""

    __tablename__ = "monitor_posts"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    published_as_given: Mapped[str] = mapped_column(String(128))
    published_at: Mapped[float] = mapped_column(Float)
    dating: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    weight: Mapped[float] = mapped_column(Float)
    numbers: Mapped[dict[str, float]] = mapped_column(JSON)
    seen_at: Mapped[float] = mapped_column(Float)
    reader: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[float] = mapped_column(Float)
    read_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("source", "key", name="monitor_posts_once"),
        Index("monitor_posts_unread", "read_at", "id"),
        Index("monitor_posts_published", "team", "published_at"),
        Index("monitor_posts_seen_at", "seen_at"),
    )


class EventRow(Base):
    """What a source's owner is to be told, once: failing, silent or well."""

    __tablename__ = "monitor_source_events"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(16))
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[float] = mapped_column(Float)
    told_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (Index("monitor_source_events_untold", "told_at", "id"),)
