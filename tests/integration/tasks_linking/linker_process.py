"""A process that links each task of a database and keeps the links in step, until it is killed.

    python linker_process.py DATA [DATABASE_URL]

Used by `tests/benchmarks/tasks/linking/kill.py`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.store.upgrade import open_database
from skills.tasks.linking import Limits, Linking, mark_links
from skills.tasks.store import MIGRATIONS
from skills.tasks.store.rows import Tasks
from skills.tasks.store.tables import TaskRow


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def main(data: Path, url: str | None) -> None:
    database = await open_database(data, url, branches=[MIGRATIONS])
    tasks = Tasks(database.sessions, [mark_links])
    limits = Limits(allow_private=True, seconds=5.0)
    async with Linking(database.sessions, tasks, SystemClock(), "linker", limits=limits) as linking:
        while True:
            async with database.sessions() as session:
                ids = list(await session.scalars(select(TaskRow.id).order_by(TaskRow.id)))
            for id in ids:
                if not await linking.links("T1", id):
                    await linking.link("T1", id, "desk", "U1")
            await linking.tick()
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
