"""Who works when: one after another within a channel, so that replies leave in the order of the questions."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

AT_ONCE = 16
"""How many deliveries are worked on at the same time, over all channels."""


class Turn:
    """A place in a channel's row. `release` lets the next one begin; it comes by itself when the work ends."""

    def __init__(self, turns: Turns, key: str, before: Turn | None) -> None:
        self._turns = turns
        self._key = key
        self._before = before
        self._over = asyncio.Event()
        self._holds_slot = False

    async def take(self) -> None:
        if self._before is not None:
            await self._before._over.wait()
            self._before = None
        await self._turns._slots.acquire()
        self._holds_slot = True

    def release(self) -> None:
        if self._holds_slot:
            self._holds_slot = False
            self._turns._slots.release()
        self._over.set()
        if self._turns._last.get(self._key) is self:
            del self._turns._last[self._key]


class Turns:
    """Starts work in turn. The tasks are kept, so that a stop can wait for them."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._last: dict[str, Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, key: str, work: Callable[[Turn], Awaitable[None]]) -> asyncio.Task[None]:
        """Runs `work` after everything that was started under the same `key` and has not released its turn."""
        turn = Turn(self, key, self._last.get(key))
        self._last[key] = turn
        task = asyncio.create_task(self._run(turn, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def busy(self) -> int:
        """How many pieces of work run or wait."""
        return len(self._tasks)

    async def finish(self, seconds: float) -> None:
        """Waits up to `seconds` for all work, then cancels what is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)

    async def _run(self, turn: Turn, work: Callable[[Turn], Awaitable[None]]) -> None:
        try:
            await turn.take()
            await work(turn)
        finally:
            turn.release()
