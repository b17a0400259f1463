"""Scores what is found of recurrences on hand-written cases, by half: one to develop on, one that is held out.

    python tests/unit/skills/tasks/recurring/recurrence_cases.py [--wrong]

A case counts when days, kind, end and the words they stand in are all as written, or when nothing is found in a
harmless text. A text's SHA-256 says its half. `--wrong` shows what is wrong in the half to develop on. The fresh ones
were written once the others were read, and scored before anything was mended.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from skills.tasks.recurring.phrases import find_recurrence

DATA = Path(__file__).parents[4] / "data" / "duedates"


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    today: date
    expected: dict[str, Any] | None

    @property
    def held_out(self) -> bool:
        return bool(int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 2)

    def got(self) -> dict[str, Any] | None:
        """Returns what is found, in the terms of a case."""
        found = find_recurrence(self.text, self.today)
        if found is None:
            return None
        got: dict[str, Any] = {
            "rrule": found.parts.text,
            "by": found.by,
            "words": [self.text[start:end] for start, end in found.spans],
        }
        if found.until:
            got["until"] = found.until.isoformat()
        if found.count:
            got["count"] = found.count
        return got


def cases(file: str = "recurrences.jsonl") -> Iterator[Case]:
    for line in (DATA / file).read_text().splitlines():
        row = json.loads(line)
        yield Case(row["text"], date.fromisoformat(row["today"]), row["expected"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true")
    arguments = parser.parse_args()
    halves = {
        "to develop on": [case for case in cases() if not case.held_out],
        "held out": [case for case in cases() if case.held_out],
        "fresh": list(cases("recurrences_fresh.jsonl")),
    }
    for name, half in halves.items():
        wrong = [case for case in half if case.got() != case.expected]
        dated = sum(case.expected is None for case in wrong)
        print(f"{name}: {len(half) - len(wrong)} of {len(half)} exact; {dated} harmless ones taken for a recurrence")
        for case in wrong if arguments.wrong and name != "held out" else ():
            print(f"  {case.text!r} ({case.today})\n    wanted {case.expected}\n    got    {case.got()}")


if __name__ == "__main__":
    main()
