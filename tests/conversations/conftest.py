"""One workspace and one bot for all scripted conversations; the transcript is written for people to read."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from scripts import conversations
from stage import Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The bot in the local workspace. DESKHAND_TRANSCRIPT names the file to write the transcript to."""
    folder = tmp_path_factory.mktemp("conversations")
    planted = [one for conversation in conversations() for one in conversation.plant]
    async with staged(folder, planted) as running:
        yield running
        target = Path(os.environ.get("DESKHAND_TRANSCRIPT", folder / "transcript.md"))
        target.write_text("# Scripted conversations\n" + "\n".join(running.transcript), encoding="utf-8")  # noqa: ASYNC240
        print(f"\ntranscript: {target}")
