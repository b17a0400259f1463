"""A training that is stopped, killed or left a bad checkpoint ends as one that never was."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from small_training import SETTINGS, flat, same, small_base, tune_small

from skills.classifiers.tuning import checkpoints
from skills.classifiers.tuning.fine_tuning import Settings, Tuned


class Stopped(Exception):
    pass


def _stopping(after: int) -> Callable[[float], None]:
    heard: list[float] = []

    def hear(done: float) -> None:
        heard.append(done)
        if len(heard) == after:
            raise Stopped

    return hear


@pytest.fixture(scope="module")
def whole() -> Tuned:
    return tune_small()


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """The folder of a checkpoint after five steps."""
    with pytest.raises(Stopped):
        tune_small(progress=_stopping(5), checkpoint=tmp_path, every_seconds=0.0)
    return tmp_path


def test_the_same_seed_gives_the_same_model(whole: Tuned) -> None:
    assert same(tune_small(), whole)
    assert not same(tune_small(replace(SETTINGS, seed=1)), whole)


@pytest.mark.parametrize("steps", [1, 7, 8, 9, 11])
def test_a_training_that_was_stopped_ends_as_one_that_was_not(tmp_path: Path, whole: Tuned, steps: int) -> None:
    for _ in range(2):
        with pytest.raises(Stopped):
            tune_small(progress=_stopping(steps), checkpoint=tmp_path, every_seconds=0.0)
    outcome = tune_small(checkpoint=tmp_path)
    assert same(outcome, whole)
    assert outcome.epochs == whole.epochs == 3


def test_full_fine_tuning_goes_on_too(tmp_path: Path) -> None:
    full = replace(SETTINGS, method="full", dropout=0.1)
    with pytest.raises(Stopped):
        tune_small(full, progress=_stopping(12), checkpoint=tmp_path, every_seconds=0.0)
    assert same(tune_small(full, checkpoint=tmp_path), tune_small(full))


def test_a_process_that_is_killed_twice_leaves_what_a_third_ends_as_if_nothing_had_been(
    tmp_path: Path, whole: Tuned
) -> None:
    command = [sys.executable, str(Path(__file__).with_name("small_training.py")), str(tmp_path)]
    for steps in (4, 11):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(steps):
                assert process.stdout.readline()
            process.kill()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert float(done.stdout.split()[0]) > 0.5
    ended = load_file(tmp_path / "tuned.safetensors")
    assert all(np.array_equal(ended[name], array) for name, array in flat(whole).items())


def test_after_its_end_it_gives_the_outcome_at_once(tmp_path: Path) -> None:
    first = tune_small(checkpoint=tmp_path)
    heard: list[float] = []
    assert same(tune_small(checkpoint=tmp_path, progress=heard.append), first)
    assert not heard


def test_the_time_of_earlier_processes_counts(begun: Path) -> None:
    snapshot = checkpoints.read(begun, _fingerprint_in(begun))
    assert snapshot is not None
    facts = {**snapshot.facts, "spent": 1000.0}
    checkpoints.write(begun, _fingerprint_in(begun), checkpoints.Snapshot(snapshot.arrays, facts))
    outcome = tune_small(checkpoint=begun, seconds=1000.0)
    assert outcome.seconds >= 1000
    assert outcome.epochs < 3


def test_what_another_machine_began_goes_on_though_its_vectors_differ_in_their_last_bits(
    begun: Path, whole: Tuned, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = tune_small(checkpoint=begun, start=1e-6)
    assert "ignored" not in caplog.text
    assert outcome.history[0] == whole.history[0]
    assert np.allclose(outcome.history, whole.history, atol=1e-4)


@pytest.mark.parametrize("settings", [replace(SETTINGS, rank=3), replace(SETTINGS, epochs=4)])
def test_a_checkpoint_of_other_settings_is_ignored_and_logged(
    begun: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = tune_small(settings, checkpoint=begun)
    assert "other data, settings or weights" in caplog.text
    assert same(outcome, tune_small(settings))


def test_a_checkpoint_of_other_weights_is_ignored(begun: Path, caplog: pytest.LogCaptureFixture) -> None:
    base = small_base()
    next(base.model.parameters()).data += 0.01
    tune_small(base=base, checkpoint=begun)
    assert "other data, settings or weights" in caplog.text


def test_a_checkpoint_that_is_cut_anywhere_or_has_a_wrong_bit_is_ignored(
    begun: Path, whole: Tuned, caplog: pytest.LogCaptureFixture
) -> None:
    path, fingerprint = begun / checkpoints.FILE, _fingerprint_in(begun)
    written = path.read_bytes()
    wrong = bytearray(written)
    wrong[-10] ^= 1
    for damaged in (b"", written[:7], written[: len(written) // 2], written[:-1], bytes(wrong)):
        path.write_bytes(damaged)
        assert checkpoints.read(begun, fingerprint) is None
    assert "ignored" in caplog.text
    assert same(tune_small(checkpoint=begun), whole)


def test_a_write_that_is_cut_off_leaves_the_checkpoint_before(
    begun: Path, whole: Tuned, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (begun / checkpoints.FILE).read_bytes()

    def cut(_: int) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", cut)
        with pytest.raises(Stopped):
            tune_small(checkpoint=begun, every_seconds=0.0)
    assert (begun / checkpoints.FILE).read_bytes() == before
    assert same(tune_small(checkpoint=begun), whole)


def test_training_goes_on_without_checkpoints_when_the_disk_is_full(
    tmp_path: Path, whole: Tuned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = tune_small(checkpoint=tmp_path, every_seconds=0.0)
    assert same(outcome, whole)
    assert outcome.notes == ("it went on without checkpoints: No space left on device",)


def _fingerprint_in(folder: Path) -> str:
    from safetensors import safe_open

    with safe_open(folder / checkpoints.FILE, framework="numpy") as file:
        return str(file.metadata()["fingerprint"])
