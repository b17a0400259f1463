"""The bot and a talking web site, for the tests of the monitor."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from monitor_bot import MonitorBot, Start, running
from talk_site import TalkSite, talking

from bot.router import Router
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder


@pytest.fixture
async def site() -> AsyncIterator[TalkSite]:
    async with talking() as one:
        yield one


@pytest.fixture
def start(workspace: RunningWorkspace, tmp_path: Path, encoders: list[Encoder], router: Router) -> Start:
    """Starts the bot; started again, it finds what the one before has kept."""
    return partial(running, workspace, tmp_path / "bot", encoders, router)


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[MonitorBot]:
    async with start() as started:
        yield started


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
