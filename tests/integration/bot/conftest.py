"""A small bot made of the real runtime, connected to the real local workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from small_bot import SmallBot
from starting import StartBot, settings_for

from bot.runtime import run
from bot.workspace.testing import RunningWorkspace


@pytest.fixture
def start_bot(workspace: RunningWorkspace, tmp_path: Path) -> StartBot:
    """Starts a small bot while the context lasts; another start uses the same data."""

    @asynccontextmanager
    async def start(bot: SmallBot | None = None, **more: Any) -> AsyncIterator[SmallBot]:
        bot = bot or SmallBot()
        stop = asyncio.Event()
        sockets = len(workspace.workspace.sockets.connections)
        running = asyncio.create_task(run(settings_for(workspace, tmp_path / "bot", **more), bot.attach, stop=stop))
        opened = asyncio.create_task(workspace.wait_for_sockets(sockets + 1))
        await asyncio.wait((running, opened), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            opened.cancel()
            running.result()
        try:
            yield bot
        finally:
            stop.set()
            await running

    return start
