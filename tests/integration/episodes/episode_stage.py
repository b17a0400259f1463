"""A watch on a real database, a clock that a test moves, and a channel that keeps what is sent to it by key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.episodes import Episodes, EpisodeView, Looked, Observation, Plan, Reason

START = datetime(2026, 12, 1, 10, tzinfo=UTC)
TEAM, WATCH = "T1", "w1"
PLAN = Plan("C1", owner="U1", confirm_after=None)


class MovedClock:
    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Message:
    """What reached the channel: a card, an edit of one, or a line under one."""

    id: str
    key: str
    reason: Reason
    episode: EpisodeView
    edits: str | None
    under: str | None
    at: datetime

    @property
    def kind(self) -> str:
        return "line" if self.under else "edit" if self.edits else "card"


class Crash(BaseException):
    """The process dies here."""


class Channel:
    """Takes each key once, as the outbox does."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self.messages: dict[str, Message] = {}
        self.before: Callable[[Reason], None] = lambda reason: None
        self.after: Callable[[Reason], None] = lambda reason: None

    async def send(self, episode: EpisodeView, reason: Reason, key: str, edits: str | None, under: str | None) -> str:
        self.before(reason)
        await asyncio.sleep(0)
        id = f"id of {key}"
        if key not in self.messages:
            self.messages[key] = Message(id, key, reason, episode, edits, under, self._clock.now())
        self.after(reason)
        return id


class Stage:
    """One watch, looked at."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: MovedClock) -> None:
        self.sessions, self.clock = sessions, clock
        self.channel = Channel(clock)
        self.episodes = Episodes(sessions, clock)
        self.plan = PLAN
        self.muted_until: datetime | None = None
        self._heard = 0

    async def look(self, *on: Observation, after: float = 60.0) -> list[str]:
        """Looks `after` so many seconds, and returns what was sent: reason and kind of each message."""
        self.clock.at += timedelta(seconds=after)
        await self.looked(*on)
        return self.heard()

    async def looked(self, *on: Observation) -> Looked:
        return await self.episodes.look(TEAM, WATCH, self.plan, on, self.channel, self.muted_until)

    async def tell(self, after: float = 60.0) -> list[str]:
        self.clock.at += timedelta(seconds=after)
        await self.episodes.tell(TEAM, WATCH, self.channel, self.muted_until)
        return self.heard()

    def heard(self) -> list[str]:
        """Returns what was sent since the last call."""
        messages = list(self.channel.messages.values())[self._heard :]
        self._heard += len(messages)
        return [f"{one.reason} {one.kind}" for one in messages]

    @property
    def last(self) -> Message:
        return list(self.channel.messages.values())[-1]

    async def only(self) -> EpisodeView:
        [episode] = await self.episodes.open_of(TEAM, WATCH)
        return episode

    def planned(self, **changes: object) -> None:
        self.plan = replace(self.plan, **changes)  # type: ignore[arg-type]


def surge(topic: str = "", observed: int = 30, expected: float = 5.0, since: float | None = None) -> Observation:
    """A surge that is high: sixfold, of 30."""
    return Observation(topic, since or START.timestamp() - 600, observed, expected, 120.0, {"terms": [topic, "late"]})
