"""Slack tells of one mention by two events within milliseconds; the second one need not ask the database.

The unique keys of the inbox remain what decides: this only spares a transaction whose outcome is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

REMEMBERED = 256
"""Messages of which a second event may still be on its way."""


class Twins:
    """The messages whose event this process is storing, or has stored moments ago."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], asyncio.Future[bool]] = {}

    async def stored(self, message: tuple[str, str]) -> bool:
        """Returns whether an event of this `message` is stored, once the transaction that is at it has ended."""
        first = self._stored.get(message)
        return first is not None and await asyncio.shield(first)

    async def store(self, message: tuple[str, str], store: Callable[[], Awaitable[int | None]]) -> int | None:
        """Returns what `store` returns: the new row's number, or None for an event that is there already.

        For the second event of a `message`, None comes without a call of `store`, once the first one is committed.
        """
        if await self.stored(message):
            return None
        mine = self._stored[message] = asyncio.get_running_loop().create_future()
        while len(self._stored) > REMEMBERED:
            del self._stored[next(iter(self._stored))]
        row = None
        try:
            row = await store()
        finally:
            mine.set_result(row is not None)
        return row
