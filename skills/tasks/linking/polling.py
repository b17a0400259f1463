"""Trackers read for what changed there: what a webhook has told, and what one that was lost did not."""

from __future__ import annotations

import random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.tasks.linking.faults import SettingsFault, TrackerError
from skills.tasks.linking.rows import LostLease, hint, hint_all, news
from skills.tasks.linking.tables import LinkRow, TrackerRow
from skills.tasks.linking.tracker import Changes
from skills.tasks.linking.trackers import make_tracker, write_polled
from skills.tasks.linking.waiting import backed_off
from skills.tasks.linking.web import Web

POLL_SECONDS = 60.0
BROKEN_SECONDS = 3_600.0
"""How often a tracker is asked that refuses us until somebody mends it."""


class Polling:
    """Reads what changed in a tracker, and makes the links due that it concerns."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], clock: Clock, web: Web, chance: random.Random
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._web = web
        self._chance = chance

    async def poll(self, row: TrackerRow) -> int:
        """Reads a claimed tracker, and returns how many links are due by that. A fault is kept in its row."""
        try:
            try:
                return await self._poll(row)
            except SettingsFault:
                await self._fail(row, TrackerError("settings"))
            except TrackerError as error:
                await self._fail(row, error)
        except LostLease:
            pass
        return 0

    async def _poll(self, row: TrackerRow) -> int:
        now = self._clock.now().timestamp()
        tracker = make_tracker(row, self._web)
        async with self._sessions() as session:
            linked = select(LinkRow.id).where(LinkRow.team == row.team, LinkRow.tracker == row.name)
            any_link = await session.scalar(linked.where(LinkRow.remote.is_not(None)).limit(1))
        found = Changes((), {}) if any_link is None else await tracker.changed_since(row.cursor, now)
        async with self._sessions() as session:
            ids = await news(session, row.team, row.name, found.issues)
        values = {"cursor": dict(found.cursor), "poll_at": now + POLL_SECONDS, "tries": 0, "fault": None}
        async with self._sessions.begin() as session:
            await write_polled(session, row, values)
            # Without a cursor nobody knows since when nothing was read; with too many changes not all were.
            if any_link is not None and (not row.cursor or not found.complete or row.fault is not None):
                await hint_all(session, row.team, row.name, now)
            return await hint(session, row.team, row.name, ids, now)

    async def _fail(self, row: TrackerRow, error: TrackerError) -> None:
        now, tries = self._clock.now().timestamp(), row.tries + 1
        wait = backed_off(tries, error.after, self._chance) if error.heals else BROKEN_SECONDS
        values = {"poll_at": now + wait, "tries": tries, "fault": None if error.heals else error.code}
        if error.code == "rate":
            values["paused_until"] = now + wait
        async with self._sessions.begin() as session:
            await write_polled(session, row, values)
