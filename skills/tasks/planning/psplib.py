"""Reads projects in the form of PSPLIB's `.sm` files: single-mode activities and renewable resources.

Kolisch & Sprecher 1997, PSPLIB - A project scheduling problem library, https://www.om-db.wi.tum.de/psplib/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from index.json_rows import BadRowError

_LARGEST = 1_000_000
"""No number in a file is larger; sums of them stay far below what the solver can count."""


@dataclass(frozen=True, slots=True)
class Project:
    """The activities of a file, in its order; activity `n` of the file has place `n - 1` here.

    `demands` holds a row an activity, a column a resource; `successors` are places; durations are in the periods of
    the file.
    """

    durations: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...]
    successors: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its number and the file, to say where a fault is."""

    path: Path
    number: int
    text: str

    def fault(self, field: str, why: str) -> BadRowError:
        return BadRowError(f'{self.path}, line {self.number}, field "{field}": {why}')

    def whole(self, words: Sequence[str], place: int, field: str) -> int:
        """Returns the whole number at `place` of `words`, 0 or more. Raises `BadRowError`."""
        if place >= len(words):
            raise self.fault(field, "missing")
        word = words[place]
        if not (word.isascii() and word.isdigit()):
            raise self.fault(field, f"{word[:40]!r} is not a whole number")
        if len(word) > len(str(_LARGEST)) or int(word) > _LARGEST:
            raise self.fault(field, f"{word[:40]} is more than {_LARGEST}")
        return int(word)


def read_project(path: Path) -> Project:
    """Returns the project of a `.sm` file. Raises `BadRowError` naming file, line and field, and `OSError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadRowError(f"{path}: not UTF-8") from None
    lines = [_Line(path, number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    jobs = _counted(lines, "jobs", "jobs")
    if jobs < 1:
        raise BadRowError(f'{path}, field "jobs": there is no activity in it')
    resources = _counted(lines, "- renewable", "renewable")
    for kind in ("nonrenewable", "doubly constrained"):
        if any(line.text.startswith(f"- {kind}") for line in lines) and _counted(lines, f"- {kind}", kind):
            raise BadRowError(f'{path}, field "{kind}": only renewable resources can be planned')
    capacities = _capacities(_section(lines, "RESOURCEAVAILABILITIES", path), resources)
    successors = _successors(_section(lines, "PRECEDENCE RELATIONS", path), jobs)
    durations, demands = _requests(_section(lines, "REQUESTS/DURATIONS", path), jobs, capacities)
    return Project(durations, demands, successors, capacities)


def _counted(lines: Sequence[_Line], begins: str, field: str) -> int:
    """Returns the number behind the colon of the line that begins so."""
    for line in lines:
        if line.text.startswith(begins) and ":" in line.text:
            return line.whole(line.text.partition(":")[2].split(), 0, field)
    raise BadRowError(f'{lines[0].path if lines else ""}, line 1, field "{field}": missing; is it a PSPLIB .sm file?')


def _section(lines: Sequence[_Line], title: str, path: Path) -> list[_Line]:
    """Returns the lines under `title` up to the next line of asterisks, its heading first."""
    for place, line in enumerate(lines):
        if line.text.startswith(title):
            found = []
            for below in lines[place + 1 :]:
                if below.text.startswith("*"):
                    break
                if below.text and not below.text.startswith("---"):
                    found.append(below)
            if not found:
                raise line.fault(title, "there is nothing below it")
            return found
    raise BadRowError(f'{path}, line {max(len(lines), 1)}, field "{title}": missing')


def _rows(section: Sequence[_Line], jobs: int) -> list[tuple[_Line, list[str]]]:
    """Returns the rows of a section, one an activity, in order, without its heading. Raises `BadRowError`."""
    rows = [(line, line.text.split()) for line in section[1:]]
    for place, (line, words) in enumerate(rows):
        if line.whole(words, 0, "jobnr.") != place + 1 or place == jobs:
            raise line.fault("jobnr.", f"{words[0]} where {place + 1 if place < jobs else 'the end'} should be")
        if place < jobs and len(rows) < jobs and place + 1 == len(rows):
            raise line.fault("jobnr.", f"the last of {len(rows)} activities where {jobs} should be")
    if not rows:
        raise section[0].fault("jobnr.", "there is no activity below it")
    return rows


def _successors(section: Sequence[_Line], jobs: int) -> tuple[tuple[int, ...], ...]:
    found = []
    rows = _rows(section, jobs)
    for line, words in rows:
        if line.whole(words, 1, "#modes") != 1:
            raise line.fault("#modes", f"{words[1]} modes; only activities with one can be planned")
        number = line.whole(words, 2, "#successors")
        if len(words) != 3 + number:
            raise line.fault("successors", f"{len(words) - 3} where {number} should be")
        following = tuple(line.whole(words, 3 + place, "successors") - 1 for place in range(number))
        for one in following:
            if not 0 <= one < jobs:
                raise line.fault("successors", f"there is no activity {one + 1}")
        found.append(following)
    try:
        TopologicalSorter(dict(enumerate(found))).prepare()
    except CycleError as error:
        cycle = error.args[1]
        ring = ", ".join(str(one + 1) for one in cycle[:10])
        raise rows[cycle[0]][0].fault("successors", f"activities wait for each other: {ring}") from None
    return tuple(found)


def _requests(
    section: Sequence[_Line], jobs: int, capacities: Sequence[int]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    durations, demands = [], []
    for line, words in _rows(section, jobs):
        if line.whole(words, 1, "mode") != 1:
            raise line.fault("mode", f"mode {words[1]}; only activities with one can be planned")
        durations.append(line.whole(words, 2, "duration"))
        needs = tuple(line.whole(words, 3 + place, f"R {place + 1}") for place in range(len(capacities)))
        if len(words) > 3 + len(capacities):
            raise line.fault(f"R {len(capacities) + 1}", f"only {len(capacities)} resources are declared")
        for place, (need, capacity) in enumerate(zip(needs, capacities, strict=True)):
            if need > capacity:
                raise line.fault(f"R {place + 1}", f"{need} needed, and there are only {capacity}")
        demands.append(needs)
    return tuple(durations), tuple(demands)


def _capacities(section: Sequence[_Line], resources: int) -> tuple[int, ...]:
    if resources == 0:
        return ()
    if len(section) < 2:
        raise section[0].fault("R 1", "missing")
    line = section[1]
    words = line.text.split()
    if len(words) > resources:
        raise line.fault(f"R {resources + 1}", f"only {resources} resources are declared")
    return tuple(line.whole(words, place, f"R {place + 1}") for place in range(resources))
