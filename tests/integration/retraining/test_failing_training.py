"""Trainings that the machine, the time or a person ends: what served goes on serving, and the reason is a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
from killed_training import CORRECTED, feedback
from making_trainings import Training, environment_of, memory_of, processes_that_train, told, trainings

from index.encoders.base import Encoder
from skills.classifiers.registry.models import RunRow
from skills.classifiers.retraining.job import DATASET, Progress
from skills.learning import child


@pytest.fixture
async def training(tmp_path: Path, learned: Path, encoders: list[Encoder]) -> AsyncIterator[Training]:
    shutil.copytree(learned / "support", tmp_path / "support")
    async with trainings(tmp_path, encoders[1:]) as made:
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB; as root only."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leaves no byte of a file system free."""
    with (folder / "filling").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


async def test_a_disk_that_is_full_before_the_training(training: Training, small_disk: Path) -> None:
    shutil.copytree(training.shop.data / "support", small_disk / "support")
    fill(small_disk)
    outcome = await training.over(small_disk).learns(feedback())
    assert (outcome.state, outcome.fault) == ("failed", "disk")
    assert told(outcome) == (
        "The training could not write its files (No space left on device). What served before goes on serving; "
        "make room in the data folder, then /deskhand retrain."
    )


async def test_a_disk_that_fills_up_during_the_training(training: Training, small_disk: Path) -> None:
    async def hear(row: RunRow, progress: Progress) -> None:
        if progress.share > 0.0:
            fill(small_disk)

    outcome = await training.over(small_disk).learns(feedback(), hear)
    assert (outcome.state, outcome.fault, outcome.detail) == ("failed", "disk", "No space left on device")


async def test_a_process_that_is_killed_whenever_it_is_tried(training: Training) -> None:
    killed = 0

    async def hear(row: RunRow, progress: Progress) -> None:
        nonlocal killed
        for process in processes_that_train():
            os.kill(process, signal.SIGKILL)
            killed += 1

    outcome = await training.learns(feedback(), hear)
    assert (outcome.state, outcome.fault) == ("failed", "memory")
    assert 2 <= killed <= 6
    assert told(outcome).startswith("The training ran out of memory")


async def test_a_process_that_runs_out_of_memory(training: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "STALLED_SECONDS", 5.0)

    async def hear(row: RunRow, progress: Progress) -> None:
        for process in processes_that_train():
            taken = memory_of(process)
            if progress.share > 0.0:
                resource.prlimit(process, resource.RLIMIT_AS, (taken, taken))

    outcome = await training.learns(feedback(), hear)
    assert (outcome.state, outcome.fault) == ("failed", "memory")


async def test_a_process_that_stands_still_is_ended_and_tried_with_less(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "STALLED_SECONDS", 1.0)
    stopped: list[int] = []

    async def hear(row: RunRow, progress: Progress) -> None:
        for process in processes_that_train():
            if not stopped:
                stopped.append(process)
                os.kill(process, signal.SIGSTOP)

    outcome = await training.learns(feedback(), hear)
    assert outcome.report is not None
    assert not psutil.pid_exists(stopped[0])


async def test_a_process_that_crashes_says_of_it_only_its_kind(
    training: Training, caplog: pytest.LogCaptureFixture
) -> None:
    async def hear(row: RunRow, progress: Progress) -> None:
        for process in processes_that_train():
            os.kill(process, signal.SIGSEGV)

    outcome = await training.learns(feedback(), hear)
    assert (outcome.state, outcome.fault, outcome.detail) == ("failed", "crashed", "SIGSEGV")
    assert told(outcome) == (
        "The training broke off (SIGSEGV). What served before goes on serving; the log says more, "
        "and /deskhand retrain tries again."
    )
    assert not any(text in caplog.text for _, text in CORRECTED)


async def test_a_process_that_finds_something_damaged_leaves_in_the_log_where_and_nobodys_words(
    training: Training, caplog: pytest.LogCaptureFixture
) -> None:
    async def hear(row: RunRow, progress: Progress) -> None:
        dataset = training.shop.folder(row.id) / DATASET
        await asyncio.to_thread(dataset.write_text, "my parcel for aunt Zoe")

    outcome = await training.learns(feedback(), hear)
    assert (outcome.state, outcome.fault, outcome.detail) == ("failed", "crashed", "ValueError")
    broke = [one for one in caplog.records if one.message == "the process that trains broke off"]
    assert len(broke) == 1
    assert any("dataset.py" in place for place in broke[0].places)  # type: ignore[attr-defined]
    assert "Zoe" not in caplog.text


async def test_a_training_that_takes_too_long(training: Training) -> None:
    outcome = await training.with_settings(minutes=0.01).learns(feedback())
    assert (outcome.state, outcome.fault) == ("failed", "time")
    assert not processes_that_train()
    assert told(outcome).startswith("The training took longer than it may")


async def test_a_stop_of_the_whole_process_group_leaves_the_training_to_whoever_stops_it(training: Training) -> None:
    stopped = 0

    async def hear(row: RunRow, progress: Progress) -> None:
        nonlocal stopped
        if progress.share > 0.0:
            for process in processes_that_train():
                # As Ctrl-C does, and a service's stop.
                os.kill(process, signal.SIGINT)
                os.kill(process, signal.SIGTERM)
                stopped += 1
        if stopped > 3:
            await training.shop.runs.cancel(row.team, row.id, "U0ANA")

    outcome = await training.learns(feedback(), hear)
    assert outcome.state == "cancelled"
    assert told(outcome) == "The training was stopped. What served before goes on serving."
    assert not processes_that_train()


async def test_the_process_that_trains_knows_no_secret_of_the_bot(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DESKHAND_BOT_TOKEN", "DESKHAND_SIGNING_SECRET", "DESKHAND_LLM_KEY", "DESKHAND_DATABASE_URL"):
        monkeypatch.setenv(name, "hush-hush")
    monkeypatch.setenv("DESKHAND_DATA", "seen")
    seen: list[bytes] = []

    async def hear(row: RunRow, progress: Progress) -> None:
        seen.extend([environment_of(process) for process in processes_that_train()])
        await training.shop.runs.cancel(row.team, row.id, "U0ANA")

    assert (await training.learns(feedback(), hear)).state == "cancelled"
    assert seen
    assert all(b"DESKHAND_DATA=seen" in one and b"hush-hush" not in one for one in seen)
