"""Which channels have requests noticed, and in which threads a task was offered already."""

from __future__ import annotations

import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.dialects import INSERT
from skills.tasks.store.tables import ChannelRow, OfferRow

FRESH_SECONDS = 60.0
"""How old what is known of the channels may be: another replica may have been told."""


class Offers:
    """Answers from memory, since it is asked of every message."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._known: dict[str, tuple[frozenset[str], float]] = {}

    async def are_wanted(self, team: str, channel: str) -> bool:
        """Returns whether a channel agreed to have requests noticed in it."""
        known = self._known.get(team)
        if known is None or time.monotonic() - known[1] > FRESH_SECONDS:
            query = select(ChannelRow.channel).where(ChannelRow.team == team, ChannelRow.notices)
            async with self._sessions() as session:
                known = self._known[team] = frozenset(await session.scalars(query)), time.monotonic()
        return channel in known[0]

    def forget(self, team: str) -> None:
        """Has the channels of a team looked up again."""
        self._known.pop(team, None)

    async def take(self, team: str, channel: str, thread: str, now: float) -> bool:
        """Returns whether nothing was offered in a thread before, and keeps that something is now."""
        values = {"team": team, "channel": channel, "thread": thread, "at": now}
        async with self._sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](OfferRow).values(values).on_conflict_do_nothing()
            return (await session.execute(insert.returning(OfferRow.thread))).first() is not None
