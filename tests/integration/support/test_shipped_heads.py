"""The head of the answer book that ships: kept for every data folder of the user, so that an empty one has it."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support_bot import BOOK, running, shown

from bot.start import demo_book
from bot.workspace.testing import RunningWorkspace
from index.encoder_choice import EncoderChoice
from index.encoders.base import Encoder
from skills.classifiers.champions import Champion
from skills.support.book.answer_book import AnswerBook
from skills.support.understanding import intents
from skills.support.understanding.intents import IntentHeads, preferred, shipped_heads, stored


async def test_an_empty_data_folder_serves_the_head_that_was_prepared_and_trains_nothing(
    workspace: RunningWorkspace,
    tmp_path: Path,
    learned: Path,
    encoders: list[Encoder],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path / "cache"))
    [kept] = (learned / "support" / "intents").iterdir()
    shutil.copytree(kept, shipped_heads())
    with caplog.at_level(logging.INFO, "deskhand.support"):
        async with running(workspace, tmp_path / "bot", None, encoders) as bot:
            dana = bot.person("dana")
            ts = await dana.dm("where is my order LL-20931? it has not arrived")
            assert "order LL-20931 under My orders" in shown(await dana.wait_for_reply("deskhand", ts))
    assert not (tmp_path / "bot" / "support").exists()
    assert "learned the intents" not in caplog.text


@pytest.mark.parametrize("ships", [True, False])
async def test_only_the_head_of_the_book_that_ships_is_kept_outside_the_data_folder(
    tmp_path: Path, encoders: list[Encoder], monkeypatch: pytest.MonkeyPatch, ships: bool
) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path / "cache"))
    homes: list[Path] = []

    def train(book: AnswerBook, encoder: Encoder, home: Path) -> Any:
        homes.append(home)
        return intents._nearest(book, encoder)

    monkeypatch.setattr(intents, "train", train)
    heads = IntentHeads()
    heads.shipped = lambda: BOOK if ships else AnswerBook(("en",), BOOK.intents[:2])
    services: Any = SimpleNamespace(
        library=SimpleNamespace(choice=EncoderChoice(encoders)),
        champions=SimpleNamespace(of=lambda team: Champion()),
        data=tmp_path / "data",
    )
    await heads.learn("T1", BOOK, 1, services)
    assert homes == [shipped_heads() if ships else tmp_path / "data" / "support" / "intents" / "T1"]


def test_a_damaged_prepared_head_is_put_away(
    tmp_path: Path, learned: Path, encoders: list[Encoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path / "cache"))
    [kept] = (learned / "support" / "intents").iterdir()
    shutil.copytree(kept, shipped_heads())
    for weights in shipped_heads().glob("*/*.safetensors"):
        weights.write_bytes(b"cut")
    assert stored(BOOK, encoders[1], shipped_heads()) is None
    assert not list(shipped_heads().iterdir())


def test_the_book_that_ships_can_be_learned(encoders: list[Encoder]) -> None:
    assert preferred(encoders) is encoders[1]
    assert intents.can_learn(demo_book())
