"""Has a run trained on a Ray cluster: `python -m skills.classifiers.retraining.cluster.driver FOLDER PARENT SECONDS`.

A process of its own, since Ray's library waits where nobody can call it back, and ends the process when it has lost
its cluster. It says on standard output, in lines of JSON, that it lives (`Word`); what the cluster brings appears in
FOLDER, in one rename. When the process PARENT has died it gives up the work on the cluster and ends. SECONDS is how
long it waits for a worker.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index.encoders.cache import write_folder
from skills.classifiers.retraining.cluster.depot import Brought, Depot, Seen
from skills.classifiers.retraining.cluster.installation import installation
from skills.classifiers.retraining.cluster.worker import fit
from skills.classifiers.retraining.job import (
    CHAMPION,
    CHECKPOINT,
    DATASET,
    JOB,
    MUST,
    RESULT,
    Job,
    Phase,
    files_in,
    write_files,
)
from skills.classifiers.tuning import checkpoints

Why = Literal["missing", "unreachable", "full", "lost", "unlike", "failed"]

_MOST_CPUS = 4
"""Processors that a worker asks for, where a node has so many: more make a training no faster."""
_CONNECTS = 3
_POLL_SECONDS = 1.0
_ANSWER_SECONDS = 30.0
"""How long the cluster may take for an answer."""
_LEAVING_SECONDS = 15.0
"""How long giving up may take."""


@dataclass(frozen=True, slots=True)
class Word:
    """A line on standard output: how far the work is, that it is `done`, or `why` it is not and what there is to say.

    `why` is `useless` where there is nothing to learn from, wherever one tries.
    """

    phase: Phase = "waiting"
    share: float = 0.0
    done: bool = False
    why: Why | Literal["useless"] | None = None
    said: str = ""

    def say(self) -> None:
        print(json.dumps(asdict(self)), flush=True)


class Failed(Exception):
    def __init__(self, why: Why, said: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.said = said


class _Abandoned(Exception):
    """The parent is gone."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a worker is asked to have."""

    cpus: int
    gpu: bool


def main(folder: Path, parent: int, seconds: float) -> int:
    """Returns the exit status."""
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()
    job = Job.read(folder)
    try:
        ray = connect(job.ray or "")
    except Failed as failed:
        Word(why=failed.why, said=failed.said).say()
        return 0
    try:
        _outcome(ray, job, folder, parent, seconds).say()
    except _Abandoned:
        return 1
    except OSError as error:
        if not _is_full(error):
            raise
        return errno.ENOSPC
    finally:
        # Whatever of the work still goes on there ends with its connection.
        ray.shutdown()
    return 0


def _outcome(ray: Any, job: Job, folder: Path, parent: int, seconds: float) -> Word:
    """Returns the last word, once the result lies in the folder if there is one."""
    try:
        brought = _trained(ray, job, folder, parent, seconds)
    except Failed as failed:
        return Word(why=failed.why, said=failed.said)
    if brought.how != "result":
        return Word(why=brought.how, said=brought.said)
    write_folder(folder / RESULT, lambda result: write_files(brought.files, result))
    return Word(done=True, share=1.0)


