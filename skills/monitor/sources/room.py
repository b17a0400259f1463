"""Room for what servers send: all bodies together take a bounded share of the memory."""

from __future__ import annotations

import asyncio

SMALL = 1 << 17
"""Bytes that every body may have without asking: most feeds are smaller."""


class Room:
    """Gives out `most` bytes beyond the small ones. The body that has been at it longest never waits, so all end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._used: dict[Body, int] = {}
        self._changed = asyncio.Condition()

    async def take(self, body: Body, amount: int) -> None:
        """Waits until there is room for so much more of a body."""
        self._used.setdefault(body, 0)
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(body, amount))
            self._used[body] += amount

    def leave(self, body: Body) -> None:
        """Gives back what a body has taken."""
        if self._used.pop(body, None) is not None:
            # The waiting are woken by a task of its own: leaving is no place to wait, nor to be cancelled.
            self._waking = asyncio.ensure_future(self._wake())

    def _fits(self, body: Body, amount: int) -> bool:
        return sum(self._used.values()) + amount <= self._most or next(iter(self._used)) is body

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class Body:
    """A body that grows, in its room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._asked = SMALL
        self.data = bytearray()

    async def add(self, data: bytes) -> None:
        """Adds what was read, as soon as there is room for it."""
        if len(self.data) + len(data) > self._asked:
            more = max(SMALL, len(self.data) + len(data) - self._asked)
            await self._room.take(self, more)
            self._asked += more
        self.data += data

    def leave(self) -> None:
        """Makes room for others."""
        self.data = bytearray()
        self._room.leave(self)
