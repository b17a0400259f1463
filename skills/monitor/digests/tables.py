"""The tables of bundles. Every row carries its team; times are epoch seconds, UTC; leases go by the machine's clock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    pass


class BundleRow(Base):
    """What gathers under one name. `turn` counts the changes made under the lock of this row.

    `due_at` is when what has gathered goes, NULL while nothing is expected: then the next record goes at once. `pause`
    is that after the last batch, in seconds. `building` is the number of the batch that `leased_until` is held.
    """

    __tablename__ = "monitor_bundles"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    bundle: Mapped[str] = mapped_column(String(128), primary_key=True)
    turn: Mapped[int] = mapped_column(Integer)
    batches: Mapped[int] = mapped_column(Integer)
    pause: Mapped[float] = mapped_column(Float)
    due_at: Mapped[float | None] = mapped_column(Float)
    building: Mapped[int | None] = mapped_column(Integer)
    leased_until: Mapped[float] = mapped_column(Float)

    __table_args__ = (Index("monitor_bundles_due", "due_at"),)


class RecordRow(Base):
    """One thing to tell. `batch` is the number of that in which it goes, NULL while it waits."""

    __tablename__ = "monitor_bundle_records"

    id: Mapped[int] = mapped_column(_ROW_NUMBER, primary_key=True, autoincrement=True)
    team: Mapped[str] = mapped_column(String(64))
    bundle: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(128))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[float] = mapped_column(Float)
    batch: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("team", "bundle", "key", name="monitor_bundle_records_once"),
        Index("monitor_bundle_records_batch", "team", "bundle", "batch"),
        Index("monitor_bundle_records_at", "at"),
    )
