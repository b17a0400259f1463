"""Who may see what: a person's channels, and who can read a channel. Nothing here is older than five minutes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.features import Features, Unavailable
from bot.people import People
from index.types import EVERYONE, Audience
from skills.base import Person, Place

log = logging.getLogger(__name__)

OLDEST_SECONDS = 300.0
"""What is older is read again before it is used."""

AGEING_SECONDS = 180.0
"""What is older is used, and read again beside."""

PAGE = 1000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Read(Generic[V]):
    value: V
    at: float


class _Cache(Generic[K, V]):
    """Values read at most `OLDEST_SECONDS` ago. A value whose reading overlapped with a change is read again."""

    def __init__(self, read: Callable[[K], Awaitable[V]]) -> None:
        self._read = read
        self._values: dict[K, _Read[V]] = {}
        self._changes: dict[K, int] = {}
        self._tasks: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Returns the value of `key`; raises what reading it raises, when no fresh one is at hand."""
        known = self._values.get(key)
        age = time.monotonic() - known.at if known is not None else OLDEST_SECONDS
        if known is not None and age < AGEING_SECONDS:
            return known.value
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._refresh(key))
            task.add_done_callback(lambda done: self._ended(key, done))
        if known is not None and age < OLDEST_SECONDS:
            return known.value
        return await asyncio.shield(task)

    def forget(self, key: K) -> None:
        """Drops what is known of `key`, because it has changed."""
        self._changes[key] = self._changes.get(key, 0) + 1
        self._values.pop(key, None)

    async def _refresh(self, key: K) -> V:
        while True:
            before, started = self._changes.get(key, 0), time.monotonic()
            value = await self._read(key)
            if self._changes.get(key, 0) == before:
                self._values[key] = _Read(value, started)
                return value

    def _ended(self, key: K, task: asyncio.Task[V]) -> None:
        self._tasks.pop(key, None)
        if not task.cancelled() and isinstance(task.exception(), Unavailable):
            log.info("memberships: %s", task.exception())


class Memberships:
    """What people hold and what places are readable by, followed by events and by asking again."""

    def __init__(self, client: AsyncWebClient, people: People, features: Features) -> None:
        self._client = client
        self._people = people
        self._features = features
        self._channels: _Cache[tuple[str, str], frozenset[str] | None] = _Cache(self._read_channels)
        self._open: _Cache[tuple[str, str], bool] = _Cache(self._read_open)

    async def audience(self, team: str, person: Person, place: Place) -> Audience:
        """Returns the principals that `person`, asking in `place`, holds.

        Where Slack does not tell whose channels are whose, a person counts as a member of the channel in which they
        write, and of no other; likewise while the question can't be answered.
        """
        own = {person.id} if person.is_guest or person.is_foreign else {person.id, EVERYONE}
        try:
            channels = await self._channels.get((team, person.id))
        except Unavailable:
            channels = None
        if channels is None or place.kind == "dm":
            own.add(place.channel)
        return frozenset(own | (channels or frozenset()))

    async def readers(self, team: str, person: Person, place: Place) -> Audience:
        """Returns the principals that all who can read `place` hold: the asker's own in a direct message."""
        if place.kind == "dm":
            return await self.audience(team, person, place)
        try:
            everyone = await self._open.get((team, place.channel))
        except Unavailable:
            everyone = False
        return frozenset({place.channel, EVERYONE} if everyone else {place.channel})

    async def members(self, team: str, channel: str) -> list[str] | None:
        """Returns the ids of a channel's members; None where the server doesn't tell, or can't be asked now."""
        try:
            return await self._read_members(channel)
        except Unavailable:
            return None

    def changed(self, team: str, person: str, channel: str) -> None:
        """Takes note that `person` has joined or left `channel`."""
        self._channels.forget((team, person))
        self._open.forget((team, channel))

    async def _read_channels(self, key: tuple[str, str]) -> frozenset[str] | None:
        _, person = key
        pages = await self._features.pages(
            "users.conversations",
            lambda cursor: self._client.users_conversations(
                user=person, types="public_channel,private_channel,mpim", limit=PAGE, cursor=cursor
            ),
        )
        return None if pages is None else frozenset(channel["id"] for page in pages for channel in page["channels"])

    async def _read_open(self, key: tuple[str, str]) -> bool:
        """Returns whether every reader of a channel is a full member of the team."""
        team, channel = key
        members = await self._read_members(channel)
        return members is None or not await self._people.outsiders(team, members)

    async def _read_members(self, channel: str) -> list[str] | None:
        pages = await self._features.pages(
            "conversations.members",
            lambda cursor: self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor),
        )
        return None if pages is None else [id for page in pages for id in page["members"]]
