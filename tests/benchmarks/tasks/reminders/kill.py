"""Claims 10,000 reminders due in one minute, kills replicas with -9 at random moments, and prints what reached people.

    python tests/benchmarks/tasks/reminders/kill.py [--tasks 10000] [--people 2000] [--kills 20] [--seed 1]
        [--workspace] [--url DATABASE_URL]

First all are claimed in this process, then again by two replicas that share one database: a file, or with `--url` an
empty PostgreSQL database (two of them are made beside it: `NAME_claim`, `NAME_kill`). With `--workspace` the replicas
post through the bot's outbox to a local workspace (one replica where the database is a file, which one bot at a time
uses), which answers a post with 429 every minute, after which its channel gets one a second for a minute; without it
into a table that takes each key once. Prints one JSON object, and exits with 1 where a reminder was lost, came twice,
or was out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "integration" / "tasks_reminding"))

import asyncpg
from killing_reminders import claim_run, fill, kill_run

from bot.store.upgrade import open_database
from bot.workspace.testing import RunningWorkspace, running_workspace
from skills.tasks.store import MIGRATIONS


@asynccontextmanager
async def fresh(url: str | None, name: str) -> AsyncIterator[str | None]:
    """Yields the URL of a database of that name beside the one at `url`, made for the time being."""
    if url is None:
        yield None
        return
    own = f"{url.rpartition('/')[2]}_{name}"
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f'CREATE DATABASE "{own}"')
        yield f"{url.rpartition('/')[0]}/{own}"
    finally:
        await connection.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        await connection.close()


async def limit_now_and_then(workspace: RunningWorkspace) -> None:
    """Answers a post with 429 every minute, for ever."""
    while True:
        await workspace.lever("fault", {"method": "chat.postMessage", "status": 429, "retry_after": 1})
        await asyncio.sleep(60.0)


def limited(workspace: RunningWorkspace) -> dict[str, int]:
    """Counts the posts that were answered with 429, and all."""
    calls = [one for one in workspace.log("call") if one["method"] == "chat.postMessage"]
    return {"posts": len(calls), "answered_429": sum(one["status"] == 429 for one in calls)}


async def main(given: argparse.Namespace, folder: Path) -> int:
    figures: dict[str, Any] = {}
    async with fresh(given.url, "claim") as url:
        database = await open_database(folder / "claim", url, branches=[MIGRATIONS])
        await fill(database.sessions, [given.tasks], given.people, given.seed)
        seconds, tasks = await claim_run(database.sessions, limit=1_000)
        figures["claimed"] = {"tasks": tasks, "seconds": round(seconds, 2)}
        await database.close()
    async with fresh(given.url, "kill") as url, AsyncExitStack() as opened:
        data = folder / "kill"
        data.mkdir()
        database = await open_database(data, url, branches=[MIGRATIONS])
        workspace = None
        if given.workspace:
            workspace = await opened.enter_async_context(running_workspace(folder / "workspace"))
            limiting = asyncio.create_task(limit_now_and_then(workspace))
            opened.callback(limiting.cancel)
        report = await kill_run(
            database.sessions, data, url, given.tasks, given.people, given.kills, given.seed, workspace
        )
        if workspace is not None:
            report.more |= limited(workspace)
        await database.close()
    print(json.dumps({**figures, **asdict(report), "faults": report.faults}))
    return 1 if report.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workspace", action="store_true")
    parser.add_argument("--url")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sys.exit(asyncio.run(main(options, Path(place))))
