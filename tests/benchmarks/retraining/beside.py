"""What a training costs those who ask meanwhile: the bot's own times with and without one beside it, in turns.

    python tests/benchmarks/retraining/beside.py --data FOLDER [--questions 400] [--method lora]

FOLDER holds banking77/train.jsonl. The training is the product's own process, as niced and capped as at night; it is
stopped by a signal while the bot is measured alone. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.bench.measured import NotMeasured, Spread
from bot.bench.offline_bot import offline_bot
from bot.bench.texts import questions
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.examples import Row
from skills.classifiers.labelled import read_labelled
from skills.classifiers.retraining.job import DATASET, MUST, Job, Progress

BLOCK = 25
PAUSE_SECONDS = 0.2
NEW = 500
WARM_UP = 20


def lay_out(folder: Path, data: Path, method: str, threads: int) -> None:
    """Writes a run of BANKING77, some of its texts new, into `folder`."""
    rows = read_labelled(data / "banking77" / "train.jsonl")
    made = [
        Row("intent", one.text, one.label, "en", 1.0, "new" if place % 20 == 0 else "base", str(place), at=float(place))
        for place, one in enumerate(rows)
    ]
    dataset = Dataset(tuple(made))
    (folder / DATASET).write_bytes(dataset.dump())
    (folder / MUST).write_bytes(Dataset(()).dump())
    job = Job("beside", "T", dataset.id, 0, ("english",), "english", "", 1.0, method, seconds=7200.0, threads=threads)  # type: ignore[arg-type]
    job.write(folder)


def wait_for_phase(folder: Path, phase: str, training: subprocess.Popen[bytes]) -> None:
    """Returns once a training is in `phase`, or has ended."""
    while Progress.read(folder).phase != phase and training.poll() is None:
        time.sleep(1.0)


async def measure(data: Path, count: int, method: str, threads: int, phase: str) -> dict[str, Any]:
    """Returns the spreads of both, and where the training stood."""
    asked = questions(count + WARM_UP, None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as bot_folder, tempfile.TemporaryDirectory() as run:
        folder = Path(run)
        lay_out(folder, data, method, threads)
        command = [sys.executable, "-m", "skills.classifiers.retraining.process", run, str(os.getpid())]
        async with offline_bot(Path(bot_folder)) as bot:
            for question in asked[:WARM_UP]:
                await bot.ask(question)
            training = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: ASYNC220
            try:
                await asyncio.to_thread(wait_for_phase, folder, phase, training)
                alone: list[float] = []
                beside: list[float] = []
                for begin in range(WARM_UP, len(asked), BLOCK):
                    is_alone = (begin - WARM_UP) // BLOCK % 2 == 0
                    training.send_signal(signal.SIGSTOP if is_alone else signal.SIGCONT)
                    await asyncio.sleep(0.5)
                    for question in asked[begin : begin + BLOCK]:
                        with contextlib.suppress(NotMeasured):
                            (alone if is_alone else beside).append(await bot.ask(question))
                        await asyncio.sleep(PAUSE_SECONDS)
                running = training.poll() is None
                reached = Progress.read(folder)
            finally:
                training.send_signal(signal.SIGCONT)
                training.kill()
                training.wait()
    one, other = Spread.of(alone), Spread.of(beside)
    return {
        "method": method, "threads": threads, "phase": reached.phase, "still_training": running,
        "unanswered": count - len(alone) - len(beside), "alone": one.figures(), "beside": other.figures(),
        "p50_ratio": round(other.p50 / one.p50, 2), "p95_ratio": round(other.p95 / one.p95, 2),
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a training costs those who ask meanwhile.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--method", choices=("heads", "lora", "full"), default="lora")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--phase", default="learning", help="the phase of the training in which it is measured")
    given = parser.parse_args()
    found = measure(given.data, given.questions, given.method, given.threads, given.phase)
    print(json.dumps(asyncio.run(found)))
