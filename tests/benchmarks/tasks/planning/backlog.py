"""Plans simulated backlogs, lets one work slip, plans again: backlog.py [--seeds 20] [--load 0.7] [--zones 1] …

Prints a table: time, gap, works left out and late, faults, and the share of the other works that the slip moved.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Collection
from dataclasses import replace
from statistics import fmean, median
from time import perf_counter, process_time

from simulated_backlog import MONDAY, ONE_ZONE, THREE_ZONES, backlog, team

from skills.tasks.planning.explaining import missed
from skills.tasks.planning.faults import faults
from skills.tasks.planning.plan import Plan, plan
from skills.tasks.planning.problem import Work

DAY = 86400.0


def slipped(works: Collection[Work], first: Plan, chance: random.Random) -> tuple[int, tuple[Work, ...]]:
    """Returns a work of the first three days, and the works with it half as long again, or begun a day late."""
    now = MONDAY.timestamp()
    known = {work.id: work for work in works}
    soon = [one for one in first.placed if not known[one.work].begun and one.start < now + 3 * DAY]
    one = chance.choice(soon)
    work = known[one.work]
    if chance.random() < 0.5:
        changed = replace(work, minutes=work.minutes * 3 // 2)
    else:
        changed = replace(work, start=one.start + DAY)
    return one.work, tuple(changed if other.id == one.work else other for other in works)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", type=int, default=100, dest="first", help="The first seed.")
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--load", type=float, default=0.7)
    parser.add_argument("--zones", type=int, choices=(1, 3), default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    rows = []
    print("seed placed out late(h) gap  seconds cpu faults | slip: out late(h) moved share seconds faults | explained")
    for seed in range(asked.first, asked.first + asked.seeds):
        people = team(seed, zones=ONE_ZONE if asked.zones == 1 else THREE_ZONES)
        works = backlog(seed, people, works=asked.works, load=asked.load)
        now = MONDAY.timestamp()
        spent = process_time()
        first = plan(works, people, now, seconds=asked.seconds)
        spent = process_time() - spent
        wrong = len(faults(first, works, people))
        id, changed = slipped(works, first, random.Random(seed))
        again = plan(changed, people, now, seconds=asked.seconds, previous=first)
        share = len(again.moved - {id}) / max(1, len(first.placed) - 1)
        wrong_again = len(faults(again, changed, people))
        began = perf_counter()
        told = missed(first, works, people, now)
        took = perf_counter() - began
        rows.append((first.gap, first.seconds, again.seconds, share, wrong + wrong_again, took))
        print(
            f"{seed:4} {len(first.placed):6} {len(first.left_out):3} {sum(late for _, late in first.late) / 3600:7.0f} "
            f"{first.gap:4.2f} {first.seconds:7.1f} {spent:4.1f} {wrong:5} | {len(again.left_out):8} "
            f"{sum(late for _, late in again.late) / 3600:7.0f} {len(again.moved - {id}):5} {share:5.3f} "
            f"{again.seconds:7.1f} {wrong_again:6} | {sum(one.settled for one in told)} of {len(told)} in {took:.1f} s",
            flush=True,
        )
    gaps, seconds, again_seconds, shares, wrongs, tooks = zip(*rows, strict=True)
    print(
        f"{len(rows)} seeds: gap 0 in {sum(gap == 0 for gap in gaps)}, median {median(gaps):.3f}; at most "
        f"{max(*seconds, *again_seconds):.1f} s; {sum(wrongs)} faults; moved {fmean(shares):.3f} on average, "
        f"{max(shares):.3f} at most; explained in {max(tooks):.1f} s at most"
    )


if __name__ == "__main__":
    main()
