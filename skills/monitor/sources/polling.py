"""Follows every team's sources: each lane has a worker of its own, so that none waits for another.

Replicas share the work: a lane is claimed by lease, and looked at by one of them at a time. What is due, what a host
asked to be spared for and where each source was read to lie in the database; a killed process leaves nothing behind
but a lease that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.fetch import Resolve
from skills.base import Clock
from skills.monitor.sources.events import SourceEvents
from skills.monitor.sources.keeping import LostLane, SourceChanged
from skills.monitor.sources.kinds import installed_kinds
from skills.monitor.sources.looking import Looking
from skills.monitor.sources.pushing import Pushing
from skills.monitor.sources.resolving import resolve
from skills.monitor.sources.rows import Lane, SourceRows
from skills.monitor.sources.source import Source
from skills.monitor.sources.stored_posts import StoredPosts
from skills.monitor.sources.web import Limits, Web

LANES_AT_ONCE = 48
TICK_SECONDS = 0.5

log = logging.getLogger("deskhand.sources")


class Polling:
    """An async context manager. `holder` is this replica's id; `data` the data folder.

    Where the id stays the same over a restart, what the process before held is free at once; else its leases end by
    themselves after two minutes.

    `rows` are the sources to add, edit and show; `posts` what they brought; `pushing` takes what comes by itself;
    `events` are what owners are to be told.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: Clock,
        holder: str,
        data: Path,
        *,
        kinds: Mapping[str, type[Source]] | None = None,
        limits: Limits | None = None,
        resolve: Resolve = resolve,
        chance: random.Random | None = None,
    ) -> None:
        kinds = installed_kinds() if kinds is None else kinds
        self._holder = holder
        self._web = Web(limits, resolve)
        self.rows = SourceRows(sessions, kinds, clock)
        self.posts = StoredPosts(sessions)
        self.events = SourceEvents(sessions)
        self.pushing = Pushing(sessions, kinds, clock, self.rows)
        self._looking = Looking(
            sessions,
            kinds,
            clock,
            holder,
            self._web,
            data,
            chance or random.Random(),  # noqa: S311
        )
        self._workers: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def __aenter__(self) -> Polling:
        await self.rows.release_all(self._holder)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.finish(5.0)
        await self._web.__aexit__(None, None, None)

    async def run(self) -> None:
        """Follows the sources until it is cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> int:
        """Begins to look at what is due, and returns in how many lanes. It does not wait for the end."""
        free = LANES_AT_ONCE - len(self._workers)
        if free <= 0 or self._stopping:
            return 0
        try:
            lanes = await self.rows.claim(self._holder, free)
        except DBAPIError as error:
            log.warning("the database refused; sources are looked at later", extra={"error": type(error).__name__})
            return 0
        for lane in lanes:
            task = asyncio.create_task(self._work(lane))
            self._workers.add(task)
            task.add_done_callback(self._workers.discard)
        return len(lanes)

    async def settle(self) -> None:
        """Looks at all that is due now, and waits until that is done."""
        while await self.tick() or self._workers:
            await asyncio.wait(set(self._workers))

    async def finish(self, seconds: float) -> None:
        """Begins nothing more, waits up to `seconds` for what was begun, and gives the leases back."""
        self._stopping = True
        if self._workers:
            _, late = await asyncio.wait(set(self._workers), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(DBAPIError):
            await self.rows.release_all(self._holder)

    async def _work(self, lane: Lane) -> None:
        try:
            for source in await self.rows.due_in(lane):
                if self._stopping:
                    break
                try:
                    if not await self._looking.look_at(lane, source):
                        break
                except SourceChanged:
                    continue
            await self.rows.release(self._holder, lane)
        except LostLane:
            log.info("another replica has taken a lane over", extra={"lane": lane.name})
        except DBAPIError as error:
            # The lease ends by itself, and what was due still is.
            log.warning("the database refused; sources are looked at later", extra={"error": type(error).__name__})
        except Exception as error:
            log.error("a lane of sources failed", extra={"lane": lane.name, "error": type(error).__name__})
            await asyncio.sleep(1.0)
            with contextlib.suppress(DBAPIError):
                await self.rows.release(self._holder, lane)
