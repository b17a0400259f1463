"""Trainings on a real Ray cluster: brought to their end there, through losses, or here."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from killed_training import feedback
from making_trainings import Training, reported, trainings
from ray_cluster import RayCluster, ray_cluster

from index.encoders.base import Encoder
from skills.classifiers.registry.models import RunRow
from skills.classifiers.retraining.job import Progress

pytest.importorskip("ray.train", reason="Ray is a large extra that few have use for: pip install -e '.[ray]'")

WORKER = "ray::RayTrainWorker"


@pytest.fixture
async def training(tmp_path: Path, learned: Path, encoders: list[Encoder]) -> AsyncIterator[Training]:
    shutil.copytree(learned / "support", tmp_path / "support")
    async with trainings(tmp_path, encoders[1:]) as made:
        yield made


@pytest.fixture
def cluster() -> Iterator[RayCluster]:
    with ray_cluster() as started:
        yield started


async def test_a_training_comes_back_whole_and_leaves_nothing_there(training: Training, cluster: RayCluster) -> None:
    heard: set[str] = set()
    workers: set[int] = set()

    async def hear(row: RunRow, progress: Progress) -> None:
        heard.add(progress.phase)
        workers.update(cluster.processes(WORKER))

    outcome = await training.with_settings(ray=cluster.address).learns(feedback(), hear)
    assert outcome.state == "promoted"
    assert outcome.report is not None
    assert outcome.report["notes"] == []
    assert len(workers) == 1
    assert heard >= {"waiting", "encoding", "learning"}
    assert await cluster.has_ended(WORKER, 20.0)
    assert await cluster.has_ended("ray::Depot", 20.0)


async def test_a_worker_that_is_lost_is_made_up_for_there(training: Training, cluster: RayCluster) -> None:
    killed: set[int] = set()

    async def hear(row: RunRow, progress: Progress) -> None:
        if progress.share > 0.0 and not killed:
            killed.update(cluster.processes(WORKER))
            for process in killed:
                os.kill(process, signal.SIGKILL)

    outcome = await training.with_settings(ray=cluster.address).learns(feedback(), hear)
    assert outcome.state == "promoted"
    assert outcome.report is not None
    assert outcome.report["notes"] == []
    assert len(killed) == 1


async def test_a_stop_ends_the_work_on_the_cluster_too(training: Training, cluster: RayCluster) -> None:
    async def hear(row: RunRow, progress: Progress) -> None:
        if progress.share > 0.0:
            await training.shop.runs.cancel(row.team, row.id, "U0ANA")

    outcome = await training.with_settings(ray=cluster.address).learns(feedback(), hear)
    assert outcome.state == "cancelled"
    assert await cluster.has_ended(WORKER, 40.0)
    assert await cluster.has_ended("ray::Depot", 40.0)


async def test_a_cluster_that_is_lost_half_way_costs_time_only(
    training: Training, cluster: RayCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path / "own"))

    async def hear(row: RunRow, progress: Progress) -> None:
        if progress.share > 0.0:
            await asyncio.to_thread(cluster.stop)

    outcome = await training.with_settings(ray=cluster.address).learns(feedback(), hear)
    assert outcome.state == "promoted"
    assert "this machine brought the training to its end, since the Ray cluster was lost on the way" in reported(
        outcome
    )
    # Ray is quick to start a cluster of its own where it has lost one.
    assert not (tmp_path / "own").exists()


async def test_a_cluster_without_a_free_processor_is_not_waited_for_long(training: Training) -> None:
    with ray_cluster(cpus=0) as full:
        outcome = await training.with_settings(ray=full.address, minutes=2.0).learns(feedback())
    assert outcome.state == "promoted"
    assert "this machine trained, since the Ray cluster had no room" in reported(outcome)
