"""Measures how many due dates are read as people meant them: `deskhand evaluate duedates`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from index.json_rows import BadRowError, json_rows
from skills.tasks.dates.finding import due_date
from skills.tasks.dates.reading import Phrase, Reading

_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the wall time at which it was said, and what was meant: nothing, a day, or a moment to the minute."""

    text: str
    now: datetime
    expected: datetime | date | None


def evaluate_duedates(
    path: Path,
    *,
    predictions: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Returns the figures of `deskhand evaluate duedates`. Raises `BadRowError` naming what can't be read.

    `exact` is the share of rows whose first reading is the one expected, also where the product would ask; `p50_ms` and
    `p95_ms` are milliseconds a text, `asks` the share of rows with a date that the product would ask about.
    """
    cases = read_cases(path)
    found: list[Phrase | None] = []
    spent = []
    for done, case in enumerate(cases):
        progress(done, len(cases))
        began = perf_counter()
        found.append(due_date(case.text, case.now, _ZONE))
        spent.append(1000 * (perf_counter() - began))
    if predictions is not None:
        _write(predictions, found)
    wrong = [
        {
            "text": case.text,
            "now": case.now.isoformat(),
            "expected": case.expected.isoformat() if case.expected else None,
            "got": _shown(phrase.readings[0]) if phrase else None,
        }
        for case, phrase in zip(cases, found, strict=True)
        if not is_right(case.expected, phrase)
    ]
    spent.sort()
    return {
        "exact": 1 - len(wrong) / len(cases),
        "n": len(cases),
        "wrong": wrong,
        "p50_ms": spent[len(spent) // 2],
        "p95_ms": spent[int(0.95 * len(spent))],
        "asks": sum(phrase is not None and phrase.asks for phrase in found) / len(cases),
    }


def is_right(expected: datetime | date | None, phrase: Phrase | None) -> bool:
    """Whether the first reading of `phrase` is the one expected: of a date the day counts, else the minute."""
    if expected is None or phrase is None:
        return expected is None and phrase is None
    at = phrase.readings[0].at
    if isinstance(expected, datetime):
        return at.replace(second=0, microsecond=0) == expected.replace(second=0, microsecond=0)
    return at.date() == expected


def read_cases(path: Path) -> list[Case]:
    """Returns the rows of a JSONL file of `{"text", "now", "expected"}`. Raises `BadRowError`."""
    cases = [_case(where, row) for where, row in json_rows(path)]
    if not cases:
        raise BadRowError(f"{path}: there is no row in it")
    return cases


def _case(where: str, row: Mapping[str, Any]) -> Case:
    for field in ("text", "now", "expected"):
        if field not in row:
            raise BadRowError(f'{where}, field "{field}": it is missing')
    if not isinstance(row["text"], str):
        raise BadRowError(f'{where}, field "text": it is not a text')
    now = _time(where, "now", row["now"])
    if not isinstance(now, datetime):
        raise BadRowError(f'{where}, field "now": "{row["now"]}" has no time of day')
    return Case(row["text"], now, None if row["expected"] is None else _time(where, "expected", row["expected"]))


def _time(where: str, field: str, value: Any) -> datetime | date:
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadRowError(f'{where}, field "{field}": "{value}" is no date or time') from None
    if read.tzinfo is not None:
        raise BadRowError(f'{where}, field "{field}": "{value}" has a zone; local wall time is meant')
    return read if len(value) > len("2026-12-04") else read.date()


def _shown(reading: Reading) -> str:
    return (reading.at.date() if reading.whole_day else reading.at).isoformat()


def _write(path: Path, found: list[Phrase | None]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for phrase in found:
            readings = [_shown(one) for one in phrase.readings] if phrase else []
            answer = {"got": readings[0] if readings else None, "readings": readings}
            file.write(json.dumps({**answer, "asks": bool(phrase and phrase.asks)}) + "\n")
