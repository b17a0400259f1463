"""The life of alerts: one message an episode, from the surge to its closing summary, durable and exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Clock
from skills.monitor.episodes.auditing import Missed, audit, missed
from skills.monitor.episodes.looking import look
from skills.monitor.episodes.observation import Observation
from skills.monitor.episodes.plan import Plan
from skills.monitor.episodes.presses import Pressed, press
from skills.monitor.episodes.rows import view_of
from skills.monitor.episodes.sending import Sent, send_all
from skills.monitor.episodes.statistics import Stats, Usefulness, stats, usefulness
from skills.monitor.episodes.tables import EpisodeRow, PressRow, SendRow
from skills.monitor.episodes.view import EpisodeView, Sender


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look: episodes that began, what was told, and the episodes whose step could not be sent.

    What could not be sent is tried again at the next look.
    """

    began: Sequence[str]
    sent: Sequence[Sent]
    failed: Sequence[str]


class Episodes:
    """The episodes in the database that `sessions` opens. Any number of replicas may look at the same watch at once."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    # Looking

    async def look(
        self,
        team: str,
        watch: str,
        plan: Plan,
        observations: Sequence[Observation],
        sender: Sender,
        muted_until: datetime | None = None,
    ) -> Looked:
        """Takes in all the surges of a watch that are on, one a topic, and sends what is to be told.

        A topic without an observation is over. `plan` is kept by the episodes that begin. To be called once a minute,
        and when posts have come.
        """
        return await self._look(team, watch, (plan, observations), sender, muted_until)

    async def tell(self, team: str, watch: str, sender: Sender, muted_until: datetime | None = None) -> Looked:
        """Sends what is to be told by what is known already: after a press, say."""
        return await self._look(team, watch, None, sender, muted_until)

    async def _look(
        self,
        team: str,
        watch: str,
        seen: tuple[Plan, Sequence[Observation]] | None,
        sender: Sender,
        muted_until: datetime | None,
    ) -> Looked:
        until = muted_until.timestamp() if muted_until is not None else None
        # What a crash has left comes first: the next step waits for it.
        left, failed = await send_all(self._sessions, self._now, team, watch, sender)
        async with self._sessions.begin() as session:
            began = await look(session, team, watch, self._now, until, seen)
        sent, failed_too = await send_all(self._sessions, self._now, team, watch, sender, skipped=failed)
        return Looked(began, [*left, *sent], [*failed, *failed_too])

    # What people press. Each returns None where the team has no such episode.

    async def acknowledge(self, team: str, id: str, by: str) -> Pressed | None:
        """Notes that `by` looks after it: nobody is called any more while that is confirmed."""
        return await press(self._sessions, team, id, "acknowledge", by, self._now())

    async def confirm(self, team: str, id: str, by: str) -> Pressed | None:
        """Notes that `by` still looks after it, when that was asked."""
        return await press(self._sessions, team, id, "confirm", by, self._now())

    async def useful(self, team: str, id: str, by: str) -> Pressed | None:
        """Notes that it was worth telling, unless it was judged already: somebody made a task of it, say."""
        return await press(self._sessions, team, id, "useful", by, self._now())

    async def not_useful(self, team: str, id: str, by: str) -> Pressed | None:
        """Notes that it was a false alarm, and ends it: nothing more is said of the surge unless it gets more severe.

        The judgement is taken after the end, too.
        """
        return await press(self._sessions, team, id, "not_useful", by, self._now())

    async def close(self, team: str, id: str, by: str) -> Pressed | None:
        """Ends it: nothing more is said of the surge unless it gets more severe."""
        return await press(self._sessions, team, id, "close", by, self._now())

    # Reading

    async def get(self, team: str, id: str) -> EpisodeView | None:
        """Returns one episode."""
        async with self._sessions() as session:
            row = await session.get(EpisodeRow, id)
        return view_of(row) if row is not None and row.team == team else None

    async def open_of(self, team: str, watch: str) -> list[EpisodeView]:
        """Returns the episodes that go on, the oldest first; those that another's card speaks for are in that one."""
        return await self._views(team, watch, EpisodeRow.open == 1, EpisodeRow.outcome.is_(None))

    async def recent(self, team: str, watch: str, since: datetime) -> list[EpisodeView]:
        """Returns the episodes that began since a time, the oldest first, whether or not they go on."""
        return await self._views(team, watch, EpisodeRow.opened_at >= since.timestamp())

    async def usefulness(self, team: str, watch: str, since: datetime | None = None) -> Usefulness:
        """Returns how the watch's episodes were judged."""
        return await usefulness(self._sessions, team, watch, since.timestamp() if since is not None else 0.0)

    async def stats(self, team: str, watch: str, since: datetime) -> Stats:
        """Returns what the watch's episodes since a time have come to."""
        return await stats(self._sessions, team, watch, since.timestamp(), self._now())

    async def _views(self, team: str, watch: str, *where: ColumnElement[bool]) -> list[EpisodeView]:
        query = select(EpisodeRow).where(
            EpisodeRow.team == team, EpisodeRow.watch == watch, EpisodeRow.head.is_(None), *where
        )
        async with self._sessions() as session:
            rows = await session.scalars(query.order_by(EpisodeRow.opened_at, EpisodeRow.id))
            return [view_of(row) for row in rows]

    # Keeping

    async def audit(self) -> list[Missed]:
        """Returns the promised steps of all teams that did not run on time, each once."""
        return await audit(self._sessions, self._now())

    async def missed(self, team: str, watch: str, since: datetime) -> list[Missed]:
        """Returns what the auditor found of a watch since a time."""
        return await missed(self._sessions, team, watch, since.timestamp())

    async def forget(self, before: datetime, most: int = 1_000) -> int:
        """Deletes up to `most` episodes that ended before a time, with what was sent and pressed; returns how many."""
        old = (
            select(EpisodeRow.id)
            .where(EpisodeRow.open.is_(None), EpisodeRow.closed_at < before.timestamp())
            .limit(most)
        )
        async with self._sessions.begin() as session:
            gone = list(
                await session.scalars(delete(EpisodeRow).where(EpisodeRow.id.in_(old)).returning(EpisodeRow.id))
            )
            for table in (SendRow, PressRow):
                await session.execute(delete(table).where(table.episode.in_(gone)))
        return len(gone)

    def _now(self) -> float:
        return self._clock.now().timestamp()
