"""Kills trainings with -9 at random moments over their whole duration, and prints what became of them.

    python tests/benchmarks/retraining/kill.py [--moments 20] [--seed 1] [--keep DIR]

The process that runs the training, the one that it starts to train, or both are killed, four times a training, the last
time while its result is settled; started again, each training comes to its end. Meanwhile a reader follows what serves.
Prints one JSON object, and exits with 1 where a run did not end once with one version and one decision, something else
than the old or the new version ever served, or anything was left in a run's folder.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "integration"))
sys.path.insert(0, str(Path(__file__).parents[2] / "integration" / "retraining"))

from killed_training import kill_run, prepare


async def main(arguments: argparse.Namespace, folder: Path) -> int:
    await prepare(folder / "template")
    figures = await kill_run(folder / "template", folder, arguments.moments, arguments.seed)
    print(json.dumps({"moments": arguments.moments, "seed": arguments.seed, **figures.to_json()}))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept: Path = given.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        sys.exit(asyncio.run(main(given, kept)))
