"""The tables of cases that people took over, and of drafts.

What is decided once (who claims, who approves) is an update that names the state which it leaves, so that of two people
who press at once one wins.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from skills.support.tables import Base


class CaseRow(Base):
    """A conversation handed to people. `status`: open, claimed, closed; times in epoch seconds, UTC.

    `card` is the answer id of the card in `card_channel`. `about` is what the card shows: summary, guesses, mood,
    sources, link, draft. `resolution`: solved, not_solved, spam.
    """

    __tablename__ = "support_cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    thread: Mapped[str] = mapped_column(String(64))
    """As in `ConversationRow`."""
    asker: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16))
    urgent: Mapped[bool] = mapped_column(Boolean)
    intent: Mapped[str] = mapped_column(String(64))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    card_channel: Mapped[str] = mapped_column(String(64))
    card: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[float] = mapped_column(Float)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[float | None] = mapped_column(Float)
    replied_at: Mapped[float | None] = mapped_column(Float)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[float | None] = mapped_column(Float)
    resolution: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        Index("support_cases_thread", "team", "channel", "thread"),
        Index("support_cases_opened", "team", "opened_at"),
    )


class DraftRow(Base):
    """A reply that waits for a person. `status`: waiting, sent, edited, rejected, superseded.

    `memory` is what the answer keeps for its buttons; `text` the words as a person may edit them. `decision` is the
    request that settled it, so that a repeated one is known again.
    """

    __tablename__ = "support_drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    thread: Mapped[str] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(64))
    asker: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    memory: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16))
    card_channel: Mapped[str] = mapped_column(String(64))
    card: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str | None] = mapped_column(String(128))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[float] = mapped_column(Float)
    decided_at: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (Index("support_drafts_thread", "team", "channel", "thread"),)
