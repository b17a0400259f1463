"""The watches of every team, kept in the database."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.watches.tables import MatchRow, SeriesRow, WatchRow
from skills.monitor.watches.watch import Watch, WatchSettings

UNCOUNTED = -1
"""The cursor of a watch whose matches are still to be found among what was read before."""


class NameTaken(Exception):
    """The team has a watch of this name."""


class Watches:
    """The watches in the database that `sessions` opens."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def add(self, team: str, name: str, settings: WatchSettings, person: str, now: float) -> Watch:
        """Keeps a new watch. Raises `NameTaken`."""
        row = WatchRow(
            id=secrets.token_hex(8),
            team=team,
            name=name,
            settings=settings.model_dump(),
            revision=1,
            paused=False,
            muted_until=None,
            made_by=person,
            made_at=now,
            changed=now,
            begun=now,
            cursor=UNCOUNTED,
            useful=0,
            not_useful=0,
        )
        try:
            async with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError:
            raise NameTaken(name) from None
        return watch_of(row)

    async def edit(self, team: str, id: str, name: str, settings: WatchSettings, now: float) -> Watch | None:
        """Changes a watch and returns it; None when there is none. Raises `NameTaken`."""
        try:
            async with self._sessions.begin() as session:
                row = await _locked(session, team, id)
                if row is None:
                    return None
                before, after = WatchSettings.model_validate(row.settings), settings
                row.name, row.settings = name, settings.model_dump()
                if _about(before) != _about(after):
                    row.changed = now
                    await _begin_anew(session, row)
        except IntegrityError:
            raise NameTaken(name) from None
        return watch_of(row)

    async def set(self, team: str, id: str, **values: Any) -> bool:
        """Changes `paused`, `muted_until`, `useful` or `not_useful`. Returns False when there is no such watch."""
        async with self._sessions.begin() as session:
            here = update(WatchRow).where(WatchRow.team == team, WatchRow.id == id)
            result = await session.execute(here.values(revision=WatchRow.revision + 1, **values))
            return bool(result.rowcount)  # type: ignore[attr-defined]

    async def remove(self, team: str, id: str) -> bool:
        """Drops a watch with its matches and what it has learned. Returns False when there was none."""
        async with self._sessions.begin() as session:
            gone = await session.execute(delete(WatchRow).where(WatchRow.team == team, WatchRow.id == id))
            if not gone.rowcount:  # type: ignore[attr-defined]
                return False
            for table in (MatchRow, SeriesRow):
                await session.execute(delete(table).where(table.watch == id))
            return True

    async def all(self, team: str | None = None) -> list[Watch]:
        """Returns a team's watches by name, or those of all teams."""
        query = select(WatchRow).order_by(func.lower(WatchRow.name), WatchRow.id)
        async with self._sessions() as session:
            rows = await session.scalars(query if team is None else query.where(WatchRow.team == team))
            return [watch_of(row) for row in rows]

    async def get(self, team: str, id: str) -> Watch | None:
        """Returns one watch."""
        async with self._sessions() as session:
            row = await session.get(WatchRow, id)
            return watch_of(row) if row is not None and row.team == team else None

    async def called(self, team: str, name: str) -> Watch | None:
        """Returns the watch of a name, whatever its case, or the only one whose name begins so."""
        wanted = " ".join(name.split()).casefold()
        watches = await self.all(team)
        exact = [watch for watch in watches if watch.name.casefold() == wanted]
        begun = [watch for watch in watches if watch.name.casefold().startswith(wanted)] if wanted else []
        found = exact or begun
        return found[0] if len(found) == 1 else None


def watch_of(row: WatchRow) -> Watch:
    """Returns the watch that a row keeps."""
    return Watch(
        id=row.id,
        team=row.team,
        name=row.name,
        settings=WatchSettings.model_validate(row.settings),
        revision=row.revision,
        paused=row.paused,
        muted_until=row.muted_until,
        changed=row.changed,
        begun=row.begun,
        cursor=row.cursor,
        useful=row.useful,
        not_useful=row.not_useful,
    )


def _about(settings: WatchSettings) -> tuple[object, ...]:
    """Returns what decides what a watch is about: where it changes, its matches are found anew."""
    topics = tuple((topic.name, topic.words) for topic in settings.topics)
    return settings.words, settings.like, topics, settings.sources


async def _locked(session: AsyncSession, team: str, id: str) -> WatchRow | None:
    """Returns a watch that nobody else changes before the transaction ends, of which this is the first statement."""
    mine = update(WatchRow).where(WatchRow.team == team, WatchRow.id == id).values(revision=WatchRow.revision + 1)
    await session.execute(mine)
    return (await session.scalars(select(WatchRow).where(WatchRow.team == team, WatchRow.id == id))).first()


async def _begin_anew(session: AsyncSession, row: WatchRow) -> None:
    row.cursor = UNCOUNTED
    for table in (MatchRow, SeriesRow):
        await session.execute(delete(table).where(table.watch == row.id))
