"""A person's message to the bot's posted answer, seen by the page's feed: the whole bot and one that only echoes."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.bench.measured import Measured, NotMeasured, Spread, ratio
from bot.bench.processes import DESKHAND, bot_environment, complete, process, wait_for_sockets, workspace
from bot.bench.texts import questions
from bot.cli.output import Progress
from bot.start import HANDBOOK
from bot.workspace.accounts import BOT_USER, PEOPLE

BLOCKS = 3
MESSAGES = 40
"""In each block, on either side."""
WARM_UP = 5
MOST_RATIO = 3.0

_PERSON = PEOPLE[0]
_CHANNEL = "C0GENERAL"
_ANSWER_SECONDS = 30.0
_LONGEST_FRAME = 16 * 1024 * 1024


def run(sets: Path | None, tell: Progress) -> Measured:
    """Measures; see the module."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return asyncio.run(_measure(Path(folder), sets, tell))


async def _measure(data: Path, sets: Path | None, tell: Progress) -> Measured:
    commands = {
        "deskhand": (*DESKHAND, "--data", str(data), "run"),
        "echo": (sys.executable, "-m", "bot.bench.echo_bot"),
    }
    asked = iter(questions(BLOCKS * len(commands) * (MESSAGES + WARM_UP), sets))
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    await complete((*DESKHAND, "--data", str(data), "index", "add", str(HANDBOOK)))
    async with aiohttp.ClientSession() as session, workspace(data, session) as url, _Feed.open(session, url) as feed:
        poster = AsyncWebClient(token=_PERSON.token, base_url=f"{url}/api/", session=session)
        for block in range(BLOCKS):
            for name, command in commands.items():
                async with process(command, bot_environment(url)):
                    await wait_for_sockets(session, url, 1)
                    taken = [await _asked(poster, feed, next(asked)) for _ in range(WARM_UP + MESSAGES)]
                    seconds[name] += taken[WARM_UP:]
                await wait_for_sockets(session, url, 0)
            tell(block + 1, BLOCKS, "blocks")
    ours, theirs = Spread.of(seconds["deskhand"]), Spread.of(seconds["echo"])
    found = ratio(ours.p50, theirs.p50)
    return Measured(
        {"messages": BLOCKS * MESSAGES, "deskhand": ours.figures(), "echo": theirs.figures(), "ratio_p50": found},
        [
            f"message to posted answer, {BLOCKS * MESSAGES} messages each in {BLOCKS} alternating blocks",
            f"Deskhand {ours}; a bare Bolt bot that only echoes {theirs}",
            f"ratio of the p50s {found} (at most {MOST_RATIO})",
        ],
    )


async def _asked(poster: AsyncWebClient, feed: _Feed, question: str) -> float:
    """Returns the seconds from the call that posts a message to the frame that shows the answer in its thread."""
    began = time.perf_counter()
    posted = await poster.chat_postMessage(channel=_CHANNEL, text=f"<@{BOT_USER}> {question}")
    return await feed.answered(str(posted["ts"])) - began


class _Feed:
    """What the page of a person is sent, while it is open."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._news = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, session: aiohttp.ClientSession, url: str) -> AsyncIterator[_Feed]:
        """Follows the feed of the workspace at `url` while the context lasts."""
        feed = cls()
        forever = aiohttp.ClientTimeout(total=None)
        feed_of = f"{url}/page/feed?user={_PERSON.handle}"
        async with session.get(feed_of, timeout=forever, read_bufsize=_LONGEST_FRAME) as response:
            following = asyncio.create_task(feed._follow(response.content))
            try:
                yield feed
            finally:
                following.cancel()

    async def answered(self, thread: str) -> float:
        """Returns when the bot's first message in a thread was seen, by `time.perf_counter`."""
        while thread not in self._seen:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), _ANSWER_SECONDS)
            except TimeoutError:
                raise NotMeasured(f"a message was not answered within {_ANSWER_SECONDS:.0f} s") from None
        return self._seen[thread]

    async def _follow(self, lines: aiohttp.StreamReader) -> None:
        while line := await lines.readline():
            now = time.perf_counter()
            if not line.startswith(b"data: "):
                continue
            frame: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            message = frame.get("message") or {}
            if frame["type"] == "message" and message.get("user") == BOT_USER and message.get("thread_ts"):
                self._seen.setdefault(message["thread_ts"], now)
                self._news.set()
