"""Kills replicas that look at flapping surges with -9, and counts what reached the channel.

Used by `test_killed_looks.py` (a few) and `tests/benchmarks/episodes/kill.py` (many).
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from looking_process import PLAN, POSTED, Script, SharedClock, written
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.episodes.tables import EpisodeRow, SendRow, WatchRow

PROCESS = Path(__file__).with_name("looking_process.py")
TOPICS = 10


@dataclass
class Report:
    """What became of the surges. Times by the scripted clock, in seconds."""

    surges: int = 0
    kills: int = 0
    killed_between: int = 0
    """Kills that left a step stored and not known to be sent."""
    episodes: int = 0
    cards: int = 0
    edits: int = 0
    lines: int = 0
    not_one_card: list[str] = field(default_factory=list)
    """Surges with no card, or with more than one."""
    too_close: int = 0
    """Edits closer than the debounce to what stood before."""
    closest: float = 0.0
    after_the_end: int = 0
    """Messages after the last word."""
    not_closed: int = 0
    unlike: int = 0
    """Steps whose stored reason and handles differ from what was posted."""
    reasons: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def faults(self) -> int:
        """How much is not as it should be."""
        return len(self.not_one_card) + self.too_close + self.after_the_end + self.not_closed + self.unlike


async def kill_run(
    sessions: async_sessionmaker[AsyncSession],
    data: Path,
    url: str | None,
    surges: int,
    kills: int,
    seed: int,
    lasting: float = 900.0,
) -> Report:
    """Lets two replicas look at `surges` surges, kills one of them `kills` times, and counts."""
    chance, began = random.Random(seed), time.monotonic()
    async with sessions.begin() as session:
        connection = await session.connection()
        await connection.run_sync(POSTED.metadata.create_all)
    clock = SharedClock(data, float(int(time.time())))
    script = Script(-(-surges // TOPICS), min(TOPICS, surges), seed, clock.at, lasting)
    report = Report(surges=script.watches * script.topics)
    replicas = [await _start(data, script, url) for _ in range(2)]
    # Kills fall into the time in which surges flap.
    moments = sorted(script.started + chance.uniform(0.0, script.spread + script.lasting) for _ in range(kills))
    while clock.at < script.end:
        while moments and clock.at >= moments[0]:
            del moments[0]
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            which = chance.randrange(2)
            replicas[which].kill()
            await replicas[which].wait()
            report.kills += 1
            report.killed_between += await _stored_and_unsent(sessions)
            replicas[which] = await _start(data, script, url)
        await _looked_at(sessions, script.watches, clock.at)
        clock.at += chance.randint(5, 20)
    for replica in replicas:
        replica.kill()
        await replica.wait()
    await _count(sessions, script, report)
    report.seconds = round(time.monotonic() - began, 1)
    return report


async def _start(data: Path, script: Script, url: str | None) -> asyncio.subprocess.Process:
    arguments = [str(PROCESS), str(data), written(script), *([url] if url else [])]
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL)


async def _looked_at(sessions: async_sessionmaker[AsyncSession], watches: int, at: float) -> None:
    """Waits until every watch was looked at at this time: no surge begins and ends between two looks."""
    query = select(func.count()).select_from(WatchRow).where(WatchRow.looked_at >= at)
    async with asyncio.timeout(120):
        while True:
            async with sessions() as session:
                if (await session.scalar(query) or 0) >= watches:
                    return
            await asyncio.sleep(0.01)


async def _stored_and_unsent(sessions: async_sessionmaker[AsyncSession]) -> bool:
    async with sessions() as session:
        query = select(func.count()).select_from(SendRow).where(SendRow.sent_at.is_(None))
        return bool(await session.scalar(query))


async def _count(sessions: async_sessionmaker[AsyncSession], script: Script, report: Report) -> None:
    async with sessions() as session:
        posted = (await session.execute(select(POSTED).order_by(POSTED.c.at))).all()
        steps = list(await session.scalars(select(SendRow)))
        rows = list(await session.scalars(select(EpisodeRow)))
    report.episodes = len(rows)
    report.not_closed = sum(row.open is not None for row in rows)
    cards = Counter((one.watch, one.topic) for one in posted if one.edits is None and one.under is None)
    surges = [(f"w{watch}", f"t{topic}") for watch in range(script.watches) for topic in range(script.topics)]
    report.cards = sum(cards.values())
    report.not_one_card = [
        f"{watch} {topic}: {cards[watch, topic]}" for watch, topic in surges if cards[watch, topic] != 1
    ]
    by_card = defaultdict(list)
    for one in posted:
        by_card[one.edits or one.under or one.key].append(one)
    gaps = []
    for messages in by_card.values():
        edits = [one for one in messages if one.under is None]
        report.edits += len(edits) - 1
        report.lines += len(messages) - len(edits)
        gaps += [later.at - earlier.at for earlier, later in pairwise(edits)]
        ends = [place for place, one in enumerate(messages) if one.reason == "over"]
        report.after_the_end += len(messages) - ends[0] - 2 if ends else 1
    report.too_close = sum(gap < PLAN.debounce for gap in gaps)
    report.closest = round(min(gaps), 1)
    report.reasons = dict(Counter(step.reason for step in steps))
    keys = {one.key: one.reason for one in posted}
    told = {handle: step.reason for step in steps for handle in (step.card, step.line) if handle}
    report.unlike = len(keys.items() ^ told.items())
