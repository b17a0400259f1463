"""`deskhand evaluate schedule`: the shortest schedule of a PSPLIB project."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from time import perf_counter

from bot.cli.output import Options, Refused, progress_bar
from index.json_rows import BadRowError
from skills.tasks.planning.projects import Schedule, schedule
from skills.tasks.planning.psplib import Project, read_project


def evaluate_schedule(options: Options, file: Path, seconds: float, predictions: Path | None) -> None:
    """Shows how short a schedule of the project in `file` was found in `seconds`, and whether that is proven.

    Raises `Refused` naming file, line and field of what can't be read.
    """
    try:
        project = read_project(file)
        found = _scheduled(project, seconds)
        if predictions is not None:
            _write(predictions, project, found)
    except (BadRowError, OSError) as error:
        raise Refused(str(error)) from None
    figures = {
        "makespan": found.makespan,
        "optimal": found.optimal,
        "bound": found.bound,
        "seconds": found.seconds,
        "activities": len(project.durations),
    }
    lines = [
        f"{name:>12}  {value:.3g}" if isinstance(value, float) else f"{name:>12}  {value}"
        for name, value in figures.items()
    ]
    options.show(figures, "\n".join(lines))


def _scheduled(project: Project, seconds: float) -> Schedule:
    began = perf_counter()
    with progress_bar("Scheduling") as tell, ThreadPoolExecutor(1) as pool:
        found = pool.submit(schedule, project, seconds=seconds)
        while not wait([found], timeout=0.2).done:
            tell(min(round(perf_counter() - began), round(seconds)), round(seconds), "Scheduling, seconds")
        return found.result()


def _write(path: Path, project: Project, found: Schedule) -> None:
    with path.open("w", encoding="utf-8") as file:
        for place, (start, duration) in enumerate(zip(found.starts, project.durations, strict=True)):
            file.write(json.dumps({"activity": place + 1, "start": start, "finish": start + duration}) + "\n")
