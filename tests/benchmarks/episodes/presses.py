"""Measures what presses of "not useful" do: false alarms, and the surges that are still found.

    python tests/benchmarks/episodes/presses.py [--presses 20] [--topics 60] [--days 120]

On the simulated topics of `tests/benchmarks/surges`: false alarms on topics without surges, recall of threefold surges
of a day on others; once as settled by default, once after so many presses. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "surges"))

import run
import simulator

from skills.monitor.episodes import Usefulness, tuned
from skills.monitor.surges import NORMAL, Sensitivity


def measured(
    quiet: Sequence[simulator.Stream], surging: Sequence[simulator.Stream], sensitivity: Sensitivity
) -> tuple[int, float]:
    """Returns the false alarms on the quiet topics, and the share of surges found on the others."""
    alarms = sum(run.false_alarms(drawn, run.play(drawn, sensitivity=sensitivity)) for drawn in quiet)
    delays = [delay for drawn in surging for delay in run.delays(drawn, run.play(drawn, sensitivity=sensitivity))]
    return alarms, sum(map(math.isfinite, delays)) / len(delays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presses", type=int, default=20)
    parser.add_argument("--topics", type=int, default=60)
    parser.add_argument("--days", type=int, default=120)
    asked = parser.parse_args()
    after = tuned(NORMAL, Usefulness(0, asked.presses))
    found = {}
    for per_day in (20, 125):
        quiet = list(simulator.settled(21, per_day, topics=asked.topics, days=asked.days))
        surging = list(simulator.settled(22, per_day, topics=asked.topics, days=60, factor=3))
        (alarms, recall), (alarms_after, recall_after) = (
            measured(quiet, surging, sensitivity) for sensitivity in (NORMAL, after)
        )
        found[f"{per_day} a day"] = {
            "false alarms": [alarms, alarms_after],
            "recall": [round(recall, 3), round(recall_after, 3)],
        }
    print(json.dumps({"presses": asked.presses, **found}))


if __name__ == "__main__":
    main()
