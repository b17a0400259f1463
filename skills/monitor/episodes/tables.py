"""The tables of episodes. Every row carries its team; times are epoch seconds, UTC, by the clock that judges due rows.

All changes to the episodes of a watch are made under the lock of its `WatchRow`, so that replicas take turns.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class WatchRow(Base):
    """What is known of a watch as a whole: when it was looked at, and until when it is muted.

    `turn` counts the changes made under its lock.
    """

    __tablename__ = "monitor_episode_watches"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    watch: Mapped[str] = mapped_column(String(32), primary_key=True)
    turn: Mapped[int] = mapped_column(Integer)
    looked_at: Mapped[float | None] = mapped_column(Float)
    muted_until: Mapped[float | None] = mapped_column(Float)


class EpisodeRow(Base):
    """One surge of one topic from its beginning to its end.

    `open` is 1 until another episode of the topic may begin, then NULL, which no unique key compares. `head` is the
    episode whose card speaks for this one. `alarm_since` is when the detector's alarm began that is being counted,
    `observed_before` and `expected_before` what its predecessors in this episode came to. `topics` is what its card
    says of each topic, by name; `told` what it was when last sent, NULL before the first. `steps` counts what was
    sent. The moments ending in `_at` from `escalate_at` on are promises, NULL when nothing is due. `held` once quiet
    hours or a mute kept it back.
    """

    __tablename__ = "monitor_episodes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    watch: Mapped[str] = mapped_column(String(32))
    topic: Mapped[str] = mapped_column(String(200))
    open: Mapped[int | None] = mapped_column(Integer)
    head: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[float] = mapped_column(Float)
    over_since: Mapped[float | None] = mapped_column(Float)
    since: Mapped[float] = mapped_column(Float)
    alarm_since: Mapped[float] = mapped_column(Float)
    observed: Mapped[int] = mapped_column(Integer)
    expected: Mapped[float] = mapped_column(Float)
    observed_before: Mapped[int] = mapped_column(Integer)
    expected_before: Mapped[float] = mapped_column(Float)
    severity: Mapped[str] = mapped_column(String(16))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    topics: Mapped[dict[str, Any]] = mapped_column(JSON)
    held: Mapped[bool] = mapped_column(Boolean)
    steps: Mapped[int] = mapped_column(Integer)
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    told_at: Mapped[float | None] = mapped_column(Float)
    card: Mapped[str | None] = mapped_column(String(64))
    card_at: Mapped[float | None] = mapped_column(Float)
    acknowledged_by: Mapped[str | None] = mapped_column(String(64))
    acknowledged_at: Mapped[float | None] = mapped_column(Float)
    escalations: Mapped[int] = mapped_column(Integer)
    escalate_at: Mapped[float | None] = mapped_column(Float)
    confirm_at: Mapped[float | None] = mapped_column(Float)
    lapse_at: Mapped[float | None] = mapped_column(Float)
    repeat_at: Mapped[float | None] = mapped_column(Float)
    useful: Mapped[bool | None] = mapped_column(Boolean)
    outcome: Mapped[str | None] = mapped_column(String(16))
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("team", "watch", "topic", "open", name="monitor_episodes_open_once"),
        Index("monitor_episodes_open", "open", "team", "watch"),
        Index("monitor_episodes_opened", "team", "watch", "opened_at"),
    )


class SendRow(Base):
    """One step that is told: stored before it is sent, with all that it says, so that a crash repeats it unchanged.

    `due_at` is when it was promised. `view` is emptied once it is sent; `card` and `line` are the answer ids.
    """

    __tablename__ = "monitor_episode_sends"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    watch: Mapped[str] = mapped_column(String(32))
    episode: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(16))
    with_line: Mapped[bool] = mapped_column(Boolean)
    due_at: Mapped[float] = mapped_column(Float)
    decided_at: Mapped[float] = mapped_column(Float)
    view: Mapped[dict[str, Any]] = mapped_column(JSON)
    sent_at: Mapped[float | None] = mapped_column(Float)
    card: Mapped[str | None] = mapped_column(String(64))
    line: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("episode", "number", name="monitor_episode_sends_once"),
        Index("monitor_episode_sends_unsent", "team", "watch", "sent_at"),
    )


class PressRow(Base):
    """What a person has changed in an episode, and when."""

    __tablename__ = "monitor_episode_presses"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    episode: Mapped[str] = mapped_column(String(32), index=True)
    what: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)


class MissedRow(Base):
    """A promised step that the auditor found late, reported once. `step` is a reason, or `look`."""

    __tablename__ = "monitor_episode_missed"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    watch: Mapped[str] = mapped_column(String(32))
    episode: Mapped[str] = mapped_column(String(32))
    step: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[float] = mapped_column(Float)
    found_at: Mapped[float] = mapped_column(Float)

    __table_args__ = (
        UniqueConstraint("team", "watch", "episode", "step", "due_at", name="monitor_episode_missed_once"),
        Index("monitor_episode_missed_found", "team", "watch", "found_at"),
    )
