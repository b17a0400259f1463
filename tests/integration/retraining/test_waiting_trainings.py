"""Trainings that wait for another to end, are asked for twice, or are taken up by another process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest
from killed_training import CORRECTED, corrected
from sqlalchemy import delete, func, select
from support_bot import SupportBot, actions, eventually
from test_asking_for_training import asked, posted

from bot.services import BotServices
from bot.store.models import DueRow
from bot.workspace.accounts import TEAM_ID
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import Runs
from skills.learning.skill import RETRAIN


async def runs(bot: SupportBot) -> Sequence[RunRow]:
    return await Runs(bot.runtime.database.sessions, "test").latest(TEAM_ID)


async def test_who_waits_for_another_training_holds_no_place_and_trains_once_however_often_it_is_asked_for(
    bot: SupportBot,
) -> None:
    sessions = bot.runtime.database.sessions
    others = await Runs(sessions, "another process").begin("T2", "k", "U1")
    assert "I begin to learn" in await asked(bot, "ana", "retrain")

    async def came_back() -> bool:
        done = select(func.count()).where(DueRow.kind == RETRAIN, DueRow.done_at.is_not(None))
        async with sessions() as session:
            return bool(await session.scalar(done))

    await eventually(came_back, "the row that gives its place back")
    assert "about to begin already" in await asked(bot, "ana", "retrain")
    assert await runs(bot) == []
    async with sessions.begin() as session:
        await session.execute(delete(RunRow).where(RunRow.id == others.id))
    bot.workspace.advance_clock(60.0)
    await posted(bot, "There was nothing new to learn from")
    assert [run.key for run in await runs(bot)] == ["learning asked 0"]
    await bot.settled()
    assert len(await bot.cards()) == 1


async def test_the_post_of_a_process_that_died_after_posting_it_is_brought_to_its_end(
    bot: SupportBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = bot.runtime.database.sessions
    async with sessions.begin() as session:
        session.add_all(corrected(f"e{place}", who, text, time.time()) for place, (who, text) in enumerate(CORRECTED))
    whole, died = BotServices.post, asyncio.Event()

    async def dies_once(self: BotServices, *given: Any, **named: Any) -> str:
        id = await whole(self, *given, **named)
        if str(given[3]).endswith(" shown") and not died.is_set():
            died.set()
            raise RuntimeError("the process ends here")
        return id

    monkeypatch.setattr(BotServices, "post", dies_once)
    await asked(bot, "ana", "retrain")
    begun = await posted(bot, "Learning from your feedback")
    await asyncio.wait_for(died.wait(), 30.0)

    async def stopped() -> bool:
        # Before it is taken up, so that it has nothing to show but its end.
        return any([await Runs(sessions, "test").cancel(TEAM_ID, run.id, "U1") for run in await runs(bot)])

    await eventually(stopped, "the training that is stopped")
    ended = await posted(bot, "The training was stopped.")
    assert ended["ts"] == begun["ts"]
    assert actions(ended) == []
    assert len(await bot.cards()) == 1
