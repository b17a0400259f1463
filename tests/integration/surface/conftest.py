"""The whole bot, in process, in a local workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from surface_bot import RunningBot, Start, running

from bot.router import Router
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder


@pytest.fixture
def start(workspace: RunningWorkspace, tmp_path: Path, encoders: list[Encoder], router: Router) -> Start:
    """Starts the bot; `settings` overrides, `more` are skills beside the installed ones."""
    return partial(running, workspace, tmp_path / "bot", encoders, router)


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[RunningBot]:
    async with start() as started:
        yield started
