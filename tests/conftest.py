"""Fixtures that tests of several packages use."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.workspace.testing import RunningWorkspace, running_workspace


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[RunningWorkspace]:
    """The local workspace's real server, without a bot, on a port of its own."""
    async with running_workspace(tmp_path) as running:
        yield running
