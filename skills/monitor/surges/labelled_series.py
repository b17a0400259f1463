"""Reads labelled series in the form of the Numenta Anomaly Benchmark: CSV files and a JSON of windows."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.json_rows import BadRowError
from skills.monitor.surges.nab import Window

_COLUMNS = ["timestamp", "value"]


@dataclass(frozen=True, slots=True)
class LabelledSeries:
    """One file: `times` in Unix seconds, the `stamps` as written, and its windows as rows, in order."""

    name: str
    stamps: Sequence[str]
    times: Sequence[float]
    values: Sequence[float]
    windows: Sequence[Window]


def read_labelled_series(folder: Path, labels: Path) -> list[LabelledSeries]:
    """Returns the files that `labels` names, in its order. Raises `BadRowError` naming file, line and field."""
    return [_read(folder / name, name, windows, labels) for name, windows in _read_labels(labels).items()]


def _read_labels(path: Path) -> Mapping[str, list[tuple[float, float]]]:
    try:
        named = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadRowError(f"{path}, line {error.lineno}: not JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise BadRowError(f"{path}: not UTF-8") from None
    if not isinstance(named, dict) or not named:
        raise BadRowError(f"{path}, line 1: expected an object of files, each with a list of [begin, end]")
    found = {}
    for name, windows in named.items():
        where = f'{path}, field "{name}"'
        if not isinstance(windows, list):
            raise BadRowError(f"{where}: expected a list of [begin, end]")
        found[name] = sorted(_window(f"{where}, window {number}", one) for number, one in enumerate(windows, start=1))
    return found


def _window(where: str, window: object) -> tuple[float, float]:
    if not isinstance(window, list) or len(window) != 2:
        raise BadRowError(f"{where}: expected [begin, end]")
    first, last = (_time(where, one) for one in window)
    if first > last:
        raise BadRowError(f"{where}: it ends before it begins")
    return first, last


def _time(where: str, text: object) -> float:
    if not isinstance(text, str):
        raise BadRowError(f"{where}: expected a time such as 2026-12-01 10:00:00")
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadRowError(f"{where}: {text[:40]!r} is not a time such as 2026-12-01 10:00:00") from None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _value(where: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadRowError(f"{where}: {text[:40]!r} is not a number") from None
    if not math.isfinite(value):
        raise BadRowError(f"{where}: {text[:40]!r} is not a finite number")
    return value


def _read(path: Path, name: str, windows: Sequence[tuple[float, float]], labels: Path) -> LabelledSeries:
    stamps, times, values = [], [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [column.strip() for column in next(rows, [])]
            missing = [column for column in _COLUMNS if column not in header]
            if missing:
                raise BadRowError(f'{path}, line 1, field "{missing[0]}": there is no such column')
            stamp_at, value_at = (header.index(column) for column in _COLUMNS)
            for row in rows:
                if not row:
                    continue
                where = f"{path}, line {rows.line_num}"
                if len(row) <= max(stamp_at, value_at):
                    raise BadRowError(f'{where}, field "{_COLUMNS[0 if len(row) <= stamp_at else 1]}": missing')
                times.append(_time(f'{where}, field "timestamp"', row[stamp_at]))
                values.append(_value(f'{where}, field "value"', row[value_at]))
                stamps.append(row[stamp_at])
    except FileNotFoundError:
        raise BadRowError(f'{labels}, field "{name}": there is no {path}') from None
    except UnicodeDecodeError:
        raise BadRowError(f"{path}: not UTF-8") from None
    except csv.Error as error:
        raise BadRowError(f"{path}: not CSV: {error}") from None
    if not times:
        raise BadRowError(f"{path}, line 2: there is no row in it")
    return LabelledSeries(name, stamps, times, values, _rows(times, windows, f'{labels}, field "{name}"'))


def _rows(times: Sequence[float], windows: Sequence[tuple[float, float]], where: str) -> list[Window]:
    found: list[Window] = []
    for number, (first, last) in enumerate(windows, start=1):
        inside = [row for row, time in enumerate(times) if first <= time <= last]
        if not inside:
            raise BadRowError(f"{where}, window {number}: no row of the file lies in it")
        if found and inside[0] <= found[-1][1]:
            raise BadRowError(f"{where}, window {number}: it overlaps another")
        found.append((inside[0], inside[-1]))
    return found
