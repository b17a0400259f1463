"""Kills replicas that look at flapping surges with -9 at random moments, and prints what reached the channel.

    python tests/benchmarks/episodes/kill.py [--episodes 1000] [--kills 50] [--seed 1] [--url DATABASE_URL]

Two replicas share one database: a file, or with `--url` an empty PostgreSQL database. Prints one JSON object, and exits
with 1 where a surge had not exactly one message, an edit came closer than the debounce, or something was said after
the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "integration" / "episodes"))

from killing_looks import kill_run

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS


async def main(episodes: int, kills: int, seed: int, data: Path, url: str | None) -> int:
    database = await open_database(data, url, branches=[MIGRATIONS])
    report = await kill_run(database.sessions, data, url, episodes, kills, seed)
    await database.close()
    print(json.dumps({**asdict(report), "faults": report.faults}))
    return 1 if report.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(main(given.episodes, given.kills, given.seed, Path(folder), given.url)))
