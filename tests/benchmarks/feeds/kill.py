"""Kills a process that follows sources with -9 at random moments, and prints what became of every post.

    python tests/benchmarks/feeds/kill.py [--moments 50] [--seed 1]

Feeds, one whose ids change at every request, a JSON API and a file grow all the while. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "integration" / "sources"))

from feed_site import running_site
from killing_polls import kill_run
from poller import SystemClock

from bot.store.upgrade import open_database
from skills.monitor.sources import MIGRATIONS, Limits, Polling


async def main(moments: int, seed: int, data: Path) -> int:
    database = await open_database(data, branches=[MIGRATIONS])
    limits = Limits(allow_private=True, seconds=5.0)
    async with (
        running_site() as site,
        Polling(database.sessions, SystemClock(), "first", data, limits=limits) as polling,
    ):
        report = await kill_run(site, database.sessions, polling, data, None, moments, seed)
    await database.close()
    print(json.dumps({**asdict(report), "lost": len(report.lost), "twice": len(report.twice)}))
    return 1 if report.lost or report.twice else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(main(given.moments, given.seed, Path(folder))))
