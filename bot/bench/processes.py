"""Workspace and bots as processes of their own, as they run in earnest."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import aiohttp

from bot.bench.measured import NotMeasured
from bot.workspace.accounts import APP_TOKEN, BOT_TOKEN

START_SECONDS = 120.0
_STOP_SECONDS = 12.0
_LOOK_SECONDS = 0.01

DESKHAND = (sys.executable, "-m", "bot")


def free_port() -> int:
    """Returns a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def bot_environment(url: str) -> dict[str, str]:
    """Returns what a bot needs to join the workspace at `url`, and to answer one person as fast as they can ask."""
    return {
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "DESKHAND_SLACK__REQUESTS_PER_MINUTE": "1000000",
    }


@contextlib.asynccontextmanager
async def process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    """Runs a command, silently, while the context lasts; it is stopped as by Ctrl-C."""
    running = await _started(command, environment or {})
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        try:
            await asyncio.wait_for(running.wait(), _STOP_SECONDS)
        except TimeoutError:
            running.kill()
            await running.wait()


async def complete(command: Sequence[str]) -> float:
    """Runs a command to its end; returns the seconds that it took. Raises NotMeasured when it fails."""
    began = time.perf_counter()
    code = await (await _started(command, {})).wait()
    if code:
        raise NotMeasured(f"`{' '.join(command)}` ended with exit code {code}; run it to see why")
    return time.perf_counter() - began


async def wait_for_sockets(session: aiohttp.ClientSession, url: str, count: int) -> None:
    """Waits until the workspace at `url` answers and so many sockets are open. Raises NotMeasured when it won't."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"{url}/workspace/log", params={"after": "1000000000"}) as response:
                if (await response.json())["sockets"] == count:
                    return
        await asyncio.sleep(_LOOK_SECONDS)
    raise NotMeasured(f"the bot was not ready within {START_SECONDS:.0f} s; `deskhand local` shows why")


async def _started(command: Sequence[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    quiet = asyncio.subprocess.DEVNULL
    # Settings of the person at the keyboard are not what is measured; the cache's place is no setting of the bot's.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "DESKHAND_CACHE" or not name.startswith(("DESKHAND_", "SLACK_", "DATABASE_URL"))
    }
    return await asyncio.create_subprocess_exec(
        *command, env={**kept, **environment}, stdin=quiet, stdout=quiet, stderr=quiet
    )


@contextlib.asynccontextmanager
async def workspace(data: Path, session: aiohttp.ClientSession) -> AsyncIterator[str]:
    """Runs the local workspace without a bot; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with process((*DESKHAND, "--data", str(data), "local", "--no-bot", "--port", str(port))):
        await wait_for_sockets(session, url, 0)
        yield url
