"""The scripted conversations about tasks through real Bolt, with the demo's handbook and answer book."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stage import staged
from task_scripts import TaskConversation, task_conversations
from task_stage import TaskStage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tasks(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TaskStage]:
    """The bot in a workspace of its own; DESKHAND_TASK_TRANSCRIPT names the file to write the transcript to."""
    folder = tmp_path_factory.mktemp("tasks")
    async with staged(folder, ()) as running:
        transcript: list[str] = []
        yield TaskStage(running.workspace, transcript)
        target = Path(os.environ.get("DESKHAND_TASK_TRANSCRIPT", folder / "transcript.md"))
        target.write_text("# Scripted conversations about tasks\n" + "\n".join(transcript), encoding="utf-8")  # noqa: ASYNC240
        print(f"\ntranscript: {target}")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("conversation", task_conversations(), ids=lambda one: one.name)
async def test_task_conversation(tasks: TaskStage, conversation: TaskConversation) -> None:
    assert await tasks.play(conversation) == []
    assert tasks.workspace.violations() == []
