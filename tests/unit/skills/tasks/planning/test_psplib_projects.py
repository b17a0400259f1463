"""Projects in PSPLIB's form, and their shortest schedules."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.json_rows import BadRowError
from skills.tasks.planning.projects import list_schedule, schedule, tails
from skills.tasks.planning.proving import Proving
from skills.tasks.planning.psplib import Project, read_project

STARS = "*" * 20
PROJECT = f"""{STARS}
file with basedata            : own.bas
{STARS}
projects                      :  1
jobs (incl. supersource/sink ):  6
horizon                       :  20
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
{STARS}
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           5
   4        1          1           6
   5        1          1           6
   6        1          0
{STARS}
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------
  1      1     0       0    0
  2      1     3       2    0
  3      1     4       2    1
  4      1     5       1    1
  5      1     2       3    0
  6      1     0       0    0
{STARS}
RESOURCEAVAILABILITIES:
  R 1  R 2
   3    1
{STARS}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own.sm"


def valid(project: Project, starts: tuple[int, ...]) -> bool:
    ends = [start + duration for start, duration in zip(starts, project.durations, strict=True)]
    if any(ends[one] > starts[other] for one, behind in enumerate(project.successors) for other in behind):
        return False
    return all(
        sum(project.demands[one][resource] for one, start in enumerate(starts) if start <= period < ends[one])
        <= capacity
        for period in range(max(ends))
        for resource, capacity in enumerate(project.capacities)
    )


def test_a_project_is_read_as_it_stands(path: Path) -> None:
    path.write_text(PROJECT, encoding="utf-8")
    project = read_project(path)
    assert project.durations == (0, 3, 4, 5, 2, 0)
    assert project.demands[2] == (2, 1)
    assert project.successors[0] == (1, 2, 3)
    assert project.capacities == (3, 1)


def test_the_shortest_schedule_is_found_and_proven(path: Path) -> None:
    path.write_text(PROJECT, encoding="utf-8")
    project = read_project(path)
    found = schedule(project)
    # Activities 3 and 4 need the second resource, 5 all of the first: one after the other they take 11.
    assert (found.makespan, found.bound, found.optimal) == (11, 11, True)
    assert valid(project, found.starts)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  3      1     4 ", "  3      1     x ", "line 26, field \"duration\": 'x' is not a whole number"),
        ("  3      1     4 ", "  3      1     ² ", 'line 26, field "duration"'),
        ("  3      1     4 ", "  3      1     9999999999 ", 'line 26, field "duration": 9999999999 is more than'),
        ("  3      1     4       2    1", "  3      1     4       2", 'line 26, field "R 2": missing'),
        ("  3      1     4       2    1", "  3      1     4       4    1", 'line 26, field "R 1": 4 needed'),
        ("  3      1     4       2    1", "  3      1     4       2    1   1", 'line 26, field "R 3": only 2'),
        ("  3      1     4       2    1", "  3      2     4       2    1", 'line 26, field "mode"'),
        ("   4        1          1           6", "   4        1          1           9", 'line 17, field "successors"'),
        ("   4        1          1           6", "   4        1          2           6", 'line 17, field "successors"'),
        ("   4        1          1           6", "   4        2          1           6", 'line 17, field "#modes"'),
        ("   4        1          1           6", "   4        1          1           4", "wait for each other"),
        ("   4        1          1           6\n", "", 'line 17, field "jobnr."'),
        ("   6        1          0\n", "", 'line 18, field "jobnr.": the last of 5 activities where 6 should be'),
        ("nonrenewable              :  0", "nonrenewable              :  2", 'field "nonrenewable"'),
        ("jobs (incl", "tasks (incl", 'line 1, field "jobs": missing'),
        ("):  6", "):  0", 'field "jobs"'),
        ("RESOURCEAVAILABILITIES:", "SOMETHING:", 'field "RESOURCEAVAILABILITIES": missing'),
        ("   3    1\n", "", 'field "R 1": missing'),
    ],
)
def test_what_is_wrong_is_named_with_line_and_field(path: Path, old: str, new: str, says: str) -> None:
    assert old in PROJECT
    path.write_text(PROJECT.replace(old, new), encoding="utf-8")
    with pytest.raises(BadRowError) as fault:
        read_project(path)
    assert says in str(fault.value)
    assert str(fault.value).startswith(str(path))


@pytest.mark.parametrize("text", ["", "hello", "\n\n\n"])
def test_other_files_are_refused(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRowError):
        read_project(path)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    size = draw(st.integers(2, 9))
    capacities = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    durations = tuple(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size)))
    demands = tuple(tuple(draw(st.integers(0, one)) for one in capacities) for _ in range(size))
    successors = tuple(
        tuple(sorted(draw(st.sets(st.integers(one + 1, size - 1), max_size=2)))) if one < size - 1 else ()
        for one in range(size)
    )
    return Project(durations, demands, successors, capacities)


@given(projects())
@settings(max_examples=25, deadline=None)
def test_every_schedule_is_valid_and_no_longer_than_the_list_schedule(project: Project) -> None:
    listed = list_schedule(project)
    found = schedule(project, seconds=5, threads=1)
    assert valid(project, listed)
    assert valid(project, found.starts)
    longest = max(start + duration for start, duration in zip(listed, project.durations, strict=True))
    assert found.bound <= found.makespan <= longest
    assert found.optimal == (found.bound == found.makespan)
    assert found.optimal


def test_without_any_time_the_list_schedule_stands(path: Path) -> None:
    path.write_text(PROJECT, encoding="utf-8")
    project = read_project(path)
    found = schedule(project, seconds=0.0)
    assert valid(project, found.starts)
    assert found.bound <= found.makespan


@given(projects())
@settings(max_examples=25, deadline=None)
def test_only_what_is_impossible_is_proven_so(project: Project) -> None:
    shortest = schedule(project, seconds=5, threads=1).makespan
    proving = Proving.of(project, tails(project))
    assert proving is not None
    assert proving.bound() <= shortest
    assert shortest == 0 or proving.impossible(shortest - 1, perf_counter() + 5)
    assert not proving.impossible(shortest, perf_counter() + 5)
