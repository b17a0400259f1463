"""Runs random interleavings of edits, webhooks, faults and crashes on both sides of links, and counts what is wrong.

    python tests/benchmarks/tasks/linking/interleavings.py [--runs 2000] [--seed 1] [--tracker github|jira] [--url URL]

Half the runs are against a local GitHub, half against a local Jira, over a database file or, with `--url`, an empty
PostgreSQL database. Prints one JSON object, and exits with 1 where the
sides ended apart, an issue was made twice, an edit was lost that nobody contradicted, or requests went on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "integration" / "tasks_linking"))

from interleaving import random_steps, run
from linked_stage import staged
from tracker_site import SECRET, TOKEN

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS

BEGINS = ("link", "link", "attach", "500 after", "cut before", "cut after", "crash before", "crash after")


async def main(runs: int, seed: int, kinds: list[str], url: str | None) -> int:
    os.environ |= {"DESKHAND_TRACKER_TOKEN": TOKEN, "DESKHAND_TRACKER_SECRET": SECRET}
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    began = time.monotonic()
    counts: Counter[str] = Counter()
    wrong: list[dict[str, object]] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            database = await open_database(Path(folder), url, branches=[MIGRATIONS])
            async with staged(database.sessions, kind) as stage:
                for number in range(runs // len(kinds)):
                    chance = random.Random(f"{seed}.{kind}.{number}")
                    begun, steps = chance.choice(BEGINS), random_steps(chance, kind)
                    ended = await run(stage, begun, steps)
                    counts["runs"] += 1
                    for name in ("edits", "faults", "crashes", "requests"):
                        counts[name] += getattr(ended, name)
                    if ended.wrong:
                        wrong.append(
                            {"kind": kind, "run": number, "wrong": ended.wrong, "begun": begun, "steps": steps}
                        )
            await database.close()
    print(
        json.dumps({**counts, "seconds": round(time.monotonic() - began, 1), "wrong": len(wrong), "first": wrong[:5]})
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tracker", choices=["github", "jira"])
    parser.add_argument("--url")
    given = parser.parse_args()
    kinds = [given.tracker] if given.tracker else ["github", "jira"]
    sys.exit(asyncio.run(main(given.runs, given.seed, kinds, given.url)))
