"""A Ray cluster of one node on ports of its own, which runs this checkout as an installation of Deskhand.

It asks for a token that is its own, whatever this machine's user has set up for other clusters.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_STARTING = 120.0
_LOOK = 0.2


@dataclass(frozen=True)
class RayCluster:
    """`address` is for `[learning] ray`."""

    address: str
    _process: subprocess.Popen[bytes]

    def processes(self, title: str = "") -> list[int]:
        """Returns the cluster's processes whose title holds `title`; Ray gives each actor its class' name."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                # Some of what Ray starts has a group of its own, all the same session.
                if os.getsid(int(path.parent.name)) == self._process.pid and title.encode() in path.read_bytes():
                    found.append(int(path.parent.name))
        return found

    async def has_ended(self, title: str, seconds: float) -> bool:
        """Returns whether no process of that title is left within so many seconds."""
        for _ in range(round(seconds / _LOOK)):
            if not self.processes(title):
                return True
            await asyncio.sleep(_LOOK)
        return False

    def stop(self) -> None:
        """Takes the whole cluster away, as a power cut does."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()


@contextlib.contextmanager
def _own_token() -> Iterator[None]:
    """Has this process, and what it starts, know a token that nobody else knows."""
    own = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


@contextlib.contextmanager
def ray_cluster(cpus: int = 2) -> Iterator[RayCluster]:
    """Yields a cluster that runs; only within the block this process can enter it."""
    with _own_token():
        yield from _started(cpus)


def _started(cpus: int) -> Iterator[RayCluster]:
    port, client = _free_ports(2)
    # Sockets' paths may not be long.
    folder = Path(tempfile.mkdtemp(prefix="ray", dir="/tmp"))
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--head", "--disable-usage-stats"]
    options = {
        "port": port,
        "ray-client-server-port": client,
        "include-dashboard": "false",
        "num-cpus": cpus,
        "object-store-memory": 100_000_000,
        "temp-dir": folder,
        # Below those that clients' servers have (23000 and on), and those that the system gives out for a moment.
        "min-worker-port": 10100,
        "max-worker-port": 19999,
    }
    process = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        start_new_session=True,
    )
    cluster = RayCluster(f"ray://127.0.0.1:{client}", process)
    try:
        until = time.monotonic() + _STARTING
        while not _answers(client):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(_LOOK)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_:
        probes = [open_.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
