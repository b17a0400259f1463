"""The time by which what is due is judged. Leases, limits and message `ts` go by the machine's."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp

log = logging.getLogger("deskhand.clock")

LONG_POLL_SECONDS = 25
PAUSE_SECONDS = 0.5


class Clock:
    """The machine's clock, ahead by `offset` seconds: the local workspace's lever moves it."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Returns the time (aware, UTC)."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def timestamp(self) -> float:
        """Returns the time in epoch seconds."""
        return time.time() + self.offset

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` whenever the clock has jumped."""
        self._listeners.append(listener)

    async def follow(self, url: str, session: aiohttp.ClientSession) -> None:
        """Keeps `offset` that of the local workspace, for ever: one long poll, answered when its clock moves."""
        first = True
        while True:
            try:
                parameters = {} if first else {"offset": repr(self.offset), "wait": str(LONG_POLL_SECONDS)}
                timeout = aiohttp.ClientTimeout(total=LONG_POLL_SECONDS + 10)
                async with session.get(url, params=parameters, timeout=timeout) as response:
                    self._set(float((await response.json())["offset"]))
                first = False
            except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError, TypeError) as error:
                log.debug("the workspace's clock is away", extra={"error": type(error).__name__})
                first = True
                await asyncio.sleep(PAUSE_SECONDS)

    def _set(self, offset: float) -> None:
        if offset != self.offset:
            self.offset = offset
            for listener in self._listeners:
                with contextlib.suppress(Exception):
                    listener()
