"""The workspace's clock: real time moved forward by what the lever says, for good."""

import asyncio
import time

from bot.workspace.database import Database


class Clock:
    """Real time plus an offset that is kept in the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.offset = 0.0
        for _, record in database.records("clock"):
            self.offset = record["offset"]
        self.moved = asyncio.Event()

    def now(self) -> float:
        """Epoch seconds by which the bot judges what is due."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward and wakes whoever waits for that."""
        self.offset += seconds
        self.database.put("clock", "offset", {"offset": self.offset})
        self.moved.set()
        self.moved = asyncio.Event()

    async def wait_for_change(self, known_offset: float, seconds: float) -> None:
        """Returns as soon as the offset differs from the known one, at the latest after so many seconds."""
        if self.offset != known_offset:
            return
        try:
            async with asyncio.timeout(seconds):
                await self.moved.wait()
        except TimeoutError:
            return
