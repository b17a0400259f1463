"""Kills replicas that send reminders with -9, and counts what reached people.

Used by `test_killed_reminders.py` (a few) and `tests/benchmarks/tasks/reminders/kill.py` (many).
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from reminding_process import POSTED, Script, SharedClock
from reminding_stage import ALWAYS, BERLIN, TEAM, KnownPeople
from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.models import OutboxRow
from bot.workspace.testing import RunningWorkspace
from skills.tasks.hours.reminders import BEFORE
from skills.tasks.reminding.claiming import claim
from skills.tasks.reminding.tables import ReminderRow
from skills.tasks.store.tables import TaskRow

PROCESS = Path(__file__).with_name("reminding_process.py")
TASKS = cast(Table, TaskRow.__table__)
Sessions = async_sessionmaker[AsyncSession]
START = datetime(2026, 12, 7, 0, 10, tzinfo=ZoneInfo(BERLIN)).timestamp()
WAVE_SECONDS = 420.0
"""Between the due times of two waves, so that they are not folded; two hundred of them are over before midnight."""
PATIENCE = 180.0
LONG_PATIENCE = 900.0
"""A channel that was limited gets one post a second for a minute."""


@dataclass
class Report:
    """What became of the reminders."""

    tasks: int = 0
    people: int = 0
    kills: int = 0
    killed_between: int = 0
    """Kills that left a message claimed and not known to be sent."""
    killed_with_tasks_due: int = 0
    """Kills that came before all of a wave was claimed."""
    messages: int = 0
    order_faults: int = 0
    """Messages stored after less urgent ones of the same wave."""
    lost: int = 0
    twice: int = 0
    not_folded: int = 0
    """Messages beyond one a person and wave."""
    violations: int = 0
    seconds: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def faults(self) -> int:
        """How much is not as it should be."""
        return self.order_faults + self.lost + self.twice + self.not_folded + self.violations


async def fill(sessions: Sessions, waves: Sequence[int], people: int, seed: int) -> None:
    """Keeps tasks due in waves of these sizes, all of a wave within a minute of the same working day."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for wave, size in enumerate(waves):
        for _ in range(size):
            number = len(rows) + 1
            due = START + wave * WAVE_SECONDS + chance.randrange(60)
            rows.append(
                {
                    "team": TEAM,
                    "number": number,
                    "title": f"Task {number}",
                    "notes": "",
                    "state": "open",
                    "open": 1,
                    "asker": "U0",
                    "assignee": f"U{number % people}",
                    "channel": "C1",
                    "place_kind": "channel",
                    "zone": BERLIN,
                    "priority": chance.randint(1, 4),
                    "labels": [],
                    "due_at": due,
                    "due_wall": datetime.fromtimestamp(due, ZoneInfo(BERLIN)).replace(tzinfo=None).isoformat(),
                    "due_whole_day": False,
                    "blocked": "",
                    "reminded": BEFORE,
                    "remind_at": due,
                    "made_at": START - 1e6 + number,
                    "changed_at": START,
                    "version": 1,
                }
            )
    async with sessions.begin() as session:
        connection = await session.connection()
        await connection.run_sync(POSTED.metadata.create_all)
        await session.execute(insert(TASKS), rows)


async def claim_run(sessions: Sessions, limit: int) -> tuple[float, int]:
    """Claims all that is due, nobody being killed; returns how long it took, and how many tasks that were."""
    began, tasks = time.monotonic(), 0
    while True:
        claimed = await claim(sessions, KnownPeople(ALWAYS), TEAM, START + 60, "one", limit, {})
        if not claimed.tasks:
            return time.monotonic() - began, tasks
        tasks += claimed.tasks


async def kill_run(
    sessions: Sessions,
    data: Path,
    url: str | None,
    tasks: int,
    people: int,
    kills: int,
    seed: int,
    workspace: RunningWorkspace | None = None,
    lease: float = 1.5,
) -> Report:
    """Lets replicas send reminders that come due in waves, kills one of them in each, and counts."""
    chance, began = random.Random(seed), time.monotonic()
    report = Report(tasks=tasks, people=people)
    waves = [tasks // kills + (wave < tasks % kills) for wave in range(kills)]
    await fill(sessions, waves, people, seed)
    clock = SharedClock(data, START - 60)
    handles = ("ana", "ben", "chen", "dana")
    channels = tuple(workspace.channel("deskhand", one) for one in handles) if workspace else ()
    script = Script(url, workspace.api_url if workspace else None, channels, lease)
    # Only one bot at a time uses a database file, and its outbox relies on that.
    alone = workspace is not None and url is None
    replicas = [await _start(data, script) for _ in range(1 if alone else 2)]
    for wave in range(kills):
        clock.move(START + wave * WAVE_SECONDS + 60)
        await _begun(sessions, clock.epoch, replicas)
        await asyncio.sleep(chance.uniform(0.0, 0.4))
        which = chance.randrange(len(replicas))
        replicas[which].kill()
        await replicas[which].wait()
        report.kills += 1
        report.killed_between += await _count_claimed(sessions) > 0
        report.killed_with_tasks_due += await _count_due(sessions, clock.epoch) > 0
        replicas[which] = await _start(data, script)
        await _settled(sessions, clock.epoch, replicas)
    if workspace is not None:
        await _delivered(sessions, replicas)
    for replica in replicas:
        replica.kill()
        await replica.wait()
    await _count(sessions, workspace, waves, report)
    report.seconds = round(time.monotonic() - began, 1)
    return report


async def _start(data: Path, script: Script) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, str(PROCESS), str(data), script.written(), stdin=asyncio.subprocess.DEVNULL
    )


