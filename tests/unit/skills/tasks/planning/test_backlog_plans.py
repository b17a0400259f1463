"""Plans of backlogs: valid always, and as good as can be where that is plain to see."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.tasks.planning.faults import Fault, faults
from skills.tasks.planning.plan import Placed, Plan, plan
from skills.tasks.planning.problem import Circular, Work, Worker, in_order

MONDAY = 1_772_434_800.0  # 2026-03-02 07:00 UTC
HOUR = 3600.0
DAY = 24 * HOUR
NONE: frozenset[str] = frozenset()


def week(days: tuple[int, ...] = (0, 1, 2, 3, 4), first: float = 0, last: float = 8) -> tuple[tuple[float, float], ...]:
    return tuple((MONDAY + day * DAY + first * HOUR, MONDAY + day * DAY + last * HOUR) for day in days)


def worker(id: str, skills: str = "", days: tuple[int, ...] = (0, 1, 2, 3, 4), capacity: int | None = None) -> Worker:
    return Worker(id, frozenset(skills.split()), week(days), capacity)


def work(id: int, hours: float, **more: object) -> Work:
    fields = {"priority": 3, **more}
    return Work(id, round(60 * hours), **fields)  # type: ignore[arg-type]


def planned(works: list[Work], team: list[Worker], now: float = MONDAY, previous: Plan | None = None) -> Plan:
    found = plan(works, team, now, previous=previous)
    assert faults(found, works, team) == []
    return found


def by_id(found: Plan) -> dict[int, Placed]:
    return {one.work: one for one in found.placed}


def test_a_work_spans_days_and_pauses_at_night() -> None:
    one = by_id(planned([work(1, 12)], [worker("a")]))[1]
    assert (one.start, one.finish) == (MONDAY, MONDAY + DAY + 4 * HOUR)


def test_the_skilled_one_does_it_though_busy_longer() -> None:
    found = planned(
        [work(1, 8, skills=frozenset({"x"})), work(2, 8, skills=frozenset({"x"}))], [worker("a"), worker("b", "x")]
    )
    assert {one.worker for one in found.placed} == {"b"}


def test_one_with_a_date_comes_before_one_without() -> None:
    found = planned([work(1, 8), work(2, 8, due=MONDAY + 8 * HOUR)], [worker("a")])
    assert found.late == ()
    assert by_id(found)[2].start == MONDAY


def test_of_two_that_cannot_both_be_in_time_the_urgent_one_is() -> None:
    due = MONDAY + 8 * HOUR
    found = planned([work(1, 8, priority=4, due=due), work(2, 8, priority=1, due=due)], [worker("a")])
    assert found.late == ((1, by_id(found)[1].finish - due),)
    assert found.gap == 0


def test_more_work_than_time_places_as_many_as_possible() -> None:
    works = [work(1, 30, priority=1), work(2, 9), work(3, 9), work(4, 9), work(5, 9)]
    found = planned(works, [worker("a")])
    assert found.left_out == ((1, "full"),)
    assert found.gap == 0


def test_a_capacity_is_kept_week_by_week() -> None:
    team = [replace(worker("a", capacity=10 * 60), windows=(*week(), *week((7, 8, 9, 10, 11))))]
    found = by_id(planned([work(1, 8), work(2, 8)], team))
    assert max(one.finish for one in found.values()) == MONDAY + 7 * DAY + 6 * HOUR


def test_what_waits_for_another_starts_when_that_is_finished_whoever_does_it() -> None:
    works = [work(1, 10, skills=frozenset({"x"})), work(2, 2, skills=frozenset({"y"}), after=frozenset({1, 99}))]
    found = by_id(planned(works, [worker("a", "x"), worker("b", "y")]))
    assert found[2].start == found[1].finish


@pytest.mark.parametrize(
    ("works", "left_out"),
    [
        ([work(1, 1, skills=frozenset({"z"}))], ((1, "skills"),)),
        ([work(1, 1, assignee="nobody")], ((1, "assignee"),)),
        ([work(1, 99)], ((1, "windows"),)),
        ([work(1, 99), work(2, 1, after=frozenset({1}))], ((1, "windows"), (2, "after"))),
        ([work(1, 1, assignee="nobody", begun=True, start=MONDAY)], ((1, "assignee"),)),
        (
            [work(1, 99, assignee="a", begun=True, start=MONDAY), work(2, 1, assignee="a")],
            ((1, "windows"), (2, "full")),
        ),
    ],
)
def test_what_has_no_place_is_left_out_with_the_reason(
    works: list[Work], left_out: tuple[tuple[int, str], ...]
) -> None:
    assert planned(works, [worker("a", "x")]).left_out == left_out


def test_works_that_wait_for_each_other_are_named() -> None:
    works = [
        work(1, 1, after=frozenset({3})),
        work(2, 1, after=frozenset({1})),
        work(3, 1, after=frozenset({2})),
        work(4, 1),
    ]
    with pytest.raises(Circular) as circular:
        plan(works, [worker("a")], MONDAY)
    ids = circular.value.ids
    assert sorted(ids) == [1, 2, 3]
    after = {one.id: one.after for one in works}
    assert all(second in after[first] for first, second in pairwise((*ids, ids[0])))


def test_what_has_begun_stays_and_others_come_behind_it() -> None:
    now = MONDAY + 4 * HOUR
    works = [work(1, 10, assignee="a", begun=True, start=MONDAY), work(2, 1, assignee="a", due=now + HOUR)]
    found = by_id(planned(works, [worker("a"), worker("b")], now))
    assert (found[1].start, found[1].finish) == (MONDAY, MONDAY + DAY + 2 * HOUR)
    assert found[2].start == found[1].finish


def test_of_two_begun_the_later_is_finished_behind_the_earlier() -> None:
    works = [
        work(1, 4, assignee="a", begun=True, start=MONDAY),
        work(2, 2, assignee="a", begun=True, start=MONDAY + HOUR),
    ]
    found = by_id(planned(works, [worker("a")], MONDAY + 2 * HOUR))
    assert found[2].start == MONDAY + HOUR
    assert found[2].finish == MONDAY + 6 * HOUR


def test_a_start_to_come_is_the_earliest() -> None:
    found = by_id(planned([work(1, 1, start=MONDAY + 30 * HOUR)], [worker("a")]))
    assert found[1].start == MONDAY + 30 * HOUR


def test_loads_are_even_when_nothing_else_matters() -> None:
    found = planned([work(id, 4) for id in range(1, 7)], [worker("a"), worker("b")])
    assert sorted(one.worker for one in found.placed) == ["a"] * 3 + ["b"] * 3


def test_nothing_to_do_and_nobody_there_are_plans_too() -> None:
    assert planned([], [worker("a")]).placed == ()
    assert planned([], []).placed == ()
    assert planned([work(1, 1)], []).left_out == ((1, "skills"),)
    assert planned([work(1, 1)], [Worker("a", NONE, ())]).left_out == ((1, "windows"),)


def test_a_plan_that_still_holds_is_kept() -> None:
    works = [work(id, 3 + id % 3, due=MONDAY + 4 * DAY) for id in range(1, 13)]
    team = [worker("a"), worker("b")]
    first = planned(works, team)
    again = planned(works, team, previous=first)
    assert again.moved == frozenset()


def test_a_slip_moves_little() -> None:
    works = [work(id, 4) for id in range(1, 21)]
    team = [replace(worker(id), windows=(*week(), *week((7, 8, 9, 10, 11)))) for id in "abc"]
    first = planned(works, team)
    slipped = first.placed[0].work
    longer = [replace(one, minutes=one.minutes * 3 // 2) if one.id == slipped else one for one in works]
    again = planned(longer, team, previous=first)
    assert len(again.moved - {slipped}) <= 1


def test_faults_are_seen() -> None:
    team = [worker("a", "x"), worker("b", days=(1,))]
    works = [
        work(1, 2, skills=frozenset({"x"})),
        work(2, 2, after=frozenset({1})),
        work(3, 2, assignee="a", begun=True, start=MONDAY - HOUR),
        work(4, 1, due=MONDAY),
        work(5, 1),
    ]
    found = Plan(
        (
            Placed(1, "b", MONDAY + DAY, MONDAY + DAY + 2 * HOUR),
            Placed(2, "a", MONDAY, MONDAY + HOUR),
            Placed(3, "a", MONDAY, MONDAY + 2 * HOUR),
            Placed(4, "a", MONDAY - HOUR, MONDAY + HOUR),
            Placed(6, "c", MONDAY, MONDAY + HOUR),
        ),
        (), (), 0.0, 0.0, frozenset(),
    )  # fmt: skip
    assert set(faults(found, works, team)) >= {
        Fault("skills", 1), Fault("after", 2), Fault("minutes", 2), Fault("begun", 3), Fault("windows", 4),
        Fault("late", 4), Fault("lost", 5), Fault("unknown", 6), Fault("overlap", 2),
    }  # fmt: skip


@st.composite
def backlogs(draw: st.DrawFn) -> tuple[list[Work], list[Worker]]:
    team = []
    for id in draw(st.sampled_from(("a", "ab", "abc"))):
        days = sorted(draw(st.sets(st.integers(0, 13), max_size=10)))
        begin = draw(st.sampled_from((0, 3, -8)))
        windows = week(tuple(days), begin, begin + draw(st.integers(1, 9)))
        skills = frozenset(draw(st.sets(st.sampled_from("xy"))))
        team.append(Worker(id, skills, windows, draw(st.none() | st.integers(0, 2400))))
    works = []
    for id in range(1, draw(st.integers(0, 8)) + 1):
        begun = draw(st.booleans()) and draw(st.booleans())
        start = draw(st.none() | st.integers(-48, 200).map(lambda hours: MONDAY + hours * HOUR))
        works.append(
            Work(
                id,
                draw(st.integers(1, 900)),
                draw(st.integers(1, 4)),
                frozenset(draw(st.sets(st.sampled_from("xyz"), max_size=1))),
                draw(st.none() | st.floats(-1e5, 2e6).map(lambda seconds: MONDAY + seconds)),
                frozenset(draw(st.sets(st.integers(1, id), max_size=2))) - {id},
                draw(st.none() | st.sampled_from("abd")),
                begun,
                start,
            )
        )
    return works, team


@given(backlogs(), st.floats(-3e5, 6e5))
@settings(max_examples=40, deadline=None)
def test_every_plan_is_valid(backlog: tuple[list[Work], list[Worker]], after: float) -> None:
    works, team = backlog
    first = plan(works, team, MONDAY, seconds=0.3)
    assert faults(first, works, team) == []
    later = plan(works, team, MONDAY + after, seconds=0.2, previous=first)
    assert faults(later, works, team) == []
    assert all(one.start >= MONDAY + after for one in later.placed if not in_progress(works, one.work))


def in_progress(works: list[Work], id: int) -> bool:
    return next(one.pinned for one in works if one.id == id)


@given(backlogs())
def test_works_stand_behind_what_they_wait_for(backlog: tuple[list[Work], list[Worker]]) -> None:
    seen: set[int] = set()
    for one in in_order(backlog[0]):
        assert one.after <= seen | {one.id} | (one.after - {two.id for two in backlog[0]})
        seen.add(one.id)
