"""Kills a process that keeps links in step with -9, right after a request took effect or before it did, and counts.

    python tests/benchmarks/tasks/linking/kill.py [--kills 20] [--tasks 10] [--seed 1] [--tracker github|jira]

The tracker is a local server of this process; edits on both sides go on meanwhile, and a third of the webhooks is lost.
Prints one JSON object, and exits with 1 where a task has not exactly one issue, or the two are not the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "integration" / "tasks_linking"))

from github_site import GitHubSite
from interleaving import THERE, VALUES, fields_of
from jira_site import JiraSite
from linked_stage import Stage, edit_there, here, local_field, there
from linker_process import SystemClock
from tracker_site import SECRET, TOKEN, MovedClock, running

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS
from skills.tasks.store.task import Task

LINKER = Path(__file__).parents[3] / "integration" / "tasks_linking" / "linker_process.py"
CRASHES = ("crash after", "crash after", "crash before")
PATIENCE = 180.0
"""Seconds; a lost webhook is healed by the next poll, an attempt of unknown outcome waits for 120."""


class RealClock(MovedClock):
    def now(self) -> object:  # type: ignore[override]
        return SystemClock().now()


async def main(kind: str, kills: int, count: int, seed: int, data: Path) -> int:
    os.environ |= {"DESKHAND_TRACKER_TOKEN": TOKEN, "DESKHAND_TRACKER_SECRET": SECRET}
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    chance, began, clock = random.Random(seed), time.monotonic(), RealClock()
    site = GitHubSite(clock) if kind == "github" else JiraSite(clock, lag=0.0)
    database = await open_database(data, branches=[MIGRATIONS])
    async with running(site):
        stage = Stage(database.sessions, site, clock)
        await stage.begin()
        tasks = [await stage.task(f"Task {number}") for number in range(count)]
        done = 0
        while done < kills:
            process = await _start(data)
            killed = asyncio.Event()

            def kill(process: asyncio.subprocess.Process = process, killed: asyncio.Event = killed) -> None:
                process.kill()
                killed.set()

            site.crash = kill
            site.faults.clear()
            site.faults.extend([*[""] * chance.randint(0, 6), chance.choice(CRASHES)])
            while not killed.is_set():
                await _disturb(stage, tasks, chance)
                await asyncio.sleep(0.05)
            await process.wait()
            done += 1
        site.faults.clear()
        process = await _start(data)
        wrong = await _settled(stage, tasks, chance)
        process.kill()
        await process.wait()
        await stage.end()
    await database.close()
    titles = len(site.issues)
    told = {"kind": kind, "kills": done, "tasks": count, "issues": titles, "requests": len(site.asked)}
    print(json.dumps({**told, "seconds": round(time.monotonic() - began, 1), "wrong": wrong}))
    return 1 if wrong or titles != count else 0


async def _disturb(stage: Stage, tasks: list[Task], chance: random.Random) -> None:
    """Changes something on either side, and delivers what was told of it, most of it."""
    field = chance.choice([one for one in fields_of(stage.kind) if one != "title"])
    if chance.random() < 0.5 or not stage.site.issues:
        await stage.change(chance.choice(tasks), **local_field(field, chance.choice(VALUES[field])))
    else:
        value = chance.choice(THERE[field])
        value = "open" if stage.kind == "github" and value in ("doing", "blocked") else value
        edit_there(stage.site, chance.choice(list(stage.site.issues)), field, value)
    stage.site.sent = [one for one in stage.site.sent if chance.random() > 0.33]
    await stage.deliver()


async def _settled(stage: Stage, tasks: list[Task], chance: random.Random) -> list[str]:
    """Waits until both sides are the same, or too long; returns what is not."""
    until = time.monotonic() + PATIENCE
    while True:
        wrong = [fault for task in tasks if (fault := await _apart(stage, task))]
        if not wrong or time.monotonic() > until:
            return wrong
        await stage.deliver()
        await asyncio.sleep(1.0)


async def _apart(stage: Stage, task: Task) -> str:
    issues = [
        id
        for id, issue in stage.site.issues.items()
        if task.title == (issue.summary if hasattr(issue, "summary") else issue.title)
    ]
    if len(issues) != 1:
        return f"{task.title} has {len(issues)} issues"
    links = await stage.linking.links(stage.team, task.id)
    ours, theirs = dict(here(await stage.shown(task), stage.kind)), there(stage.site, issues[0])
    ours["assignee"] = None if ours["assignee"] == "U3" else ours["assignee"]
    ours["labels"] = {label.replace(" ", "_" if stage.kind == "jira" else " ") for label in ours["labels"]}
    apart = [name for name in theirs if ours[name] != theirs[name]]
    return f"{task.title}: {', '.join(apart)} ({[link.fault for link in links]})" if apart else ""


async def _start(data: Path) -> asyncio.subprocess.Process:
    arguments = [str(LINKER), str(data)]
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--tasks", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tracker", choices=["github", "jira"], default="github")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(main(given.tracker, given.kills, given.tasks, given.seed, Path(folder))))
