"""What runs on the cluster: Ray Train's run, and what its worker does. Imports Ray when called.

One worker is all that a training takes. Most of it is encoding and heads, each seconds to minutes on one machine; what
tunes is an encoder of some 20 million weights, on texts of a dozen words, in batches of 32. Shared among workers each
step would wait for the network longer than it computes, or batches grow and the outcome would no longer be the one
that was measured.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skills.classifiers.retraining.cluster.depot import Brought
from skills.classifiers.retraining.cluster.installation import differences, installation
from skills.classifiers.retraining.job import (
    CHECKPOINT,
    DATASET,
    MUST,
    RESULT,
    Job,
    NothingToLearn,
    Phase,
    files_in,
    write_files,
)
from skills.classifiers.tuning import checkpoints

LOST_WORKERS = 2
"""So often a training goes on from its last checkpoint on another worker."""
_STARTS = 3
"""So often a worker is waited for again (a minute each) that the cluster has no room for."""
_TOLD_EVERY = 0.5
"""Seconds between two words of progress."""
_LEAST_SECONDS = 1.0


def fit(depot: Any, name: str, cpus: int, gpu: bool, like: Mapping[str, str]) -> None:
    """Runs a training by Ray Train, to its end. `like` is the bot's installation.

    Raises ray.train.TrainingFailedError when workers are lost too often, or none can be had.
    """
    from ray.train import CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    from skills.classifiers.retraining.cluster.storage import storage

    TorchTrainer(
        learn,
        train_loop_config={"depot": depot, "like": dict(like), "threads": cpus, "gpu": gpu},
        scaling_config=ScalingConfig(
            num_workers=1, use_gpu=gpu, resources_per_worker={"CPU": cpus, **({"GPU": 1} if gpu else {})}
        ),
        run_config=RunConfig(
            name=name,
            storage_path="deskhand",
            storage_filesystem=storage(depot),
            failure_config=FailureConfig(max_failures=LOST_WORKERS, controller_failure_limit=_STARTS),
            checkpoint_config=CheckpointConfig(num_to_keep=1),
        ),
    ).fit()


def learn(config: Mapping[str, Any]) -> None:
    """Trains on this worker, from Ray Train's last checkpoint if there is one, and brings what came of it.

    What goes wrong for a reason that another try would meet again is brought too, and not raised.
    """
    import ray
    from ray import train

    depot = config["depot"]
    given, spent = ray.get(depot.begin.remote())
    other = differences(installation(), config["like"])
    if other:
        ray.get(depot.bring.remote(Brought("unlike", {}, ", ".join(other))))
        return
    # Ray's folder of this run, on this node.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        write_files(given, folder)
        if (kept := train.get_checkpoint()) is not None:
            with kept.as_directory() as before:
                shutil.copytree(before, folder / CHECKPOINT, dirs_exist_ok=True)
        job = Job.read(folder)
        job = replace(
            job,
            device=job.device if config["gpu"] else "cpu",
            seconds=max(_LEAST_SECONDS, job.seconds - spent),
            threads=config["threads"],
        )
        brought = _brought(job, folder, _Teller(depot, folder))
    ray.get(depot.bring.remote(brought))


def _brought(job: Job, folder: Path, tell: _Teller) -> Brought:
    from skills.classifiers.retraining.training import train

    try:
        train(job, folder, tell)
    except NothingToLearn as error:
        return Brought("useless", {}, str(error))
    except Exception as error:
        # What it says may hold what people wrote: its name is enough.
        return Brought("failed", {}, type(error).__name__)
    return Brought("result", files_in(folder / RESULT))


class _Teller:
    """Tells the depot how far a training is, and hands its checkpoints to Ray Train."""

    def __init__(self, depot: Any, folder: Path) -> None:
        self._depot, self._folder = depot, folder
        self._told = 0.0
        self._kept = self._written()

    def __call__(self, phase: Phase, share: float) -> None:
        from ray.train import Checkpoint, report

        for read in (DATASET, MUST):
            # It is in memory by now. A worker that is killed then leaves nobody's words on its disk.
            (self._folder / read).unlink(missing_ok=True)
        written = self._written()
        if written != self._kept:
            self._kept = written
            report({"share": share}, checkpoint=Checkpoint.from_directory(self._folder / CHECKPOINT))
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            self._depot.tell.remote(phase, share)

    def _written(self) -> int | None:
        """Returns when the last checkpoint was written; None where there is none."""
        path = self._folder / CHECKPOINT / checkpoints.FILE
        return path.stat().st_mtime_ns if path.is_file() else None
