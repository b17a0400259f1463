"""Kills a bot's process with -9 at seeded moments under load, starts it again, and counts what became of each question.

Used by `test_kill.py` (ten moments) and `tests/benchmarks/kill.py` (two hundred). The whole bot answers from the demo
handbook; the small one answers everything alike, and half a second sooner, which makes for more kills amid the work.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.start import HANDBOOK
from bot.workspace.testing import RunningWorkspace

WHOLE_BOT = [sys.executable, "-m", "bot", "run"]
WHOLE_QUESTIONS = (
    "how long do refunds take?",
    "what does express shipping cost?",
    "within how many days can goods be returned?",
    "退款需要多久？",
    "what is the airspeed of an unladen swallow?",
)
SMALL_BOT = [sys.executable, str(Path(__file__).with_name("small_bot.py"))]
BURST = 16
PRIVATE_SHARE = 0.15
"""So many of the questions are answered by an ephemeral, which can't be looked up."""
LONGEST_WAIT = 0.3
"""A kill comes at most so many seconds after a burst of questions."""


@dataclass
class Report:
    """What became of the questions. `lost_ephemerals` were in flight when the process died."""

    kills: int = 0
    questions: int = 0
    answered_once: int = 0
    unanswered: int = 0
    answered_twice: int = 0
    ephemerals: int = 0
    lost_ephemerals: int = 0
    doubled_ephemerals: int = 0
    acked_before_kill: int = 0
    """Envelopes acked by a process that was killed later."""
    seconds_to_socket: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        values = asdict(self)
        starts = sorted(values.pop("seconds_to_socket"))
        return {**values, "median_seconds_to_socket": starts[len(starts) // 2] if starts else None}


@dataclass(frozen=True)
class Question:
    handle: str
    channel: str
    ts: str
    private: bool


class BotProcess:
    """The bot as a child process."""

    def __init__(self, workspace: RunningWorkspace, command: Sequence[str], data: Path, log: Path) -> None:
        self._workspace = workspace
        self._command = list(command)
        self._log = log
        self._environment = {
            **os.environ,
            "DESKHAND_DATA": str(data),
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "DESKHAND_CLOCK_URL": f"{workspace.url}/workspace/clock",
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, timeout: float = 60.0) -> float:  # noqa: ASYNC109
        """Returns the seconds until its socket was open."""
        began = time.monotonic()
        await self.start_unwatched()
        await self._workspace.wait_for_sockets(1, timeout)
        return time.monotonic() - began

    async def start_unwatched(self) -> None:
        """Starts it, and waits for nothing."""
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stderr=log, stdin=asyncio.subprocess.DEVNULL
            )

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        await self._workspace.wait_for_sockets(0)

    async def terminate(self) -> int:
        """Returns the exit code after SIGTERM."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 12.0)


async def kill_run(
    workspace: RunningWorkspace,
    bot: BotProcess,
    moments: int,
    seed: int,
    questions: Sequence[str] = ("how long do refunds take?",),
    private: Sequence[str] = ("private",),
) -> Report:
    """Kills `bot` at `moments` moments drawn by `seed`, lets it finish, and returns what became of every question."""
    chance = random.Random(seed)
    report = Report()
    began = time.monotonic()
    asked: list[Question] = []
    for _ in range(moments):
        # Half of the burst waits for the socket, so that the bot has its hands full from the first moment on.
        burst = [asyncio.create_task(_ask(workspace, chance, 0.0, questions, private)) for _ in range(BURST // 2)]
        await asyncio.gather(*burst)
        report.seconds_to_socket.append(await bot.start())
        burst += [
            asyncio.create_task(_ask(workspace, chance, LONGEST_WAIT, questions, private)) for _ in range(BURST // 2)
        ]
        await asyncio.sleep(chance.uniform(0.0, LONGEST_WAIT))
        before = len([entry for entry in workspace.log("envelope") if entry["ack_ms"] is not None])
        report.acked_before_kill = before
        await bot.kill()
        report.kills += 1
        asked.extend(await asyncio.gather(*burst))
    report.seconds_to_socket.append(await bot.start())
    await _settled(workspace, asked)
    assert await bot.terminate() == 0
    await _count(workspace, asked, report)
    report.seconds = time.monotonic() - began
    return report


async def _ask(
    workspace: RunningWorkspace,
    chance: random.Random,
    longest_wait: float,
    questions: Sequence[str],
    private: Sequence[str],
) -> Question:
    handle = chance.choice(("ana", "ben", "chen", "dana"))
    channel = chance.choice(("general", "random", "alerts", "deskhand"))
    is_private = bool(private) and chance.random() < PRIVATE_SHARE
    text = chance.choice(private if is_private else questions)
    await asyncio.sleep(chance.uniform(0.0, longest_wait))
    person = workspace.person(handle)
    ts = await (person.dm(text) if channel == "deskhand" else person.mention(channel, text))
    return Question(handle, channel, ts, is_private)


async def _replies(workspace: RunningWorkspace, question: Question) -> int:
    messages = await workspace.person(question.handle).replies(question.channel, question.ts)
    return len([message for message in messages if message["user"] == workspace.bot_user])


async def _settled(workspace: RunningWorkspace, asked: Sequence[Question]) -> None:
    """Waits until every question that may be looked up has its answer, or nothing has come for five seconds."""
    waiting = [question for question in asked if not question.private]
    quiet_since = time.monotonic()
    while waiting and time.monotonic() - quiet_since < 5.0:
        left = [question for question in waiting if not await _replies(workspace, question)]
        if len(left) < len(waiting):
            quiet_since = time.monotonic()
        waiting = left
        await asyncio.sleep(0.1)
    await workspace.wait_until_idle(30.0)
    # What would come a second time, or late, gets the chance to.
    await asyncio.sleep(1.0)


async def _count(workspace: RunningWorkspace, asked: Sequence[Question], report: Report) -> None:
    for question in asked:
        replies = await _replies(workspace, question)
        if question.private:
            report.ephemerals += 1
            report.lost_ephemerals += replies == 0
            report.doubled_ephemerals += replies > 1
        else:
            report.questions += 1
            outcome = Counter({min(replies, 2): 1})
            report.unanswered += outcome[0]
            report.answered_once += outcome[1]
            report.answered_twice += outcome[2]


async def index_handbook(data: Path) -> None:
    """Puts the demo handbook into the index under `data`, as a person would."""
    command = [sys.executable, "-m", "bot", "--data", str(data), "index", "add", str(HANDBOOK)]
    adding = await asyncio.create_subprocess_exec(*command)
    assert await adding.wait() == 0


def child_data(folder: Path) -> Mapping[str, Path]:
    """Returns where the child keeps its state and its log, under `folder`."""
    return {"data": folder / "bot", "log": folder / "bot.log"}