def _is_full(error: Exception) -> bool:
    """Says whether this machine's disk is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def connect(address: str) -> Any:
    """Returns Ray, connected to the cluster at `address`. May wait for minutes."""
    try:
        import pyarrow  # noqa: F401  (Ray Train needs it)
        import ray
    except ImportError as error:
        raise Failed("missing", error.name or "") from None
    for left in reversed(range(_CONNECTS)):
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
            break
        except Exception as error:
            # The cluster is there, and could not start what serves this one client: a busy port, a process that ended.
            if left and isinstance(error, ConnectionAbortedError):
                time.sleep(_POLL_SECONDS)
                continue
            # Ray may put a whole traceback into its message, what happened last.
            said = str(error).strip().rpartition("\n")[2]
            raise Failed("unreachable", f"{type(error).__name__}: {said}") from None
    return ray


def places(nodes: Sequence[Any], job: Job) -> Iterator[Place]:
    """Yields what a worker is to have, the best first, on a cluster of `nodes` as Ray tells of them.

    What only learns heads has no use for a GPU.
    """
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    with_gpu = [node for node in alive if node.get("GPU", 0) >= 1]
    if job.device != "cpu" and job.method != "heads" and with_gpu:
        yield Place(_cpus(with_gpu), True)
    if job.device != "cuda":
        yield Place(_cpus(alive), False)


def _cpus(nodes: Sequence[Any]) -> int:
    return max(1, min(_MOST_CPUS, math.floor(max((node.get("CPU", 0) for node in nodes), default=1))))


def _trained(ray: Any, job: Job, folder: Path, parent: int, seconds: float) -> Brought:
    """Returns what the cluster brings. Raises `Failed`, `_Abandoned`."""
    given = {path: content for path, content in files_in(folder).items() if _is_given(path)}
    given[JOB] = json.dumps({**asdict(job), "ray": None}).encode()
    failed = Failed("full")
    for place in places(ray.nodes(), job):
        begun = False
        try:
            with _work(ray, given, f"{job.run}-{time.time_ns()}", place) as work:
                try:
                    if (brought := work.brought(folder, parent, seconds)) is not None:
                        return brought
                finally:
                    begun = work.begun
        except (Failed, _Abandoned):
            raise
        except Exception as error:
            if _is_full(error):
                raise
            failed = Failed(why_of(error, begun), type(error).__name__)
            if begun:
                raise failed from None
            # A GPU that torch can't use ends the work before it begins.
    raise failed


def _is_given(path: str) -> bool:
    return path in (DATASET, MUST, f"{CHECKPOINT}/{checkpoints.FILE}") or path.startswith(f"{CHAMPION}/")


def why_of(error: Exception, begun: bool) -> Why:
    said = str(error)
    if isinstance(error, ImportError) or "ModuleNotFoundError" in said or "ImportError" in said:
        return "unlike"
    if not begun and "WorkerGroupStartup" in said:
        return "full"
    return "lost"


class _Work:
    """A training on the cluster."""

    def __init__(self, ray: Any, given: dict[str, bytes], name: str, place: Place) -> None:
        self._ray = ray
        self.begun = False
        self._depot = ray.remote(num_cpus=0)(Depot).remote(given)
        run = ray.remote(num_cpus=0, max_retries=0)(fit)
        self._fit = run.remote(self._depot, name, place.cpus, place.gpu, dict(installation()))

    def brought(self, folder: Path, parent: int, seconds: float) -> Brought | None:
        """Returns what a worker has brought; None when no worker took the work up within `seconds`.

        Each new checkpoint is written into `folder`. Raises what Ray does, `Failed`, `_Abandoned`.
        """
        until, checkpoint = time.monotonic() + seconds, 0
        while True:
            if os.getppid() != parent:
                raise _Abandoned
            ended, _ = self._ray.wait([self._fit], timeout=_POLL_SECONDS)
            if ended:
                self._ray.get(ended[0], timeout=_ANSWER_SECONDS)
            seen: Seen = self._ask(self._depot.seen)
            self.begun = self.begun or seen.begun
            Word(seen.phase, seen.share).say()
            if seen.checkpoints > checkpoint:
                checkpoint = seen.checkpoints
                _keep(folder / CHECKPOINT / checkpoints.FILE, self._ask(self._depot.latest))
            if ended:
                brought: Brought | None = self._ask(self._depot.brought)
                if brought is None:
                    raise Failed("lost")
                return brought
            if not self.begun and time.monotonic() > until:
                return None

    def give_up(self) -> None:
        """Ends what still goes on; on a cluster that is lost there is nothing to be ended."""
        with contextlib.suppress(Exception):
            self._ray.cancel(self._fit, force=True)
            self._ray.kill(self._depot)

    def _ask(self, method: Any) -> Any:
        return self._ray.get(method.remote(), timeout=_ANSWER_SECONDS)


@contextlib.contextmanager
def _work(ray: Any, given: dict[str, bytes], name: str, place: Place) -> Iterator[_Work]:
    """Yields a training on the cluster; what still goes on of it afterwards is ended."""
    work = _Work(ray, given, name, place)
    try:
        yield work
    finally:
        work.give_up()


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    aside = path.with_suffix(".partial")
    aside.write_bytes(content)
    aside.replace(path)


def _end_after(parent: int) -> None:
    """Ends this process some time after its parent, for whatever Ray waits."""
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    time.sleep(_LEAVING_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
