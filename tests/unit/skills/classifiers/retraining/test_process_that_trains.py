"""The process that trains: modest, ended with whoever started it, and by no signal that was meant for the bot."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.retraining.job import DATASET, MUST, RESULT, Job, Progress
from skills.classifiers.retraining.process import USELESS, Teller

MODULE = "skills.classifiers.retraining.process"


def laid_out(folder: Path) -> Path:
    """Lays out a run in which nothing is new."""
    for name in (DATASET, MUST):
        (folder / name).write_bytes(Dataset(()).dump())
    Job("r1", "T1", "d1", 0, ("english",), "english", "", 0.0).write(folder)
    return folder


def process(folder: Path, parent: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", MODULE, str(folder), str(parent)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_what_has_nothing_to_learn_from_says_so_by_its_status_and_last_line(tmp_path: Path) -> None:
    ended = process(laid_out(tmp_path), os.getpid())
    assert ended.returncode == USELESS
    assert ended.stderr.strip().splitlines()[-1] == "nothing new was learned from people since the last training"
    assert not (tmp_path / RESULT).exists()


def test_a_process_whose_parent_died_before_it_could_look_does_nothing(tmp_path: Path) -> None:
    ended = process(laid_out(tmp_path), 2**22 + 1)
    assert ended.returncode == 1
    assert not (tmp_path / RESULT).exists()


def test_a_process_ends_with_its_parent_whatever_it_is_at(tmp_path: Path) -> None:
    # The parent starts one that sleeps where it would train, tells its id, and is killed.
    at_work = (
        "import sys, threading, time; from skills.classifiers.retraining import process;"
        "threading.Thread(target=process._end_with, args=(int(sys.argv[1]),), daemon=True).start(); time.sleep(60)"
    )
    starts = (
        "import os, subprocess, sys, time;"
        f"print(subprocess.Popen([sys.executable, '-c', {at_work!r}, str(os.getpid())]).pid, flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    try:
        assert select.select([child], [], [], 15.0)[0], "it goes on without its parent"
    finally:
        os.close(child)
        parent.stdout.close()


def test_progress_never_goes_back_and_is_there_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skills.classifiers.retraining.process._TOLD_EVERY", 0.0)
    tell = Teller(tmp_path)
    shares = []
    for phase, share in (("encoding", 0.0), ("encoding", 1.0), ("learning", 0.5), ("learning", 0.1), ("writing", 1.0)):
        tell(phase, share)  # type: ignore[arg-type]
        shares.append(Progress.read(tmp_path).share)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert json.loads((tmp_path / "progress.json").read_text())["phase"] == "writing"
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]
