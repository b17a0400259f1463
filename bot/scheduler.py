"""The few recurring ticks of a bot process. What is due at a time of its own is a row (`bot.due`), not a job.

APScheduler (https://apscheduler.readthedocs.io/en/3.x/) keeps these in memory; `misfire_grace_time=None` and
`coalesce`, since its defaults leave out a tick that comes a second late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger("deskhand.ticks")


class Ticks:
    """Coroutine functions called again and again, none of them twice at the same time."""

    def __init__(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[object]] = set()

    def register(self, name: str, seconds: float, tick: Callable[[], Awaitable[None]]) -> None:
        """Calls `tick` every `seconds` from the start on. What it raises is logged; it is called again all the same."""

        async def guarded() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            try:
                await tick()
            except Exception:
                log.exception("a tick failed", extra={"tick": name})

        self._scheduler.add_job(
            guarded, "interval", seconds=seconds, id=name, coalesce=True, misfire_grace_time=None, max_instances=1
        )

    def soon(self, name: str) -> None:
        """Calls a tick now rather than at its next time."""
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC) + timedelta(milliseconds=1))

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self, seconds: float) -> None:
        """Starts no further tick, waits up to `seconds` for those that run, and cancels what is left."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        self._scheduler.shutdown(wait=False)
