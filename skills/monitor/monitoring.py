"""The parts of the monitor at work together, one set a process."""

from __future__ import annotations

from skills.base import Services
from skills.monitor.following.aims import Aims
from skills.monitor.following.following import Following
from skills.monitor.following.intake import Intake
from skills.monitor.sources import Limits, Polling
from skills.monitor.watches.rows import Watches


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
        self.aims = Aims(services.library)
        self.intake = Intake(services, self.polling.posts, self.aims)
        self.following = Following(services, self.aims)

    async def open(self) -> None:
        """Begins to follow the sources."""
        await self.polling.__aenter__()

    async def close(self) -> None:
        """Ends what was begun."""
        await self.polling.__aexit__(None, None, None)
