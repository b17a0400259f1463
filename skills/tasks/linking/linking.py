"""Tasks linked to issues of trackers, and both kept in step: what the rest of the skill uses of this package."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.fetch import Resolve, resolve
from skills.base import Clock
from skills.tasks.linking.faults import SettingsFault, TrackerError
from skills.tasks.linking.polling import Polling
from skills.tasks.linking.rows import Link, LinkRows, hint, link_of, news
from skills.tasks.linking.settings import secret
from skills.tasks.linking.syncing import Synced, Syncing
from skills.tasks.linking.tables import LinkRow, TrackerRow
from skills.tasks.linking.tracker import Remote, Tracker
from skills.tasks.linking.trackers import Configured, TrackerRows, make_tracker
from skills.tasks.linking.web import Limits, Web
from skills.tasks.store.rows import Tasks
from skills.tasks.store.tables import TaskRow

WORKERS = 4
"""Links brought together at once."""
LINKS_A_TICK = 200
"""After so many a tick ends; the next goes on."""

log = logging.getLogger("deskhand.tasks.linking")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish to link: `link` tells how far it got, its `fault` why it is no farther.

    linked and unlinked; no_task, no_tracker (none of the name, or the reference is none of theirs), already (the task
    has an issue there), taken (the issue has another task), fault (the issue can't be read: `fault` says why).
    """

    kind: Literal["linked", "unlinked", "no_task", "no_tracker", "already", "taken", "fault"]
    link: Link | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: how many trackers it read, and what became of the links that were due."""

    polled: int = 0
    synced: Sequence[Synced] = ()


class Linking:
    """An async context manager. `holder` is this replica's id, the same over restarts where no other may share it.

    `tasks` is to have `mark_links` among its followers.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        tasks: Tasks,
        clock: Clock,
        holder: str,
        *,
        limits: Limits | None = None,
        resolve: Resolve = resolve,
        chance: random.Random | None = None,
    ) -> None:
        chance = chance or random.Random()  # noqa: S311
        self._sessions = sessions
        self._clock = clock
        self._web = Web(limits, resolve)
        self._links = LinkRows(sessions, holder)
        self._trackers = TrackerRows(sessions, holder)
        self._syncing = Syncing(sessions, tasks, clock, chance)
        self._polling = Polling(sessions, clock, self._web, chance)

    async def __aenter__(self) -> Linking:
        await self._links.release_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._web.__aexit__(None, None, None)

    async def configure(self, team: str, name: str, kind: str, settings: Mapping[str, Any]) -> Configured:
        """Sets a team's tracker up, or changes it. Raises `SettingsFault` with what is wrong, as keys."""
        private = self._web.limits.allow_private
        return await self._trackers.configure(team, name, kind, settings, self._now(), allow_private=private)

    async def remove(self, team: str, name: str) -> bool:
        """Drops a tracker and its links; the issues stay. Returns false where there is none."""
        return await self._trackers.remove(team, name)

    async def trackers(self, team: str) -> list[Configured]:
        """Returns a team's trackers by name."""
        return await self._trackers.all(team)

    async def link(self, team: str, task: int, tracker: str, by: str) -> Outcome:
        """Makes an issue of a task and links them. Where the tracker doesn't answer it is made later, once."""
        row = await self._trackers.get(team, tracker)
        return Outcome("no_tracker") if row is None else await self._begin(row, task, by, None)

    async def attach(self, team: str, task: int, reference: str, by: str) -> Outcome:
        """Links a task with the issue that `reference` names: `owner/repo#12`, `OPS-12` or its address."""
        for row in await self._trackers.rows(team):
            tracker = await self._tracker(team, row.name)
            id = None if tracker is None else tracker.locate(reference)
            if tracker is None or id is None:
                continue
            try:
                remote = await tracker.read(id)
            except TrackerError as error:
                return Outcome("fault", None, error.code)
            return await self._begin(row, task, by, remote)
        return Outcome("no_tracker")

    async def unlink(self, team: str, task: int, tracker: str) -> Outcome:
        """Parts a task from its issue; both stay as they are."""
        row = await self._links.remove(team, task, tracker)
        return Outcome("no_task") if row is None else Outcome("unlinked", link_of(row))

    async def links(self, team: str, task: int) -> list[Link]:
        """Returns a task's links."""
        return await self._links.of_task(team, task)

    async def untold(self, most: int = 50) -> list[Link]:
        """Returns links that broke for good, and of which nobody was told: post under a key of theirs, then `tell`."""
        return await self._links.untold(most)

    async def tell(self, link: Link) -> None:
        """Notes that somebody was told of a link's fault."""
        await self._links.tell(link)

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes) -> int:
        """Takes a tracker's webhook, and returns how many links are due by it.

        What it tells is only a hint: the issue is read. Raises `TrackerError`, signature also where there is no such
        hook: nobody learns which there are.
        """
        row = await self._trackers.of_hook(hook)
        tracker = None if row is None else await self._tracker(row.team, row.name)
        variable = None if row is None else row.settings.get("webhook_secret_env")
        if row is None or tracker is None or variable is None:
            raise TrackerError("signature")
        lowered = {name.lower(): value for name, value in headers.items()}
        told = tracker.events(lowered, body, secret(str(variable)))
        async with self._sessions() as session:
            ids = await news(session, row.team, row.name, told)
        if not ids:
            return 0
        async with self._sessions.begin() as session:
            return await hint(session, row.team, row.name, ids, self._now())

    async def tick(self) -> Ticked:
        """Reads the trackers that are due and brings links together, until nothing is due or it was enough."""
        polled = 0
        synced: list[Synced] = []
        try:
            while (row := await self._trackers.claim(self._now())) is not None:
                await self._poll(row)
                polled += 1
            if (first := await self._links.claim(self._now())) is not None:
                await asyncio.gather(*(self._work(synced, first if not one else None) for one in range(WORKERS)))
        except DBAPIError as error:
            # The leases end by themselves, and what was due still is.
            log.warning("the database refused; links are looked at later", extra={"error": type(error).__name__})
        return Ticked(polled, synced)

    async def _poll(self, row: TrackerRow) -> None:
        try:
            await self._polling.poll(row)
        except Exception as error:
            # One team's tracker is no other's: its lease ends by itself, and then it is tried again.
            log.error("a tracker failed", extra={"tracker": row.name, "error": type(error).__name__})

    async def _work(self, synced: list[Synced], row: LinkRow | None) -> None:
        """Brings links together, one after another: `row` first, then those that are due."""
        while len(synced) < LINKS_A_TICK and (row := row or await self._links.claim(self._now())) is not None:
            try:
                done = await self._syncing.sync(row, await self._tracker(row.team, row.tracker))
            except Exception as error:
                # So is one link's fault.
                log.error("a link failed", extra={"link": row.id, "error": type(error).__name__})
                done = None
            row = None
            if done is not None:
                synced.append(done)

    async def _begin(self, tracker: TrackerRow, task: int, by: str, remote: Remote | None) -> Outcome:
        team, now = tracker.team, self._now()
        async with self._sessions() as session:
            known = await session.scalar(select(TaskRow.id).where(TaskRow.team == team, TaskRow.id == task))
        if known is None:
            return Outcome("no_task")
        # While the tracker has asked to be spared, a tick makes the issue later.
        at_once = tracker.paused_until <= now
        row = await self._links.add(team, task, tracker.name, by, remote, now, held=at_once)
        if row is None:
            there = next((link for link in await self.links(team, task) if link.tracker == tracker.name), None)
            return Outcome("taken") if there is None else Outcome("already", there)
        done = await self._syncing.sync(row, await self._tracker(team, tracker.name)) if at_once else None
        return Outcome("linked", link_of(row) if done is None else done.link)

    async def _tracker(self, team: str, name: str) -> Tracker | None:
        row = await self._trackers.get(team, name)
        try:
            return None if row is None else make_tracker(row, self._web)
        except SettingsFault:
            return None

    def _now(self) -> float:
        return self._clock.now().timestamp()
