"""The tables of the bot. Every row carries its team; times are epoch seconds (UTC, float)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012


class InboxRow(Base):
    """A delivery from Slack, stored before it is acked.

    `delivery` drops Slack's retries (`event_id`, else `trigger_id`, else `envelope_id`); `message` (`channel:ts`) makes
    the two events of one mention one. `body` is emptied once the row is done: only the keys stay.
    """

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(32))
    delivery: Mapped[str] = mapped_column(String(255))
    message: Mapped[str | None] = mapped_column(String(255))
    body: Mapped[dict[str, Any] | None]
    received_at: Mapped[float] = mapped_column(Float)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    done_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("team", "delivery"),
        UniqueConstraint("team", "message"),
        Index("inbox_open", "done_at", "lease_until"),
    )


class OutboxRow(Base):
    """Something to say, and afterwards the record of what was said: `id` is the answer's id.

    `kind`: post, ephemeral, respond (by response_url), update, delete. `state`: queued, sending, sent, lost (an
    ephemeral that was in flight when the process died), failed. `ts` is the message's, once Slack has named it.
    """

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, unique=True)
    team: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    thread: Mapped[str | None] = mapped_column(String(32))
    person: Mapped[str | None] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float] = mapped_column(Float, default=0.0)
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
        Index("outbox_open", "state", "not_before"),
    )


class DueRow(Base):
    """Something that a skill wants done at a time; claimed by lease, done once by `key`."""

    __tablename__ = "due"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(32))
    skill: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[float] = mapped_column(Float)
    payload: Mapped[dict[str, Any]]
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float] = mapped_column(Float, default=0.0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(255))
    done_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (UniqueConstraint("team", "skill", "key"), Index("due_open", "done_at", "due_at"))


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
