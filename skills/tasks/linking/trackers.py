"""The trackers of every team: set up by people, kept with their settings, and claimed to be polled."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.tasks.linking.faults import SettingsFault
from skills.tasks.linking.github import GitHub
from skills.tasks.linking.jira import Jira
from skills.tasks.linking.rows import LostLease, free, hint_all, new_lease
from skills.tasks.linking.settings import GitHubSettings, JiraSettings, read_settings
from skills.tasks.linking.tables import LinkRow, TrackerRow
from skills.tasks.linking.tracker import Tracker
from skills.tasks.linking.web import Web

NAME = 40
"""Characters of a tracker's name."""
_PLACES = ("base_url", "repository", "project")
"""The settings that say whose issues a link's ids are."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A team's tracker: `hook` is the end of the address that its webhooks go to, `fault` why it can't be read."""

    team: str
    name: str
    kind: str
    hook: str
    settings: Mapping[str, Any]
    fault: str | None


def make_tracker(row: TrackerRow, web: Web) -> Tracker:
    """Returns the tracker of a row. Raises `SettingsFault` where its settings hold no longer."""
    settings = read_settings(row.kind, row.settings, allow_private=web.limits.allow_private)
    if isinstance(settings, GitHubSettings):
        return GitHub(settings, web)
    return Jira(cast(JiraSettings, settings), web)


class TrackerRows:
    """The trackers in the database that `sessions` opens; `holder` names this replica."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], holder: str) -> None:
        self._sessions = sessions
        self._holder = holder

    async def configure(
        self, team: str, name: str, kind: str, given: Mapping[str, Any], now: float, *, allow_private: bool
    ) -> Configured:
        """Keeps a tracker's settings, new or changed; then all its links are looked at again.

        Raises `SettingsFault`, in_use where another place is named while issues of the present one are linked.
        """
        if not 0 < len(name) <= NAME:
            raise SettingsFault([("name", "form")])
        settings = read_settings(kind, given, allow_private=allow_private).model_dump()
        fresh = {"kind": kind, "settings": settings, "cursor": {}, "poll_at": now, "paused_until": 0.0}
        fresh |= {"tries": 0, "fault": None}
        new = {"team": team, "name": name, "hook": secrets.token_hex(12), "lease": None, "leased_until": 0.0}
        async with self._sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](TrackerRow).values({**new, **fresh})
            made = await session.scalars(insert.on_conflict_do_nothing().returning(TrackerRow.name))
            if made.first() is None:
                before = await session.get_one(TrackerRow, (team, name))
                moved = [place for place in _PLACES if before.settings.get(place) != settings.get(place)]
                if (moved or before.kind != kind) and await _has_links(session, team, name):
                    raise SettingsFault([(place, "in_use") for place in moved or ["kind"]])
                here = update(TrackerRow).where(TrackerRow.team == team, TrackerRow.name == name)
                await session.execute(here.values(**fresh, lease=None, leased_until=0.0))
                await hint_all(session, team, name, now)
            return _configured(await session.get_one(TrackerRow, (team, name), populate_existing=True))

    async def remove(self, team: str, name: str) -> bool:
        """Drops a tracker and its links, and leaves the issues as they are; false where there is none."""
        async with self._sessions.begin() as session:
            gone = delete(TrackerRow).where(TrackerRow.team == team, TrackerRow.name == name)
            found = (await session.scalars(gone.returning(TrackerRow.name))).first()
            await session.execute(delete(LinkRow).where(LinkRow.team == team, LinkRow.tracker == name))
            return found is not None

    async def all(self, team: str) -> list[Configured]:
        """Returns a team's trackers by name."""
        return [_configured(row) for row in await self.rows(team)]

    async def rows(self, team: str) -> list[TrackerRow]:
        """Returns the rows of a team's trackers by name."""
        async with self._sessions() as session:
            query = select(TrackerRow).where(TrackerRow.team == team).order_by(TrackerRow.name)
            return list(await session.scalars(query))

    async def get(self, team: str, name: str) -> TrackerRow | None:
        """Returns the row of a tracker; None where there is none."""
        async with self._sessions() as session:
            return await session.get(TrackerRow, (team, name))

    async def of_hook(self, hook: str) -> TrackerRow | None:
        """Returns the row of the tracker whose webhooks come to `hook`, of whichever team."""
        async with self._sessions() as session:
            return await session.scalar(select(TrackerRow).where(TrackerRow.hook == hook))

    async def claim(self, now: float) -> TrackerRow | None:
        """Takes the lease of the tracker that is longest due to be polled, and returns it; None where none is due."""
        due = TrackerRow.poll_at <= now, TrackerRow.paused_until <= now, free(TrackerRow)
        async with self._sessions() as session:
            found = (await session.scalars(select(TrackerRow).where(*due).order_by(TrackerRow.poll_at).limit(8))).all()
        for row in found:
            mine = update(TrackerRow).where(TrackerRow.team == row.team, TrackerRow.name == row.name, *due)
            async with self._sessions.begin() as session:
                taken = await session.scalars(mine.values(**new_lease(self._holder)).returning(TrackerRow))
                claimed = taken.first()
            if claimed is not None:
                return claimed
        return None


async def write_polled(session: AsyncSession, row: TrackerRow, values: Mapping[str, Any]) -> None:
    """Writes columns of a tracker that was claimed, and gives it back. Raises `LostLease`."""
    mine = update(TrackerRow).where(
        TrackerRow.team == row.team, TrackerRow.name == row.name, TrackerRow.lease == row.lease
    )
    written = mine.values(**values, lease=None, leased_until=0.0).returning(TrackerRow.name)
    if (await session.scalars(written)).first() is None:
        raise LostLease


async def _has_links(session: AsyncSession, team: str, name: str) -> bool:
    query = select(LinkRow.id).where(LinkRow.team == team, LinkRow.tracker == name).limit(1)
    return await session.scalar(query) is not None


def _configured(row: TrackerRow) -> Configured:
    return Configured(row.team, row.name, row.kind, row.hook, row.settings, row.fault)
