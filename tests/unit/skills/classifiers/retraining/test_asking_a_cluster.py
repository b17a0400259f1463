"""Asking a Ray cluster for a training: whatever its driver does, the process that asks goes on within bounds."""

from __future__ import annotations

import errno
import json
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.retraining.cluster import asking
from skills.classifiers.retraining.cluster.asking import NotOnCluster, look, train_there
from skills.classifiers.retraining.job import DATASET, MUST, Job, NothingToLearn

NOBODY = "ray://127.0.0.1:1"
"""An address at which no cluster is."""


def line(**word: Any) -> str:
    return json.dumps({"phase": "waiting", "share": 0.0, "done": False, "why": None, "said": "", **word})


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Has a process of a test's own stand where the driver stands; returns how the asking ended, and what was told."""
    monkeypatch.setattr(asking, "_DRIVER", "scripted_driver")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(Path(__file__).parent), str(Path.cwd()))))
    job = Job("r1", "T1", "d1", 0, ("english",), "english", "", 0.0, ray=NOBODY)

    def asked(*says: str, then: str | int = 0) -> tuple[Exception | None, list[tuple[str, float]]]:
        monkeypatch.setenv("DRIVER", json.dumps({"says": says, "then": then}))
        told: list[tuple[str, float]] = []
        try:
            train_there(job, tmp_path, lambda phase, share: told.append((phase, share)))
        except Exception as error:
            return error, told
        return None, told

    return asked


def test_what_the_cluster_says_of_its_progress_is_told_here(driver: Any) -> None:
    lines = (line(), "a library's line", line(phase="encoding", share=0.5), line(phase="learning", share=0.25))
    ended, told = driver(*lines, line(done=True, share=1.0))
    assert ended is None
    # While the cluster has no room yet there is no progress.
    assert told == [("encoding", 0.5), ("learning", 0.25)]


def test_that_there_is_nothing_to_learn_from_needs_no_second_try_here(driver: Any) -> None:
    ended, _ = driver(line(why="useless", said="no task has new rows"))
    assert isinstance(ended, NothingToLearn)
    assert str(ended) == "no task has new rows"


@pytest.mark.parametrize("why", ["missing", "unreachable", "full", "lost", "unlike", "failed"])
def test_why_it_did_not_train_there_is_kept(driver: Any, why: str) -> None:
    ended, _ = driver(line(why=why, said="ValueError"))
    assert isinstance(ended, NotOnCluster)
    assert (ended.why, ended.said) == (why, "ValueError")


def test_a_disk_that_is_full_here_is_no_fault_of_the_cluster(driver: Any) -> None:
    ended, _ = driver(line(), then=errno.ENOSPC)
    assert isinstance(ended, OSError)
    assert ended.errno == errno.ENOSPC


def test_a_driver_that_ray_ends_has_lost_the_cluster_or_never_reached_it(driver: Any) -> None:
    assert driver(then="dies")[0].why == "unreachable"
    assert driver(line(phase="encoding", share=0.5), then="dies")[0].why == "lost"


def test_a_driver_that_says_nothing_any_more_is_ended_in_time(driver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(asking, "SILENT_SECONDS", 1.0)
    begun = time.monotonic()
    assert driver(then="hangs")[0].why == "unreachable"
    assert driver(line(), then="hangs")[0].why == "lost"
    assert time.monotonic() - begun < 10.0
    assert not [one for one in Path("/proc").glob("[0-9]*/cmdline") if b"scripted_driver" in read(one)]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_cluster_that_is_not_there_is_said_to_be_so_by_the_real_driver(tmp_path: Path) -> None:
    for name in (DATASET, MUST):
        (tmp_path / name).write_bytes(Dataset(()).dump())
    job = Job("r1", "T1", "d1", 0, ("english",), "english", "", 0.0, ray=NOBODY)
    job.write(tmp_path)
    with pytest.raises(NotOnCluster) as ended:
        train_there(job, tmp_path, lambda phase, share: None)
    assert ended.value.why == ("unreachable" if find_spec("ray") else "missing")


def test_looking_at_a_cluster_that_is_not_there() -> None:
    seen = look(NOBODY)
    assert seen.why == ("unreachable" if find_spec("ray") else "missing")
    assert seen.nodes == 0
