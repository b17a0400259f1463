"""Feedback that teaches nothing, or ought not to: what served goes on serving, and people read in a sentence why."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from killed_training import CORRECTED, corrected
from making_trainings import Training, told, trainings

from bot.workspace.accounts import TEAM_ID
from index.encoders.base import Encoder
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.versions import Trained
from skills.classifiers.retraining.job import Progress
from skills.learning.gathering import gather

NOW = time.time()


@pytest.fixture
async def training(tmp_path: Path, learned: Path, encoders: list[Encoder]) -> AsyncIterator[Training]:
    shutil.copytree(learned / "support", tmp_path / "support")
    async with trainings(tmp_path, encoders[1:]) as made:
        yield made


async def test_nothing_new(training: Training) -> None:
    outcome = await training.learns(())
    assert outcome.state == "empty"
    assert told(outcome) == "There was nothing new to learn from: correct an answer, or go through /deskhand review."
    assert told(outcome, "zh-CN") == "没有新的内容可学：请纠正一条回答，或通过 /deskhand review 审核。"


async def test_labels_that_contradict_each_other(training: Training) -> None:
    text = "the parcel for my aunt, I want it gone"
    said = [("ana", "cancel_order"), ("ben", "newsletter")]
    outcome = await training.learns([corrected(f"e{who}", who, text, NOW, label) for who, label in said])
    assert outcome.state == "empty"
    assert told(outcome) == "There was nothing new to learn from. Left out: 2 that others contradict."
    assert told(outcome, "zh-CN") == "没有新的内容可学。未采用：2 条与他人矛盾。"


async def test_a_label_that_there_is_not(training: Training) -> None:
    outcome = await training.learns([corrected("e1", "ana", "refund me for the parcel", NOW, "refund_order")])
    assert outcome.state == "empty"
    assert told(outcome) == "There was nothing new to learn from. Left out: 1 with a label that there is not."
    assert told(outcome, "zh-CN") == "没有新的内容可学。未采用：1 条标签不存在。"


PLACES = ("the door", "my aunt", "the shop", "a locker", "work", "the depot", "the island", "my flat", "town", "here")


def burst() -> list[ExampleRow]:
    """A thousand wrong labels by one account within a day."""
    return [
        corrected(
            f"e{number}",
            "U0EVIL",
            f"where is order LL-{20000 + number} of {PLACES[number % 10]} {number}",
            NOW,
            "newsletter",
        )
        for number in range(1000)
    ]


async def test_a_burst_of_wrong_labels_by_one_account_alone_never_serves(training: Training) -> None:
    outcome = await training.learns(burst())
    assert outcome.state == "refused"
    assert outcome.report is not None
    assert "one_judge" in {reason["key"] for reason in outcome.report["verdict"]["reasons"] if not reason["good"]}
    assert await training.shop.registry.serving(TEAM_ID) == 0


async def test_a_burst_of_wrong_labels_by_one_account_is_capped_and_breaks_nothing_of_the_book(
    training: Training,
) -> None:
    honest = [corrected(f"h{place}", who, text, NOW) for place, (who, text) in enumerate(CORRECTED)]
    outcome = await training.learns([*burst(), *honest])
    assert outcome.report is not None
    assert outcome.report["left_out"]["person_cap"] == 990
    assert outcome.report["rows"]["new"] <= 10 + len(honest)
    (base,) = (one for one in outcome.report["tasks"]["intent"]["golden"] if one["name"] == "base")
    if outcome.state == "promoted":
        # Ten texts like nothing that anybody else says are believed: what is like them is read otherwise now.
        assert base["lost"] <= base["won"] + 2
        assert base["challenger"]["macro_f1"]["value"] >= base["champion"]["macro_f1"]["value"] - 0.01


async def test_what_was_refused_or_rolled_back_is_not_brought_again_by_the_next_night(training: Training) -> None:
    shop = training.shop
    data = Dataset(())
    await shop.datasets.put(TEAM_ID, data.id, data.dump(), 0, NOW + 1.0)
    report = {"verdict": {"promote": False, "overridable": True, "reasons": []}, "rows": {}}
    await shop.registry.put(TEAM_ID, Trained("earlier", data.id, ["intent"], report, {"intent/card.json": b"{}"}), 0)
    said = [corrected(f"e{place}", who, text, NOW) for place, (who, text) in enumerate(CORRECTED)]
    outcome = await training.learns(said, asked_by="")
    assert (outcome.state, outcome.fault) == ("empty", "nothing")

    async def begins(row: RunRow, progress: Progress) -> None:
        await shop.runs.cancel(row.team, row.id, "U0ANA")

    more = [corrected("later", "ana", "hold my parcel back for good", NOW + 2.0)]
    assert (await training.learns(more, begins, asked_by="")).state == "cancelled"
    assert (await training.learns((), begins, asked_by="U0ANA")).state == "cancelled"


async def test_the_event_loop_is_free_while_much_feedback_is_gathered(training: Training) -> None:
    rows = [corrected(f"e{one}", f"U{one % 40}", f"is parcel {one} at {one * 7919 % 1000}", NOW) for one in range(1000)]
    longest = 0.0

    async def answering() -> None:
        nonlocal longest
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - begun)

    async with training.shop.sessions.begin() as session:
        session.add_all(rows)
    others = asyncio.create_task(answering())
    begun = time.monotonic()
    material = await gather(TEAM_ID, training.shop)
    took = time.monotonic() - begun
    others.cancel()
    assert material.new == 400
    # Beside it in the same process: the longest wait is of Python's own making, not the whole work.
    assert longest < max(0.3, took / 3)
