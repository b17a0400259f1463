"""Compares how due dates are read with dateparser alone: `python tests/benchmarks/tasks/duedates/compare.py [FILE…]`.

Without files: the two halves of the cases, and those of other mouths. dateparser is tried in both of its ways, on the
whole text (`parse`) and searching in it (`search_dates`, the first find), with the future preferred.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from skills.tasks.dates.evaluation import Case, read_cases
from skills.tasks.dates.finding import due_date

DATA = Path(__file__).parents[3] / "data" / "duedates"
FILES = [DATA / "cases.jsonl", DATA / "held_out.jsonl", DATA / "fresh.jsonl"]
LANGUAGES = ["en", "zh", "de", "fr", "es"]

Way = Callable[[Case], datetime | None]


def ours(case: Case) -> datetime | None:
    phrase = due_date(case.text, case.now, ZoneInfo("UTC"))
    return phrase.readings[0].at if phrase else None


def _settings(case: Case) -> dict[str, object]:
    return {"RELATIVE_BASE": case.now, "PREFER_DATES_FROM": "future", "PREFER_DAY_OF_MONTH": "first"}


def parsed(case: Case) -> datetime | None:
    import dateparser

    found = dateparser.parse(case.text, languages=LANGUAGES, settings=_settings(case))
    return found.replace(tzinfo=None) if found else None


def searched(case: Case) -> datetime | None:
    from dateparser.search import search_dates

    found = search_dates(case.text, languages=LANGUAGES, settings=_settings(case))
    return found[0][1].replace(tzinfo=None) if found else None


def is_right(expected: datetime | date | None, got: datetime | None) -> bool:
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, datetime):
        return got.replace(second=0, microsecond=0) == expected.replace(second=0, microsecond=0)
    return got.date() == expected


def kind(case: Case) -> str:
    """Returns what the case is about: no date, or a date in Chinese, with a time of day, or a day in other words."""
    if case.expected is None:
        return "no date"
    if any("\u4e00" <= character <= "\u9fff" for character in case.text):
        return "Chinese"
    return "with a time" if isinstance(case.expected, datetime) else "a day"


def main(paths: list[Path]) -> None:
    """Prints a table a file: the share that each way reads exactly, by kind, and its milliseconds a text."""
    ways: dict[str, Way] = {"Deskhand": ours, "dateparser.parse": parsed, "search_dates": searched}
    for path in paths:
        cases = read_cases(path)
        kinds = sorted({kind(case) for case in cases})
        print(f"\n{path.name}, {len(cases)} sentences\n")
        print("| | all | " + " | ".join(kinds) + " | ms, median | ms, p95 |")
        print("| --- |" + " --- |" * (len(kinds) + 3))
        for name, way in ways.items():
            right: dict[str, list[bool]] = {each: [] for each in kinds}
            spent = []
            for case in cases:
                began = perf_counter()
                got = way(case)
                spent.append(1000 * (perf_counter() - began))
                right[kind(case)].append(is_right(case.expected, got))
            shares = [sum(right[each]) / len(right[each]) for each in kinds]
            total = sum(sum(each) for each in right.values()) / len(cases)
            spent.sort()
            cells = [f"{share:.3f}" for share in (total, *shares)]
            cells += [f"{spent[len(spent) // 2]:.2f}", f"{spent[int(0.95 * len(spent))]:.2f}"]
            print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]] or FILES)
