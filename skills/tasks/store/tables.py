"""The tables of tasks. Every row carries its team; times are epoch seconds, UTC, unless said otherwise.

What somebody sees as `#12` is a task's `number`, counted a team; `id` is for keys alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

_STEPS = text("parent IS NOT NULL")
_REMINDED = text("remind_at IS NOT NULL")
_ADVANCING = text("advances_at IS NOT NULL")


class Base(DeclarativeBase):
    pass


class CounterRow(Base):
    """The number that a team's next task gets."""

    __tablename__ = "tasks_counters"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    next: Mapped[int] = mapped_column(Integer)


class TaskRow(Base):
    """One task; `skills.tasks.store.task.Task` says what each of these means.

    `open` is 1 while the task is neither done nor dropped, else NULL, so that one index serves what people look at.
    `remind_at` is when its assignee is reminded next, NULL for never, `reminded` how often they were since it was due
    or was last changed. `advances_at` is when the next one of its series is made, done or not; NULL once it was.
    """

    __tablename__ = "tasks_tasks"
    __table_args__ = (
        UniqueConstraint("team", "number", name="tasks_numbered"),
        UniqueConstraint("series", "occurrence", name="tasks_once_an_occurrence"),
        Index("tasks_by_assignee", "team", "assignee", "open", "due_at"),
        Index("tasks_by_asker", "team", "asker", "open", "due_at"),
        Index("tasks_by_channel", "team", "channel", "open", "due_at"),
        Index("tasks_by_due", "team", "open", "due_at"),
        Index("tasks_by_parent", "parent", sqlite_where=_STEPS, postgresql_where=_STEPS),
        Index("tasks_to_remind", "remind_at", sqlite_where=_REMINDED, postgresql_where=_REMINDED),
        Index("tasks_to_advance", "advances_at", sqlite_where=_ADVANCING, postgresql_where=_ADVANCING),
        Index("tasks_of_message", "team", "channel", "message"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(300))
    notes: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    open: Mapped[int | None] = mapped_column(Integer)
    asker: Mapped[str] = mapped_column(String(64))
    assignee: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    place_kind: Mapped[str] = mapped_column(String(16))
    thread: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(String(64))
    link: Mapped[str | None] = mapped_column(String(1000))
    due_at: Mapped[float | None] = mapped_column(Float)
    due_wall: Mapped[str | None] = mapped_column(String(19))
    due_whole_day: Mapped[bool] = mapped_column(Boolean)
    zone: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(SmallInteger)
    labels: Mapped[list[str]] = mapped_column(JSON)
    effort: Mapped[int | None] = mapped_column(Integer)
    estimate: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    parent: Mapped[int | None] = mapped_column(ROW_NUMBER)
    series: Mapped[str | None] = mapped_column(String(32))
    occurrence: Mapped[int | None] = mapped_column(Integer)
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    advances_at: Mapped[float | None] = mapped_column(Float)
    planned_start: Mapped[float | None] = mapped_column(Float)
    planned_finish: Mapped[float | None] = mapped_column(Float)
    blocked: Mapped[str] = mapped_column(String(500))
    snoozed_until: Mapped[float | None] = mapped_column(Float)
    remind_at: Mapped[float | None] = mapped_column(Float)
    reminded: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[float] = mapped_column(Float)
    begun_at: Mapped[float | None] = mapped_column(Float)
    done_at: Mapped[float | None] = mapped_column(Float)
    changed_at: Mapped[float] = mapped_column(Float)
    version: Mapped[int] = mapped_column(Integer)
    pending: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CardRow(Base):
    """A message that shows a task and is edited as the task changes: `answer` is its answer id.

    `person` is who alone reads it, NULL for one in a channel; `language` is the one that it was written in.
    """

    __tablename__ = "tasks_cards"
    __table_args__ = (Index("tasks_cards_of", "task"),)

    answer: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    task: Mapped[int] = mapped_column(ROW_NUMBER, ForeignKey("tasks_tasks.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(64))
    place_kind: Mapped[str] = mapped_column(String(16))
    thread: Mapped[str | None] = mapped_column(String(64))
    person: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    shown: Mapped[int] = mapped_column(Integer)


class LabelRow(Base):
    """That a task has a label, as it is looked up: in lower case."""

    __tablename__ = "tasks_labels"
    __table_args__ = (Index("tasks_by_label", "team", "label", "task"),)

    task: Mapped[int] = mapped_column(ROW_NUMBER, ForeignKey("tasks_tasks.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))


class DependencyRow(Base):
    """That a task can't begin before another is done."""

    __tablename__ = "tasks_dependencies"
    __table_args__ = (Index("tasks_waiting_for", "after"),)

    task: Mapped[int] = mapped_column(ROW_NUMBER, ForeignKey("tasks_tasks.id", ondelete="CASCADE"), primary_key=True)
    after: Mapped[int] = mapped_column(ROW_NUMBER, ForeignKey("tasks_tasks.id", ondelete="CASCADE"), primary_key=True)


class ChangeRow(Base):
    """One field of a task changed by somebody. `batch` names what was done at once, to be undone at once."""

    __tablename__ = "tasks_changes"
    __table_args__ = (Index("tasks_changes_of", "task", "id"), Index("tasks_changes_by", "team", "by", "id"))

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    task: Mapped[int] = mapped_column(ROW_NUMBER, ForeignKey("tasks_tasks.id", ondelete="CASCADE"))
    batch: Mapped[str] = mapped_column(String(64))
    at: Mapped[float] = mapped_column(Float)
    by: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(32))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    undone: Mapped[bool] = mapped_column(Boolean)


class PersonRow(Base):
    """What is known of somebody's work: `settings` is a `skills.tasks.people.profile.Profile`."""

    __tablename__ = "tasks_people"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)


class AbsenceRow(Base):
    """Days on which somebody is away, the last one included; ISO days of their own zone."""

    __tablename__ = "tasks_absences"
    __table_args__ = (Index("tasks_absences_of", "team", "person", "last"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    first: Mapped[str] = mapped_column(String(10))
    last: Mapped[str] = mapped_column(String(10))


class TemplateRow(Base):
    """A checklist that a team uses again and again. `items` are its steps' titles, in order."""

    __tablename__ = "tasks_templates"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    items: Mapped[list[str]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(64))


class ChannelRow(Base):
    """What a channel has agreed to: that requests are noticed in it, that it is told of its week."""

    __tablename__ = "tasks_channels"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    notices: Mapped[bool] = mapped_column(Boolean)
    summary: Mapped[bool] = mapped_column(Boolean)
    zone: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(64))


class OfferRow(Base):
    """That a task was offered for a request noticed in a thread: once a thread."""

    __tablename__ = "tasks_offers"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[float] = mapped_column(Float)
