"""The tables of the bot. Every row carries its team; times are epoch seconds (UTC, float)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BigNumber = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; SQLite numbers rows by itself only in a column declared INTEGER, which holds as many."""


UNDONE = text("done_at IS NULL")
WAITING = text("state IN ('queued', 'sending')")
UNSENT = text("state IN ('lost', 'failed', 'dropped')")
"""Conditions of partial indexes. A query must use the same words: SQLite doesn't look into bound parameters."""


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012


class ReplicaRow(Base):
    """A bot process that shares this database, and when it last said so; what a silent one had claimed is free."""

    __tablename__ = "replicas"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[float] = mapped_column(Float)


class InboxRow(Base):
    """A delivery from Slack, stored before it is acked.

    `delivery` drops Slack's retries (`event_id`, else `trigger_id`, else the envelope's id); `message` (`channel:ts`)
    makes the two events of one mention one. `owner` is the replica at work on it. `attempts` counts the later
    processes that took it up after one had died over it. `body` is emptied once the row is done: only the keys stay.
    """

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(32))
    delivery: Mapped[str] = mapped_column(String(255))
    message: Mapped[str | None] = mapped_column(String(255))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[float] = mapped_column(Float)
    owner: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("team", "delivery", name="inbox_delivery"),
        UniqueConstraint("team", "message", name="inbox_message"),
        Index("inbox_open", "id", sqlite_where=UNDONE, postgresql_where=UNDONE),
    )


class OutboxRow(Base):
    """Something to say, and afterwards the record of what was said: `id` is the answer's id, `seq` the order.

    `kind`: post, ephemeral, respond (by response_url), update, delete. `state`: queued, sending, sent, lost (an
    ephemeral that was in flight when the process died, a post that can't be looked for), failed, dropped (an update
    whose target was never sent). `ts` is the message's, once Slack has named it. `payload` is emptied but for its
    `text` when nothing is left to do.
    """

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(64), unique=True)
    team: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    thread: Mapped[str | None] = mapped_column(String(32))
    person: Mapped[str | None] = mapped_column(String(32))
    target: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(255))
    ts: Mapped[str | None] = mapped_column(String(32))
    skill: Mapped[str] = mapped_column(String(64), default="")
    asker: Mapped[str] = mapped_column(String(32), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    question_ts: Mapped[str | None] = mapped_column(String(32))
    memory: Mapped[dict[str, Any]]
    created_at: Mapped[float] = mapped_column(Float)

    __table_args__ = (
        Index("outbox_thread", "team", "channel", "thread"),
        Index("outbox_question", "team", "channel", "question_ts"),
        Index("outbox_message", "team", "channel", "ts"),
        Index(
            "outbox_open",
            "seq",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index(
            "outbox_unsent",
            "state",
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
    )


class DueRow(Base):
    """Something that a skill wants done at a time; claimed by a replica, done once by `key`.

    `not_before` is when a row that failed is tried again (real time); `due_at` is judged by the bot's clock.
    """

    __tablename__ = "due"

    id: Mapped[int] = mapped_column(BigNumber, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(32))
    skill: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[float] = mapped_column(Float)
    payload: Mapped[dict[str, Any]]
    owner: Mapped[str | None] = mapped_column(String(64))
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(255))
    done_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("team", "skill", "key", name="due_key"),
        Index("due_open", "due_at", sqlite_where=UNDONE, postgresql_where=UNDONE),
    )


class PersonRow(Base):
    """What Slack says of a person, kept so that a start needs no calls; refreshed on use when old."""

    __tablename__ = "people"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    profile: Mapped[dict[str, Any]]
    read_at: Mapped[float] = mapped_column(Float)


class ChannelRow(Base):
    """A channel's policy, as an admin set it; a channel without a row has the default."""

    __tablename__ = "channels"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    policy: Mapped[dict[str, Any]]


class FeedbackRow(Base):
    """What one person thought of one answer; a later press replaces the earlier."""

    __tablename__ = "feedback"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    answer: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    comment: Mapped[str | None] = mapped_column(Text)
    at: Mapped[float] = mapped_column(Float)
