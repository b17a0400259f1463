"""The tables of reminders. Every row carries its team; times are epoch seconds; leases go by the machine's clock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

_UNSENT = text("state = 'claimed'")


class Base(DeclarativeBase):
    pass


class TurnRow(Base):
    """Held by whoever claims a team's reminders, so that no two replicas part one person's. `turn` counts claims."""

    __tablename__ = "tasks_reminder_turns"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    turn: Mapped[int] = mapped_column(Integer)


class ReminderRow(Base):
    """One message to one person, stored before it is sent under its `key`, so that a crash repeats it unchanged.

    `tasks` are lists of a task's id, the kind of its reminder and when it was due then. `about` is the person who was
    to be reminded of them and could not be reached, NULL for an ordinary reminder. `late` says that it should have gone
    while nobody was there to send it. It goes at `not_before` at the earliest; `owner` sends it, and whoever comes
    first once `leased_until` is over.
    """

    __tablename__ = "tasks_reminders"
    __table_args__ = (
        UniqueConstraint("team", "key", name="tasks_reminders_once"),
        Index("tasks_reminders_unsent", "not_before", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        Index("tasks_reminders_at", "at"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    tasks: Mapped[list[list[Any]]] = mapped_column(JSON)
    about: Mapped[str | None] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(SmallInteger)
    late: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[float] = mapped_column(Float)
    not_before: Mapped[float] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer)
    owner: Mapped[str] = mapped_column(String(64))
    leased_until: Mapped[float] = mapped_column(Float)


class UnreachedRow(Base):
    """That a task's asker was told that a person can't be reminded of it: once."""

    __tablename__ = "tasks_unreached"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    task: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[float] = mapped_column(Float)
