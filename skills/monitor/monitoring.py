"""The parts of the monitor at work together, one set a process."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from skills.base import Services
from skills.monitor.alerts.owners import tell_owners
from skills.monitor.alerts.telling import Teller, observations_of, plan_of
from skills.monitor.digests import Bundles
from skills.monitor.episodes import Episodes
from skills.monitor.following.aims import Aims
from skills.monitor.following.following import Following
from skills.monitor.following.intake import Intake
from skills.monitor.forgetting import forget_old
from skills.monitor.sources import Limits, Polling
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.watch import Watch

LOOK_SECONDS = 60.0
AGAIN_SECONDS = 5.0
KEEP_SECONDS = 3600.0

log = logging.getLogger("deskhand.monitor")


class Monitoring:
    """Sources that are followed, watches that are kept up to date."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.polling = Polling(
            services.sessions,
            services.clock,
            services.replica,
            services.data,
            limits=Limits(allow_private=services.allow_private),
        )
        self.watches = Watches(services.sessions)
        self.aims = Aims(services.library.choice.encoders)
        self.intake = Intake(services, self.polling.posts, self.aims)
        self.following = Following(services, self.aims)
        self.episodes = Episodes(services.sessions, services.clock)
        self.bundles = Bundles(services.sessions, services.clock)
        self._looked_at = self._kept_at = 0.0
        self._looking = asyncio.Lock()

    async def open(self) -> None:
        """Begins to follow the sources."""
        await self.polling.__aenter__()

    async def end(self) -> None:
        """Ends what was begun."""
        await self.polling.__aexit__(None, None, None)

    async def read(self) -> None:
        """Reads what has come, and brings the watches up to date where something was new."""
        if await self.intake.take():
            await self.look()

    async def look_when_due(self) -> None:
        """Looks once a minute of the clock by which things are due, which the local workspace can move."""
        now = self.services.clock.now().timestamp()
        if abs(now - self._looked_at) < LOOK_SECONDS:
            return
        self._looked_at = now
        if abs(now - self._kept_at) >= KEEP_SECONDS:
            self._kept_at = now
            await forget_old(self.services.sessions, self.polling, self.episodes, self.bundles, now)
        await tell_owners(self.services, self.polling.events, self.bundles)
        await self.look()
        for missed in await self.episodes.audit():
            log.warning("a step of an alert was late", extra={"watch": missed.watch, "step": missed.step})

    async def look(self) -> None:
        """Brings every watch up to date and tells what is to be told. A watch that fails holds up no other."""
        # Of two looks at once one would be in vain, and what it alone had seen would wait for a minute.
        async with self._looking:
            await self._look()

    async def _look(self) -> None:
        for watch in await self.watches.all():
            if watch.paused:
                continue
            try:
                await self.look_at(watch)
            except Exception as error:
                log.exception("a watch can't be followed", extra={"watch": watch.id, "error": type(error).__name__})
                # It is looked at again soon, not a minute later.
                self._looked_at = self.services.clock.now().timestamp() - LOOK_SECONDS + AGAIN_SECONDS

    async def tell(self, team: str, id: str) -> None:
        """Tells what a press has changed, as soon as a card may be edited again."""
        watch = await self.watches.get(team, id)
        if watch is not None:
            series = await self.following.series(watch)
            await self.episodes.tell(team, id, Teller(self.services, self.aims, watch, series), _muted(watch))

    async def close(self, watch: Watch, by: str) -> None:
        """Ends the episodes of a watch that is paused or deleted."""
        for episode in await self.episodes.open_of(watch.team, watch.id):
            await self.episodes.close(watch.team, episode.id, by)
        series = await self.following.series(watch)
        await self.episodes.tell(watch.team, watch.id, Teller(self.services, self.aims, watch, series), _muted(watch))

    async def look_at(self, watch: Watch) -> None:
        """Brings one watch up to date and tells what is to be told of it."""
        level = await self.following.follow(watch)
        if level is None:
            # Another replica, or a person, was faster.
            again = await self.watches.get(watch.team, watch.id)
            level = await self.following.follow(again) if again is not None and not again.paused else None
        if level is None:
            return
        watch = level.watch
        admin = await self.services.in_charge(watch.team, None)
        plan = plan_of(watch.settings, admin.id if admin is not None else None)
        teller = Teller(self.services, self.aims, watch, level.series)
        await self.episodes.look(watch.team, watch.id, plan, observations_of(level), teller, _muted(watch))


def _muted(watch: Watch) -> datetime | None:
    return None if watch.muted_until is None else datetime.fromtimestamp(watch.muted_until, UTC)