async def _count_claimed(sessions: Sessions) -> int:
    async with sessions() as session:
        query = select(func.count()).select_from(ReminderRow).where(ReminderRow.state == "claimed")
        return int(await session.scalar(query) or 0)


async def _count_due(sessions: Sessions, now: float) -> int:
    async with sessions() as session:
        query = select(func.count()).select_from(TaskRow).where(TaskRow.remind_at <= now)
        return int(await session.scalar(query) or 0)


Replicas = Sequence[asyncio.subprocess.Process]


async def _begun(sessions: Sessions, now: float, replicas: Replicas) -> None:
    """Waits until the first of a wave was claimed."""
    due = await _count_due(sessions, now)
    async with asyncio.timeout(PATIENCE):
        while True:
            if await _count_due(sessions, now) < due or not due or await _count_claimed(sessions):
                return
            await _pause(0.005, replicas)


async def _settled(sessions: Sessions, now: float, replicas: Replicas) -> None:
    """Waits until nothing is due and nothing waits to be sent."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if not await _count_due(sessions, now) and not await _count_claimed(sessions):
                return
            await _pause(0.02, replicas)


async def _pause(seconds: float, replicas: Replicas) -> None:
    assert all(one.returncode is None for one in replicas), "a replica ended by itself"
    await asyncio.sleep(seconds)


async def _delivered(sessions: Sessions, replicas: Replicas) -> None:
    """Waits until the outbox has sent all it holds, and a little more for what would come a second time."""
    unsent = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(("queued", "sending")))
    async with asyncio.timeout(LONG_PATIENCE):
        while True:
            async with sessions() as session:
                if not await session.scalar(unsent):
                    break
            await _pause(0.05, replicas)
    await _pause(0.5, replicas)


async def _texts(sessions: Sessions, workspace: RunningWorkspace | None) -> list[str]:
    if workspace is None:
        async with sessions() as session:
            return list(await session.scalars(select(POSTED.c.text)))
    found = []
    for handle in ("ana", "ben", "chen", "dana"):
        client, cursor = workspace.client(handle), ""
        while True:
            page = await client.conversations_history(
                channel=workspace.channel("deskhand", handle), limit=200, cursor=cursor
            )
            found += [str(message["text"]) for message in page["messages"]]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    return found


async def _count(sessions: Sessions, workspace: RunningWorkspace | None, waves: Sequence[int], report: Report) -> None:
    texts = await _texts(sessions, workspace)
    told = Counter(said for text in texts for said in text.removeprefix("late ").split())
    report.messages = len(texts)
    report.lost = sum(told[f"#{number}:due"] == 0 for number in range(1, report.tasks + 1))
    report.twice = sum(count - 1 for count in told.values())
    report.more["told"] = dict(Counter(said.partition(":")[2] for said in told))
    async with sessions() as session:
        rows = list(await session.scalars(select(ReminderRow).order_by(ReminderRow.id)))
        tasks = {row.id: row for row in await session.execute(select(TASKS))}
    # Of the waves in turn: the order in which messages were stored is that in which they were claimed.
    urgency = []
    for row in rows:
        first = tasks[row.tasks[0][0]]
        urgency.append((int((first.due_at - START) // WAVE_SECONDS), first.priority, first.due_at, first.id))
        within = [(tasks[one].priority, tasks[one].due_at, one) for one, *_ in row.tasks]
        report.order_faults += within != sorted(within)
    report.order_faults += sum(later < earlier for earlier, later in pairwise(urgency))
    pairs = Counter((row.person, wave) for row, (wave, *_) in zip(rows, urgency, strict=True))
    report.not_folded = sum(count - 1 for count in pairs.values())
    if workspace is not None:
        report.violations = len(workspace.violations())
