"""The scripted support conversations through real Bolt, with the demo's answer book and handbook."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from stage import staged
from support_scripts import SupportConversation, support_conversations
from support_stage import SupportStage

from bot.start import ANSWERS
from bot.workspace.accounts import TEAM_ID
from index.encoders.catalog import open_encoder
from skills.support.book.exchange import read_book_file
from skills.support.understanding.intents import train


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def support(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> AsyncIterator[SupportStage]:
    """The demo's bot, with what it learns of its answer book; DESKHAND_SUPPORT_TRANSCRIPT names the transcript."""
    cache = pytestconfig.cache
    assert cache is not None
    learned = Path(cache.mkdir("support")) / "demo"
    train(read_book_file(ANSWERS).book, open_encoder("multilingual"), learned / TEAM_ID)
    folder = tmp_path_factory.mktemp("support")
    copytree(learned, folder / "support" / "intents")
    planted = [one for conversation in support_conversations() for one in conversation.plant]
    async with staged(folder, planted) as running:
        transcript: list[str] = []
        yield SupportStage(running.workspace, folder / "deskhand.db", transcript)
        target = Path(os.environ.get("DESKHAND_SUPPORT_TRANSCRIPT", folder / "transcript.md"))
        target.write_text("# Scripted support conversations\n" + "\n".join(transcript), encoding="utf-8")  # noqa: ASYNC240
        print(f"\ntranscript: {target}")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("conversation", support_conversations(), ids=lambda one: one.name)
async def test_support_conversation(support: SupportStage, conversation: SupportConversation) -> None:
    assert await support.play(conversation) == []
    assert support.workspace.violations() == []


def test_there_are_thirty_support_conversations_and_a_third_is_chinese() -> None:
    every = support_conversations()
    chinese = [one for one in every if any(turn.language == "zh" for turn in one.turns)]
    assert len(every) >= 30
    assert len(chinese) * 3 >= len(every)
