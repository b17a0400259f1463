"""Start to ready of `deskhand local`, beside importing the three libraries that any such bot is made of."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import aiohttp

from bot.bench.measured import Measured, ratio
from bot.bench.processes import DESKHAND, complete, free_port, process, wait_for_sockets
from bot.cli.output import Progress

STARTS = 5
MOST_SECONDS = 3.0
MOST_RATIO = 2.5
IMPORTS = "import slack_bolt.async_app, sqlalchemy.ext.asyncio, onnxruntime"


def run(sets: Path | None, tell: Progress) -> Measured:
    """Measures; see the module. `sets` is not needed: the index is the demo's."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return asyncio.run(_measure(Path(folder), tell))


async def _measure(data: Path, tell: Progress) -> Measured:
    starts: list[float] = []
    imports: list[float] = []
    async with aiohttp.ClientSession() as session:
        # The first one converts, trains and indexes whatever no earlier start has.
        await _ready(data, session)
        for number in range(STARTS):
            imports.append(await complete((sys.executable, "-c", IMPORTS)))
            starts.append(await _ready(data, session))
            tell(number + 1, STARTS, "starts")
    ours, theirs = median(starts), median(imports)
    found = ratio(ours, theirs)
    figures = {"start_seconds": round(ours, 3), "imports_seconds": round(theirs, 3), "ratio": found, "starts": STARTS}
    return Measured(
        figures,
        [
            f"start to ready {ours:.2f} s, the imports of Bolt, SQLAlchemy and ONNX Runtime {theirs:.2f} s "
            f"(medians of {STARTS}, taken in turn)",
            f"ratio {found} (at most {MOST_RATIO}, or {MOST_SECONDS:.0f} s)",
        ],
    )


async def _ready(data: Path, session: aiohttp.ClientSession) -> float:
    """Returns the seconds from starting `deskhand local` to its bot's open socket."""
    port = free_port()
    began = time.perf_counter()
    async with process((*DESKHAND, "--data", str(data), "local", "--port", str(port))):
        await wait_for_sockets(session, f"http://127.0.0.1:{port}", 1)
        return time.perf_counter() - began
