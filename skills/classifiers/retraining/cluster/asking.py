"""Has the cluster train, and looks after whoever asks it: nothing that happens there keeps this process waiting.

Whatever does not come to its end there is raised as `NotOnCluster`, and the caller trains here. Nothing of this imports
Ray.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from skills.classifiers.retraining.cluster.driver import Why, Word
from skills.classifiers.retraining.job import Job, NothingToLearn, Phase

CONNECT_SECONDS = 90.0
"""How long it may take until the cluster is heard of first: the process starts, imports Ray, connects."""
SILENT_SECONDS = 75.0
"""How long nothing may be heard of it later. A connection that broke is tried again for half a minute."""
ROOM_SECONDS = 180.0
ROOM_SHARE = 0.25
"""How long a worker is waited for, and the share of the training's time that this may be at most."""
_END_SECONDS = 20.0
_LOOK_SECONDS = 60.0

_NO_OWN_CLUSTER = {"RAY_ENABLE_AUTO_CONNECT": "0"}
"""Else Ray, asked for anything once its cluster is lost, starts one on this machine, and writes a token for it into the
home of whoever runs the bot."""

_DRIVER = "skills.classifiers.retraining.cluster.driver"
_LOOKING = "skills.classifiers.retraining.cluster.looking"


class NotOnCluster(Exception):
    """The training did not come to its end on the cluster; `said` may say more of `why`."""

    def __init__(self, why: Why, said: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.said = said


def train_there(job: Job, folder: Path, tell: Callable[[Phase, float], None]) -> None:
    """Returns once what the cluster brought lies in `folder`. Its checkpoints come there too.

    Raises `NotOnCluster`, `NothingToLearn`, OSError when the disk is full.
    """
    room = min(ROOM_SECONDS, ROOM_SHARE * job.seconds)
    with _driver(folder, room) as (process, lines):
        heard, word = False, Word()
        while not word.done and word.why is None:
            try:
                line = lines.get(timeout=SILENT_SECONDS if heard else CONNECT_SECONDS)
            except queue.Empty:
                raise NotOnCluster("lost" if heard else "unreachable") from None
            if line is None:
                if process.wait(_END_SECONDS) == errno.ENOSPC:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                raise NotOnCluster("lost" if heard else "unreachable")
            heard, word = True, Word(**json.loads(line))
            if word.phase != "waiting":
                tell(word.phase, word.share)
    if word.why == "useless":
        raise NothingToLearn(word.said)
    if word.why is not None:
        raise NotOnCluster(word.why, word.said)


@contextlib.contextmanager
def _driver(folder: Path, room: float) -> Iterator[tuple[subprocess.Popen[str], queue.Queue[str | None]]]:
    """Yields the process that asks the cluster and its lines, the last of which is None; it is ended afterwards."""
    command = [sys.executable, "-m", _DRIVER, str(folder), str(os.getpid()), str(room)]
    process = subprocess.Popen(  # noqa: S603  (our own)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | _NO_OWN_CLUSTER,
    )
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        yield process, lines
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
    finally:
        process.kill()
        process.wait()


def _read(stream: IO[str] | None, lines: queue.Queue[str | None]) -> None:
    for line in stream or ():
        # Libraries print, too.
        if line.startswith("{"):
            lines.put(line)
    lines.put(None)


@dataclass(frozen=True, slots=True)
class Sight:
    """A cluster as it was seen: its nodes, processors and GPUs, the version of Ray; `unlike` is what differs there.

    `why` says why it wasn't seen, with what Ray has to say.
    """

    nodes: int = 0
    cpus: float = 0.0
    gpus: float = 0.0
    version: str = ""
    unlike: tuple[str, ...] = ()
    why: Why | None = None
    said: str = ""


def look(address: str) -> Sight:
    """Returns how the cluster at `address` looks from here. Takes a minute at most."""
    command = [sys.executable, "-m", _LOOKING, address]
    try:
        looked = subprocess.run(  # noqa: S603  (our own)
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LOOK_SECONDS,
            env=os.environ | _NO_OWN_CLUSTER,
        )
    except subprocess.TimeoutExpired:
        return Sight(why="unreachable", said=f"no answer within {_LOOK_SECONDS:.0f} seconds")
    lines = [line for line in looked.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return Sight(why="unreachable")
    seen: dict[str, Any] = json.loads(lines[-1])
    return Sight(**{**seen, "unlike": tuple(seen["unlike"])})
