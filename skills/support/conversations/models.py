"""The tables of what was said in each thread, and of what became of each question."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, Float, Index, String, Text, and_
from sqlalchemy.orm import Mapped, mapped_column

from skills.support.tables import Base


class ConversationRow(Base):
    """What was said between a customer and the bot in one thread, and what it waits for.

    `thread` is the thread's root, or `~` and the person's id where there is none (slash commands). `state` is
    `skills.support.conversations.threads.State` as JSON. `updated_at` in epoch seconds, UTC.
    """

    __tablename__ = "support_conversations"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(String(64), primary_key=True)
    asker: Mapped[str] = mapped_column(String(64))
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[float] = mapped_column(Float)

    __table_args__ = (Index("support_conversations_updated", "updated_at"),)


class TurnRow(Base):
    """What became of one question: the numbers of `/support stats`.

    `path`: template, slot, choice, rephrase, index, handover, dropped, thanks; `drafted` where a person saw it first.
    `question` is masked. `verdict`: helpful, not_helpful, once somebody said so.
    """

    __tablename__ = "support_turns"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)
    channel: Mapped[str] = mapped_column(String(64))
    thread: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(64))
    drafted: Mapped[bool] = mapped_column(Boolean)
    probability: Mapped[float] = mapped_column(Float)
    language: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (Index("support_turns_at", "team", "at"),)


def in_conversation() -> ColumnElement[bool]:
    """Returns the condition that a `ConversationRow` is the one in which the question of a `TurnRow` was asked."""
    return and_(
        ConversationRow.team == TurnRow.team,
        ConversationRow.channel == TurnRow.channel,
        ConversationRow.thread == TurnRow.thread,
    )
