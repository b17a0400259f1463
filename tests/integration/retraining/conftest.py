"""The bot with a small answer book, which learns from what people correct."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from support_bot import BOOK, Start, SupportBot, running

from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from skills.support.understanding.intents import home_of, train


@pytest.fixture(scope="session")
def learned(encoders: list[Encoder], pytestconfig: pytest.Config) -> Path:
    """A data folder that holds the head of the tests' answer book; kept between runs, it takes a while to learn."""
    cache = pytestconfig.cache
    assert cache is not None
    folder = Path(cache.mkdir("retraining"))
    train(BOOK, encoders[1], home_of(folder, TEAM_ID))
    return folder


@pytest.fixture
def start(workspace: RunningWorkspace, tmp_path: Path, learned: Path, encoders: list[Encoder]) -> Start:
    """Starts the bot; started again, it finds what the one before has kept."""
    return partial(running, workspace, tmp_path / "bot", learned, encoders)


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[SupportBot]:
    async with start() as started:
        yield started
