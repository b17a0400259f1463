"""Which deadlines are missed, and the reasons told for it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from skills.tasks.planning.explaining import Missed, Reason, missed
from skills.tasks.planning.plan import plan
from skills.tasks.planning.problem import Work, Worker
from skills.tasks.planning.reaching import usual_windows

MONDAY = 1_772_434_800.0  # 2026-03-02 07:00 UTC
HOUR = 3600.0
DAY = 24 * HOUR


def week(first: int = 0, absent: tuple[int, ...] = ()) -> tuple[tuple[float, float], ...]:
    days = (day for start in (0, 7, 14) for day in range(start, start + 5))
    return tuple(
        (MONDAY + day * DAY, MONDAY + day * DAY + 8 * HOUR) for day in days if day >= first and day not in absent
    )


def worker(id: str, skills: str = "", absent: tuple[int, ...] = (), capacity: int | None = None) -> Worker:
    return Worker(id, frozenset(skills.split()), week(absent=absent), capacity)


def work(id: int, hours: float, due_hours: float | None = None, **more: object) -> Work:
    fields = {"priority": 3, "due": None if due_hours is None else MONDAY + due_hours * HOUR, **more}
    return Work(id, round(60 * hours), **fields)  # type: ignore[arg-type]


def explained(works: list[Work], team: list[Worker]) -> dict[int, Missed]:
    found = plan(works, team, MONDAY, seconds=5.0)
    return {one.work: one for one in missed(found, works, team, MONDAY, seconds=5.0)}


def test_in_time_nothing_is_told() -> None:
    assert explained([work(1, 2, 8)], [worker("a")]) == {}


def test_more_effort_than_time_left() -> None:
    found = explained([work(1, 12, 8)], [worker("a")])
    assert found == {1: Missed(1, (Reason("effort", (1,), ("a",), 8 * 60),), True)}


def test_the_only_skilled_one_has_others_to_do() -> None:
    x = frozenset({"x"})
    works = [work(1, 6, 8, skills=x, priority=1), work(2, 4, 8, skills=x)]
    found = explained(works, [worker("a", "x"), worker("b")])
    assert found == {2: Missed(2, (Reason("skills", (1,), ("a",), 6 * 60),), True)}


def test_it_waits_for_another() -> None:
    works = [work(1, 12), work(2, 2, 13, after=frozenset({1}))]
    found = explained(works, [worker("a"), worker("b")])
    assert [(one.key, one.works) for one in found[2].reasons] == [("after", (1,))]
    assert found[2].settled


def test_a_weekly_capacity_is_too_small() -> None:
    found = explained([work(1, 12, 100)], [worker("a", capacity=10 * 60)])
    assert found == {1: Missed(1, (Reason("capacity", (), ("a",), 10 * 60),), True)}


def test_nobody_is_there_while_absent() -> None:
    found = explained([work(1, 4, 30)], [worker("a", absent=(0, 1))])
    assert found == {1: Missed(1, (Reason("windows", (), ("a",), 0),), True)}


def test_a_date_outside_all_working_times() -> None:
    found = explained([work(1, 1, 24)], [replace(worker("a"), windows=week(first=1))])
    assert [one.key for one in found[1].reasons] == ["windows"]


def test_a_date_that_is_over() -> None:
    assert explained([work(1, 1, -1)], [worker("a")]) == {1: Missed(1, (Reason("past"),), True)}


def test_people_assigned_it_to_somebody_who_is_busy() -> None:
    works = [work(1, 6, 8, assignee="a", priority=1), work(2, 4, 8, assignee="a")]
    found = explained(works, [worker("a"), worker("b")])
    assert found == {2: Missed(2, (Reason("pinned", (), ("a",)),), True)}


def test_what_has_no_place_is_told_by_its_key() -> None:
    found = explained([work(1, 1, 8, skills=frozenset({"z"})), work(2, 1, 8, assignee="nobody")], [worker("a")])
    assert found[1].reasons == (Reason("skills"),)
    assert found[2].reasons == (Reason("assignee", workers=("nobody",)),)


def test_what_has_begun_needs_longer_than_there_is_time() -> None:
    found = explained([work(1, 12, 8, assignee="a", begun=True, start=MONDAY)], [worker("a")])
    assert [one.key for one in found[1].reasons] == ["effort"]


def test_without_time_it_is_said_that_nothing_is_settled() -> None:
    x = frozenset({"x"})
    works = [work(1, 6, 8, skills=x, priority=1), work(2, 4, 8, skills=x)]
    team = [worker("a", "x")]
    found = missed(plan(works, team, MONDAY, seconds=0.5), works, team, MONDAY, seconds=0.0)
    assert [(one.work, one.settled) for one in found] == [(2, False)]


def test_the_usual_week_knows_no_absence() -> None:
    away = worker("a", absent=(1, 2))
    assert usual_windows(away, MONDAY, MONDAY + 19 * DAY) == week()


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_putting_the_reasons_aside_makes_the_deadline_reachable(data: st.DataObject) -> None:
    team = [worker("a", "x", capacity=data.draw(st.none() | st.integers(300, 2400))), worker("b", "x y"), worker("c")]
    skills = st.sampled_from((frozenset[str](), frozenset({"x"}), frozenset({"y"})))
    works = [
        work(
            id,
            data.draw(st.integers(1, 14)),
            data.draw(st.none() | st.integers(1, 120)),
            skills=data.draw(skills),
            after=frozenset(data.draw(st.sets(st.integers(1, max(1, id - 1)), max_size=1))) - {id},
            assignee=data.draw(st.sampled_from((None, None, "a", "b"))),
        )
        for id in range(1, data.draw(st.integers(1, 10)) + 1)
    ]
    for one in explained(works, team).values():
        keys = {reason.key for reason in one.reasons}
        target = next(two for two in works if two.id == one.work)
        if not one.settled or not keys or keys & {"past", "windows", "effort"}:
            continue
        taken = {id for reason in one.reasons if reason.key in ("skills", "taken") for id in reason.works}
        waits = {id for reason in one.reasons if reason.key == "after" for id in reason.works}
        freed = replace(
            target, priority=1, assignee=None if "pinned" in keys else target.assignee, after=target.after - waits
        )
        # Alone in the world, with the reasons gone, it is in time.
        limits = {id for reason in one.reasons if reason.key == "capacity" for id in reason.workers}
        people = [replace(two, capacity=None) if two.id in limits else two for two in team]
        assert taken | waits | limits or "pinned" in keys
        alone = plan([replace(freed, after=frozenset())], people, MONDAY, seconds=0.2)
        assert alone.late == ()
