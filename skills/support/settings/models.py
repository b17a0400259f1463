"""The tables of what admins settle: what a channel was marked as, and how soon people take over where."""

from __future__ import annotations

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from skills.support.tables import Base


class ChannelRow(Base):
    """A support channel. `mode`: draft, auto, off."""

    __tablename__ = "support_channels"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))
    set_by: Mapped[str] = mapped_column(String(64))


class DeskRow(Base):
    """A team's settings: where people take over, within how many minutes, and from which confidence `auto` sends.

    After `call_minutes` somebody in charge is called; None is twice the minutes for a claim.
    """

    __tablename__ = "support_desks"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    escalation: Mapped[str | None] = mapped_column(String(64))
    urgent_minutes: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    threshold: Mapped[float] = mapped_column(Float)
    urgent_call_minutes: Mapped[int | None] = mapped_column(Integer)
    call_minutes: Mapped[int | None] = mapped_column(Integer)
