"""Each benchmark on little work: what it prints is there, and what it measures happens. Times are not judged."""

import os
from pathlib import Path

import pytest

from bot.bench import answering, indexing, scale
from bot.bench.offline_bot import offline_bot


def _silent(done: int, total: int | None, what: str) -> None:
    return


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("DESKHAND_", "SLACK_")) and name != "DESKHAND_CACHE"]:
        monkeypatch.delenv(name)


async def test_the_offline_bot_answers_from_the_handbook(tmp_path: Path):
    async with offline_bot(tmp_path) as bot:
        seconds = await bot.ask("how long do refunds take?")

    assert 0 < seconds < 30
    assert "5 working days" in bot.client.replies[0]["text"]
    assert len(bot.client.replies) == 1


def test_answering_reports_both_sides_and_their_ratio():
    figures = answering.run(None, _silent, count=10).figures

    assert figures["questions"] == 10
    assert {"event_to_reply", "sentence_transformer_encode", "ratio_p50", "ratio_p95_to_p50"} <= figures.keys()


def test_indexing_encodes_every_passage_on_both_sides():
    english = indexing.run(None, _silent, count=40).figures["english"]

    assert isinstance(english, dict)
    assert english["documents"] == 40
    assert english["passages"] >= 40


def test_scale_builds_and_serves_in_processes_of_their_own():
    figures = scale.run(None, _silent, count=200).figures

    assert figures["passages"] == 200
    assert figures["serving_peak_megabytes"] > 0
