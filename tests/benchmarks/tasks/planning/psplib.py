"""Schedules the PSPLIB projects of a folder, beside its optimum.csv: psplib.py DIR [--seconds 10] [NAME…]."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from skills.tasks.planning.projects import schedule
from skills.tasks.planning.psplib import read_project


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="Only these, such as j3029_3.")
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    with (asked.folder / "optimum.csv").open(encoding="utf-8") as file:
        optima = {row["problem"]: int(row["optimum"]) for row in csv.DictReader(file)}
    if asked.names:
        optima = {name: optimum for name, optimum in optima.items() if name.removesuffix(".sm") in asked.names}
    proven = right = 0
    spent = []
    print(f"{'project':12} {'optimum':>8} {'makespan':>8} {'bound':>6} {'proven':>6} {'seconds':>8}")
    for name, optimum in optima.items():
        found = schedule(read_project(asked.folder / name), seconds=asked.seconds)
        proven += found.optimal
        right += found.makespan == optimum
        spent.append(found.seconds)
        print(
            f"{name:12} {optimum:8} {found.makespan:8} {found.bound:6} {found.optimal!s:>6} {found.seconds:8.2f}",
            flush=True,
        )
    print(f"{len(optima)} projects: {proven} proven, {right} at the optimum; {max(spent):.2f} s at most")


if __name__ == "__main__":
    main()
