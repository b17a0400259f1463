"""Plans as charts, and what is said in their stead."""

from __future__ import annotations

import struct
from zoneinfo import ZoneInfo

import pytest

from skills.tasks.planning.gantt import Words, described, gantt, rows
from skills.tasks.planning.plan import Placed, Plan
from skills.tasks.planning.problem import Work

MONDAY = 1_772_434_800.0
HOUR = 3600.0
WORDS = Words("计划 $x^2$", ("紧急", "高", "普通", "低"), "逾期", "现在")
NAMES = {"a": "Ana", "b": "王芳", "c": "$Carl_"}


def example(number: int) -> tuple[Plan, list[Work]]:
    works = [Work(id, 60, 1 + id % 4, due=MONDAY + 3 * HOUR) for id in range(1, number + 1)]
    placed = tuple(
        Placed(one.id, "abc"[one.id % 3], MONDAY + one.id // 3 * HOUR, MONDAY + (one.id // 3 + 1) * HOUR)
        for one in works
    )
    late = tuple((one.work, one.finish - MONDAY - 3 * HOUR) for one in placed if one.finish > MONDAY + 3 * HOUR)
    return Plan(placed, ((99, "full"),), late, 0.0, 0.0, frozenset()), works


@pytest.mark.parametrize("number", [0, 1, 12, 60])
def test_a_plan_of_any_size_is_drawn(number: int) -> None:
    plan, works = example(number)
    titles = {one.id: f"修复 $登录 {'very long title ' * 10}" for one in works}
    png = gantt(plan, works, titles, NAMES, ZoneInfo("Asia/Shanghai"), WORDS, MONDAY)
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 1500
    assert 300 <= height <= 2400


def test_the_words_beside_it_have_its_numbers_and_names() -> None:
    plan, works = example(12)
    found = described(plan, works, {12: "Last"}, NAMES)
    assert (found.works, found.left_out, found.hidden) == (12, 1, 0)
    assert found.people[1] == ("Ana", 4, MONDAY + HOUR, MONDAY + 5 * HOUR)
    assert [one.work for one in found.late] == [12, 9, 10, 11]
    assert found.late[0].title == "Last"
    assert found.late[0].late == 2 * HOUR


def test_of_many_people_the_first_are_shown() -> None:
    plan, works = example(12)
    found = described(plan, works, {}, NAMES, most_people=2)
    assert [name for name, *_ in found.people] == ["$Carl_", "Ana"]
    assert found.hidden == 4
    assert {one.worker for one in rows(plan, works, {}, NAMES, most_people=2)} == {"$Carl_", "Ana"}
