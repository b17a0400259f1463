"""Trains a challenger in a process of its own: `python -m skills.classifiers.retraining.process FOLDER PARENT`.

It knows neither Slack nor the database: all that it works from lies in FOLDER (`skills.classifiers.retraining.job`),
and what it brings appears there in one rename. It exits with 0 when it brought something, else with one of the statuses
below. When the process PARENT, which started it, has died it ends too, whatever it is at.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skills.classifiers.retraining.job import Job, NothingToLearn, Phase, Progress, read_report

USELESS, DISK, MEMORY = 3, 4, 5
"""Exit statuses: there is nothing to learn from, the disk is full, memory ran out. The last line on standard error
says more."""

_TOLD_EVERY = 0.5
"""Seconds between two words of progress."""

_SHARES: Mapping[Phase, tuple[float, float]] = {
    "encoding": (0.0, 0.3),
    "tuning": (0.3, 0.8),
    "learning": (0.3, 0.95),
    "writing": (0.95, 1.0),
}
"""From where to where each phase goes; learning begins where tuning ended, if anything was tuned."""


_LEAST_SECONDS = 1.0
"""What is left at least for a training here that was tried on a cluster first: heads are learned in any case."""

_LOOK_EVERY = 0.5
"""Seconds between two looks after the parent."""


class Teller:
    """Writes down how far a run is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = 0.0
        self._reached = 0.0

    def __call__(self, phase: Phase, share: float) -> None:
        """Tells that `share` of a phase is done."""
        first, last = _SHARES[phase]
        first = max(first, self._reached) if share == 0.0 else first
        self._reached = max(self._reached, first + (last - first) * min(share, 1.0))
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            Progress(phase, round(self._reached, 4)).write(self._folder)


def main(folder: Path, parent: int) -> int:
    """Returns the exit status, with the result in `folder` where that is 0."""
    for stopping in (signal.SIGINT, signal.SIGTERM):
        # Ctrl-C and a service's stop reach every process of the group. The parent ends this one, or lets it be.
        signal.signal(stopping, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    job = Job.read(folder)
    _be_modest(job.threads)
    try:
        _train(job, folder)
    except NothingToLearn as error:
        print(error, file=sys.stderr)
        return USELESS
    except MemoryError:
        return MEMORY
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(error.strerror, file=sys.stderr)
        return DISK
    return 0


def _train(job: Job, folder: Path) -> None:
    """Trains on the cluster where there is one to be tried, else, or when that fails, here in the time that is left."""
    tell, begun, notes = Teller(folder), time.monotonic(), list[Mapping[str, Any]]()
    if job.ray is not None and read_report(folder) is None:
        from skills.classifiers.retraining.cluster.asking import NotOnCluster, train_there

        try:
            return train_there(job, folder, tell)
        except NotOnCluster as failed:
            notes.append({"key": f"ray_{failed.why}", "why": failed.said})
    from skills.classifiers.retraining.training import train

    left = max(_LEAST_SECONDS, job.seconds - (time.monotonic() - begun))
    train(replace(job, seconds=left), folder, tell, notes)


def _end_with(parent: int) -> None:
    """Ends this process once the parent has: whoever takes the run up again works in the same folder."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)


def _be_modest(threads: int) -> None:
    """Leaves the processor to whoever answers people: what is idle is used, by so many threads."""
    # A tenth of a busy processor is left to it. At 19 a hundredth is, and where all are busy it comes to no end.
    os.nice(10)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
