"""Kills the bot with -9 at random moments under load, and prints what became of every question.

    python tests/benchmarks/kill.py [--moments 200] [--seed 1] [--whole] [--keep DIR]

`--whole` runs `deskhand run` with the demo handbook in place of the small bot of the tests. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration" / "bot"))

from killing import SMALL_BOT, WHOLE_BOT, WHOLE_QUESTIONS, BotProcess, child_data, index_handbook, kill_run

from bot.workspace.testing import running_workspace


async def main(arguments: argparse.Namespace, folder: Path) -> int:
    async with running_workspace(folder) as workspace:
        bot = BotProcess(workspace, WHOLE_BOT if arguments.whole else SMALL_BOT, **child_data(folder))
        if arguments.whole:
            await index_handbook(child_data(folder)["data"])
            report = await kill_run(workspace, bot, arguments.moments, arguments.seed, WHOLE_QUESTIONS, private=())
        else:
            report = await kill_run(workspace, bot, arguments.moments, arguments.seed)
        print(json.dumps({**report.figures(), "violations": len(workspace.violations())}))
        return 1 if report.unanswered or report.answered_twice or report.doubled_ephemerals else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        kept: Path = given.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        sys.exit(asyncio.run(main(given, kept)))
