"""A process that reads what waits and follows the watches, until it is killed.

python reading_process.py DATA DATABASE_URL|-
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from bot.clock import Clock
from bot.store.upgrade import open_database
from skills.base import Services
from skills.classifiers.champions import Champions
from skills.monitor.following.aims import Aims
from skills.monitor.following.following import Following
from skills.monitor.following.intake import Intake
from skills.monitor.sources import MIGRATIONS
from skills.monitor.sources.stored_posts import StoredPosts
from skills.monitor.watches.rows import Watches


async def work(data: Path, url: str | None) -> None:
    """Reads without an encoder, by n-grams alone, so that a process is up in a moment."""
    database = await open_database(data, url, branches=[MIGRATIONS])
    services = cast(
        Services,
        SimpleNamespace(
            sessions=database.sessions,
            clock=Clock(),
            # The same over restarts: what the process before had claimed is waited for all the same.
            replica="reader",
            library=SimpleNamespace(choice=SimpleNamespace(encoders=())),
            champions=Champions(database.sessions, data / "models", ()),
        ),
    )
    aims = Aims(())
    intake = Intake(services, StoredPosts(database.sessions), aims, at_once=40)
    following = Following(services, aims)
    watches = Watches(database.sessions)
    print("up", flush=True)
    while True:
        await intake.take()
        for watch in await watches.all():
            await following.follow(watch)
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), None if sys.argv[2] == "-" else sys.argv[2]))
