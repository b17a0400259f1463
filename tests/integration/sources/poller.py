"""A process that follows the sources of a database until it is killed: `poller.py DATA [URL]`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS, Limits, Polling


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def main(data: Path, url: str | None) -> None:
    database = await open_database(data, url, branches=[MIGRATIONS])
    async with Polling(
        database.sessions, SystemClock(), "poller", data, limits=Limits(allow_private=True, seconds=5.0)
    ) as polling:
        while True:
            await polling.tick()
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
