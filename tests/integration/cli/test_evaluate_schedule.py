"""`deskhand evaluate schedule` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REFUSED = 2
PROJECT = """jobs (incl. supersource/sink ):  5
RESOURCES
  - renewable                 :  1   R
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           5
   4        1          1           5
   5        1          0
****
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
----
  1      1     0       0
  2      1     3       1
  3      1     4       1
  4      1     5       1
  5      1     0       0
****
RESOURCEAVAILABILITIES:
  R 1
   2
****
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "own.sm"
    path.write_text(PROJECT, encoding="utf-8")
    return path


def evaluate(project: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "evaluate", "schedule", str(project), *more],
        cwd=project.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_shortest_schedule_is_told_with_the_promised_names(project: Path) -> None:
    done = evaluate(project, "--json", "--seconds", "5", "--predictions", str(project.parent / "answers.jsonl"))
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures.keys() >= {"makespan", "optimal", "bound", "seconds"}
    assert (figures["makespan"], figures["optimal"], figures["bound"]) == (7, True, 7)
    assert 0 <= figures["seconds"] < 6
    answers = [json.loads(line) for line in (project.parent / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["activity"] for one in answers] == [1, 2, 3, 4, 5]
    assert [one["finish"] - one["start"] for one in answers] == [0, 3, 4, 5, 0]
    assert max(one["finish"] for one in answers) == 7
    assert not (project.parent / "data").exists()


def test_people_get_a_line_a_figure(project: Path) -> None:
    done = evaluate(project)
    assert done.returncode == 0, done.stderr
    assert "makespan  7" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  3      1     4       1", "  3      1     4       3", 'own.sm, line 17, field "R 1"'),
        ("  3      1     4       1", "  3      1    -4       1", 'own.sm, line 17, field "duration"'),
        ("   3        1          1           5", "   3        1          1           3", 'own.sm, line 8, field "succ'),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(project: Path, old: str, new: str, says: str) -> None:
    project.write_text(PROJECT.replace(old, new), encoding="utf-8")
    done = evaluate(project)
    assert done.returncode == REFUSED
    assert says in done.stderr
    assert done.stderr.startswith("deskhand: ")
    assert done.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = evaluate(tmp_path / "none.sm")
    assert done.returncode == REFUSED
    assert "none.sm" in done.stderr
