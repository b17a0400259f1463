"""Posts that come by themselves: from webhooks, and from the workspace's own channels."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.keeping import add_posts, remember, tell, unseen
from skills.monitor.sources.kinds import make_source
from skills.monitor.sources.looking import watched
from skills.monitor.sources.post import Post
from skills.monitor.sources.rows import Followed, SourceRows
from skills.monitor.sources.slack_channel import SlackSource, from_message
from skills.monitor.sources.source import Source, secret
from skills.monitor.sources.tables import SourceRow
from skills.monitor.sources.webhook import WebhookSource, parse, verify

KNOWN_SECONDS = 10.0
"""How long a channel may be listened to after another replica has been told otherwise."""


class Pushing:
    """Takes posts in."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        kinds: Mapping[str, type[Source]],
        clock: Clock,
        rows: SourceRows,
    ) -> None:
        self._sessions = sessions
        self._kinds = kinds
        self._clock = clock
        self._rows = rows
        self._channels: dict[tuple[str, str], list[Followed]] = {}
        self._read_at: float | None = None

    async def receive(self, source: str, headers: Mapping[str, str], body: bytes) -> int:
        """Takes a webhook's request, and returns how many of its posts are new.

        Raises `SourceError`, `signature` also where there is no such source: nobody learns which there are.
        """
        followed = await self._rows.find(source)
        if followed is None or followed.paused or followed.kind != WebhookSource.kind:
            raise SourceError("signature")
        made = make_source(self._kinds, followed.kind, followed.settings)
        if not isinstance(made, WebhookSource):
            raise SourceError("signature")
        now = self._clock.now()
        verify(secret(made.settings.secret_from), headers, body, now)
        return await self.push(followed, parse(source, body, now, made.settings))

    async def hear(
        self, team: str, channel: str, message: Mapping[str, Any], link: Callable[[], Awaitable[str | None]]
    ) -> int:
        """Takes a message of a channel, for each source that listens there; returns how many posts that made.

        `link` is asked for the message's address where one does.
        """
        if self._read_at is None or time.monotonic() - self._read_at > KNOWN_SECONDS:
            await self._refresh()
        taken = 0
        listening = self._channels.get((team, channel), ())
        address = await link() if listening else None
        for followed in listening:
            made = make_source(self._kinds, followed.kind, followed.settings)
            if isinstance(made, SlackSource):
                post = from_message(followed.id, message, made.settings, address, self._clock.now())
                taken += await self.push(followed, [post]) if post is not None else 0
        return taken

    async def push(self, followed: Followed, posts: Sequence[Post]) -> int:
        """Stores those of `posts` that are new, in one transaction, and returns how many that are."""
        now = self._clock.now()
        async with self._sessions.begin() as session:
            here = update(SourceRow).where(SourceRow.id == followed.id)
            # The row is written first: whoever pushes to the same source at the same time waits for this one.
            await session.execute(here.values(ok_at=now.timestamp()))
            new = await unseen(session, followed.id, posts)
            await remember(session, followed.team, followed.id, posts, now)
            await add_posts(session, followed.team, new, now)
            row = (await session.scalars(select(SourceRow).where(SourceRow.id == followed.id))).first()
            if row is None:
                await session.rollback()
                return 0
            pulse, told = followed.pulse.answered(len(new), watched(followed, now))
            row.posts += len(new)
            if new:
                row.gap, row.longest_gap, row.quiet = pulse.gap, pulse.longest_gap, pulse.quiet
                row.looked_at, row.reported, row.fault = now.timestamp(), pulse.reported, None
            if told == "well":
                await tell(session, followed, told, None, now)
            return len(new)

    async def _refresh(self) -> None:
        self._read_at = time.monotonic()
        found: dict[tuple[str, str], list[Followed]] = {}
        for followed in await self._rows.of_kind(SlackSource.kind):
            found.setdefault((followed.team, str(followed.settings.get("channel"))), []).append(followed)
        self._channels = found
