"""The process that trains: it is started, looked after and ended, and what it said at its end is made out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import psutil

from skills.classifiers.registry.models import RunRow
from skills.classifiers.retraining.job import PROGRESS, Job, Progress
from skills.classifiers.retraining.process import DISK, MEMORY, USELESS
from skills.learning.workshop import Workshop

log = logging.getLogger("deskhand.learning")

LOOK_SECONDS = 0.5
"""How often a running training is looked after."""
OVERTIME = 1.25
"""How much longer than its time a training may take before it is ended."""
STALLED_SECONDS = 120.0
"""So long a process that trains may use no processor at all: some libraries wait for ever once memory ran out."""

_SECRETS = ("TOKEN", "SECRET", "PASSWORD", "KEY", "DATABASE_URL")
"""What the names of environment variables hold that the process which trains has no need of."""

_CLUSTER = "RAY_AUTH_"
"""But where it trains on a Ray cluster, what that asks for: RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH."""

Fault = Literal["memory", "disk", "time", "crashed", "no_encoder", "nothing", "left_out", "gone"]

Hear = Callable[[RunRow, Progress], Awaitable[None]]
"""Hears how far a training is."""

_USEFUL_LINES = 40
_OUT_OF_MEMORY = re.compile(
    r"allocate memory|bad.alloc|out of memory|MemoryError|start new thread|map segment|without exception set",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit)(?=:|$)")
_PLACE = re.compile(r'  File "')


class _Pulse:
    """Whether a process still works, by the processor time that it uses. A starved one gets some now and then."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._used = -1.0
        self._since = time.monotonic()

    def is_still(self) -> bool:
        """Returns whether the process has used no processor for `STALLED_SECONDS`."""
        try:
            times = psutil.Process(self._process).cpu_times()
        except psutil.Error:
            return False
        used, now = times.user + times.system, time.monotonic()
        if used > self._used:
            self._used, self._since = used, now
        return now - self._since > STALLED_SECONDS


class Stopped(Exception):
    """The training was ended before its end; `fault` is why, `detail` what there is to say about it."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(detail or fault)
        self.fault = fault
        self.detail = detail


class Cancelled(Exception):
    """Somebody asked for the training to stop."""


async def train(shop: Workshop, row: RunRow, folder: Path, job: Job, hear: Hear) -> tuple[int, str]:
    """Returns the exit status of one process, and in a few words why it ended so.

    Raises `Cancelled` when somebody asks it to stop, `Stopped` when it takes too long.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not any(one in name for one in _SECRETS) or (job.ray is not None and name.startswith(_CLUSTER))
    }
    # How far the process before came says nothing of this one.
    await asyncio.to_thread((folder / PROGRESS).unlink, missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "skills.classifiers.retraining.process",
        str(folder),
        str(os.getpid()),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    assert process.stderr is not None  # noqa: S101  (it was asked for)
    saying = asyncio.create_task(process.stderr.read())
    ended = asyncio.create_task(process.wait())
    until = time.monotonic() + job.seconds * OVERTIME
    pulse = _Pulse(process.pid)
    try:
        while not ended.done():
            await asyncio.wait((ended,), timeout=LOOK_SECONDS)
            progress = await asyncio.to_thread(Progress.read, folder)
            if await shop.runs.tell(row.id, progress.phase, progress.share) is not None:
                raise Cancelled
            if time.monotonic() > until:
                raise Stopped("time")
            # What waits for a cluster uses none.
            if job.ray is None and pulse.is_still():
                log.warning("a training stood still, and is ended", extra={"run": row.id})
                process.kill()
            await hear(row, progress)
    finally:
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await ended
        lines = (await saying).decode("utf-8", "replace").strip().splitlines()
    status = ended.result()
    if status and _OUT_OF_MEMORY.search("\n".join(lines)):
        # Libraries say so in ways of their own, and some explain at length after it, or abort.
        status = MEMORY
    if status in (0, USELESS, DISK):
        return status, lines[-1] if lines else ""
    return status, _crash(row, status, lines)


def _crash(row: RunRow, status: int, lines: list[str]) -> str:
    """Logs how a process broke off, and returns it in a word.

    The message of an exception may hold what people wrote: only its name, and where it arose, leave this function.
    """
    name = next((found[0] for line in reversed(lines) if (found := _EXCEPTION.match(line))), "")
    if status < 0:
        name = name or signal.Signals(-status).name
    places = [line.strip() for line in lines if _PLACE.match(line)]
    log.error(
        "the process that trains broke off",
        extra={"run": row.id, "status": status, "error": name, "places": places[-_USEFUL_LINES:]},
    )
    return name or f"status {status}"
