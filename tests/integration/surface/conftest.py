"""The whole bot, in process, in a local workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from surface_bot import RunningBot, Start, running

from bot.discovery import installed_skills
from bot.router import Router, open_router
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder


@pytest.fixture(scope="session")
def encoders() -> list[Encoder]:
    return [open_encoder(name) for name in ("english", "multilingual")]


@pytest.fixture(scope="session")
def router(encoders: list[Encoder]) -> Router:
    return open_router(installed_skills(), encoders)


@pytest.fixture
def start(workspace: RunningWorkspace, tmp_path: Path, encoders: list[Encoder], router: Router) -> Start:
    """Starts the bot; `settings` overrides, `more` are skills beside the installed ones."""
    return partial(running, workspace, tmp_path / "bot", encoders, router)


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[RunningBot]:
    async with start() as started:
        yield started
