"""kill -9 while a training runs: it ends once, and what serves is the old version or the new one, whole.

`tests/benchmarks/retraining/kill.py` kills more often.
"""

from __future__ import annotations

from pathlib import Path

from killed_training import kill_run, prepare


async def test_a_training_ends_once_however_often_its_processes_are_killed(tmp_path: Path, learned: Path) -> None:
    template = tmp_path / "template"
    await prepare(template, learned)
    figures = await kill_run(template, tmp_path, moments=2, seed=5, whole=10.0)
    assert figures.faults == []
    assert figures.trainings == figures.ends.total()
    assert figures.killed() == 2
    assert figures.polls > 20
