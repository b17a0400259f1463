"""The rows of what was added, by which it is followed for changes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import JSON, Float, String, Text, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from index.loaders import Stamp
from index.models import Base


class SourceRow(Base):
    """A path or URL that was added, who may read what it brings, and when it was last looked at (epoch seconds)."""

    __tablename__ = "index_sources"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    visible_to: Mapped[list[str]] = mapped_column(JSON)
    looked_at: Mapped[float] = mapped_column(Float)


class ItemRow(Base):
    """A file or page of a source: its stamp, and the keys of the documents that it holds."""

    __tablename__ = "index_items"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    item: Mapped[str] = mapped_column(Text, primary_key=True)
    stamp: Mapped[str] = mapped_column(Text)
    keys: Mapped[list[str]] = mapped_column(JSON)


class SourceRows:
    """Reads and writes the rows of sources and their items."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def all(self, team: str | None = None) -> Sequence[SourceRow]:
        """Returns the sources of a team, or of every team, in order."""
        wanted = select(SourceRow).order_by(SourceRow.team, SourceRow.source)
        async with self._sessions() as session:
            return (await session.scalars(wanted if team is None else wanted.where(SourceRow.team == team))).all()

    async def visible_to(self, team: str, source: str) -> frozenset[str] | None:
        """Returns who may read what a source brings; None for one that was never added."""
        async with self._sessions() as session:
            row = await session.get(SourceRow, (team, source))
            return frozenset(row.visible_to) if row is not None else None

    async def items(self, team: str, source: str) -> dict[str, tuple[Stamp, list[str]]]:
        """Returns the stamp and the document keys of each item of a source."""
        async with self._sessions() as session:
            rows = await session.scalars(select(ItemRow).where(ItemRow.team == team, ItemRow.source == source))
            return {row.item: (Stamp.loads(row.stamp), row.keys) for row in rows}

    async def note(self, team: str, source: str, visible_to: Iterable[str]) -> None:
        """Keeps a source as looked at just now."""
        async with self._sessions.begin() as session:
            row = SourceRow(team=team, source=source, visible_to=sorted(visible_to), looked_at=time.time())
            await session.merge(row)

    async def keep(self, team: str, source: str, items: Iterable[tuple[str, Stamp, list[str]]]) -> None:
        """Keeps items: name, stamp and document keys of each."""
        async with self._sessions.begin() as session:
            for item, stamp, keys in items:
                await session.merge(ItemRow(team=team, source=source, item=item, stamp=stamp.dumps(), keys=keys))

    async def drop_item(self, team: str, source: str, item: str) -> None:
        """Forgets an item that no longer exists."""
        async with self._sessions.begin() as session:
            its = (ItemRow.team == team, ItemRow.source == source, ItemRow.item == item)
            await session.execute(delete(ItemRow).where(*its))

    async def drop(self, team: str, source: str) -> None:
        """Forgets a source and its items."""
        async with self._sessions.begin() as session:
            for row in (SourceRow, ItemRow):
                await session.execute(delete(row).where(row.team == team, row.source == source))

    async def claim(self, row: SourceRow, now: float) -> bool:
        """Marks a source as looked at; False when another replica was quicker."""
        its = (SourceRow.team == row.team, SourceRow.source == row.source, SourceRow.looked_at == row.looked_at)
        async with self._sessions.begin() as session:
            claimed = update(SourceRow).where(*its).values(looked_at=now).returning(SourceRow.source)
            return (await session.execute(claimed)).first() is not None
