"""Where the Ray cluster that is set can't be had, a training runs here and its report says so."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from killed_training import feedback
from making_trainings import Training, environment_of, processes_that_train, reported, trainings

from index.encoders.base import Encoder
from skills.classifiers.registry.models import RunRow
from skills.classifiers.retraining.job import Progress

NOBODY = "ray://127.0.0.1:1"
"""An address at which no cluster is."""


@pytest.fixture
async def training(tmp_path: Path, learned: Path, encoders: list[Encoder]) -> AsyncIterator[Training]:
    shutil.copytree(learned / "support", tmp_path / "support")
    async with trainings(tmp_path, encoders[1:]) as made:
        yield made


async def test_a_cluster_that_is_not_there_costs_no_training(training: Training) -> None:
    outcome = await training.with_settings(ray=NOBODY).learns(feedback())
    assert outcome.state == "promoted"
    if find_spec("ray"):
        english = "this machine trained, since the Ray cluster could not be reached: deskhand doctor says more"
        chinese = "训练在本机进行，因为连不上 Ray 集群，详情请运行 deskhand doctor"
    else:
        english = "this machine trained, since Ray is not installed on it: pip install 'deskhand[ray]'"
        chinese = "训练在本机进行，因为本机没有安装 Ray：pip install 'deskhand[ray]'"
    assert f"Left out or different than meant: {english}" in reported(outcome)
    assert f"未采用或与预期不同：{chinese}" in reported(outcome, "zh-CN")


@pytest.mark.parametrize(("ray", "known"), [(NOBODY, True), (None, False)])
async def test_what_opens_the_cluster_is_known_to_the_process_that_trains_where_one_is_set(
    training: Training, monkeypatch: pytest.MonkeyPatch, ray: str | None, known: bool
) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "open-sesame")
    monkeypatch.setenv("DESKHAND_BOT_TOKEN", "hush-hush")
    seen: list[bytes] = []

    async def hear(row: RunRow, progress: Progress) -> None:
        seen.extend([environment_of(process) for process in processes_that_train()])
        await training.shop.runs.cancel(row.team, row.id, "U0ANA")

    assert (await training.with_settings(ray=ray).learns(feedback(), hear)).state == "cancelled"
    assert seen
    assert all((b"open-sesame" in one) is known and b"hush-hush" not in one for one in seen)
