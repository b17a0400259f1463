"""The tables of links. Every row carries its team; times are epoch seconds, UTC; leases go by the machine's clock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class TrackerRow(Base):
    """A team's tracker. `hook` is the secret part of the address that its webhooks go to.

    `cursor` is how far its changes were read, `poll_at` when they are read next. It is not asked before `paused_until`.
    `fault` is why it can't be read, NULL while it can; `tries` are failures in a row.
    """

    __tablename__ = "tasks_trackers"
    __table_args__ = (Index("tasks_trackers_due", "poll_at"), UniqueConstraint("hook", name="tasks_trackers_hook"))

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    hook: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    cursor: Mapped[dict[str, Any]] = mapped_column(JSON)
    poll_at: Mapped[float] = mapped_column(Float)
    paused_until: Mapped[float] = mapped_column(Float)
    tries: Mapped[int] = mapped_column(Integer)
    fault: Mapped[str | None] = mapped_column(String(40))
    lease: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[float] = mapped_column(Float)


class LinkRow(Base):
    """That a task and an issue are one thing. `remote` is NULL until the issue is there.

    `key` stands in the issue that is made; `attempted_at` is when that was begun and its outcome not yet known. `base`
    is, by field, what the task and the issue showed when they agreed, `sending` what is being written to the issue.
    `remote_at` is the newest change of the issue that was seen. `wanted` grows with each change here and each hint from
    there, and is `seen` once both sides were compared; `due_at` is when that is to be done, NULL for not at all.
    `fault` is what keeps the sides apart, `told` whether somebody was told.
    """

    __tablename__ = "tasks_links"
    __table_args__ = (
        UniqueConstraint("team", "task", "tracker", name="tasks_links_once_a_task"),
        UniqueConstraint("team", "tracker", "remote", name="tasks_links_once_an_issue"),
        Index("tasks_links_due", "due_at"),
        Index("tasks_links_untold", "told"),
    )

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    task: Mapped[int] = mapped_column(_ROW_NUMBER)
    tracker: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(32))
    remote: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000))
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    sending: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    remote_at: Mapped[float] = mapped_column(Float)
    wanted: Mapped[int] = mapped_column(Integer)
    seen: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[float | None] = mapped_column(Float)
    tries: Mapped[int] = mapped_column(Integer)
    attempted_at: Mapped[float | None] = mapped_column(Float)
    fault: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(300))
    told: Mapped[bool] = mapped_column(Boolean)
    lease: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[float] = mapped_column(Float)
