"""When a reminder comes: before, due and overdue, in working hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_working_hours import ABSENCES, WEEKS, ZONES

from skills.tasks.hours.reminders import MONTHS, OVERDUE_DAYS, Reminder, moments, next_reminder
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence, is_working

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingWeek()
MADE = st.integers(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()))


def wall(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def shown(reminders: list[Reminder]) -> list[str]:
    return [f"{one.kind} {datetime.fromtimestamp(one.at, BERLIN):%a %m-%d %H:%M}" for one in reminders]


def first(due: str, made: str, number: int, whole_day: bool = False, absences: tuple[Absence, ...] = ()) -> list[str]:
    return shown(list(islice(moments(wall(due), whole_day, wall(made), OFFICE, BERLIN, absences), number)))


def test_the_working_day_before_the_due_time_and_rarer_ones_after() -> None:
    assert first("2026-12-04T15:00", "2026-12-01T10:00", 8) == [
        "before Thu 12-03 09:00",
        "due Fri 12-04 15:00",
        "overdue Mon 12-07 09:00",
        "overdue Tue 12-08 09:00",
        "overdue Thu 12-10 09:00",
        "overdue Wed 12-16 09:00",
        "overdue Mon 12-28 09:00",
        "overdue Thu 01-28 09:00",
    ]


@pytest.mark.parametrize(
    ("made", "reminders"),
    [
        ("2026-12-04T10:00", ["before Fri 12-04 13:00", "due Fri 12-04 15:00"]),
        ("2026-12-04T13:30", ["due Fri 12-04 15:00", "overdue Mon 12-07 09:00"]),
        ("2026-12-03T12:00", ["before Fri 12-04 13:00", "due Fri 12-04 15:00"]),
    ],
)
def test_two_hours_before_when_it_is_due_soon_and_not_when_it_is_younger(made: str, reminders: list[str]) -> None:
    assert first("2026-12-04T15:00", made, 2) == reminders


def test_on_monday_morning_the_two_hours_before_are_the_begin_of_work() -> None:
    assert first("2026-12-07T09:30", "2026-12-04T12:00", 2) == ["before Mon 12-07 09:00", "due Mon 12-07 09:30"]


def test_what_is_due_outside_working_hours_is_told_in_the_last_minute_before() -> None:
    assert first("2026-12-05T12:00", "2026-12-01T10:00", 2) == ["before Fri 12-04 09:00", "due Fri 12-04 16:59"]
    assert first("2026-12-04T17:00", "2026-12-01T10:00", 2) == ["before Thu 12-03 09:00", "due Fri 12-04 16:59"]


def test_what_is_made_and_due_outside_working_hours_is_told_when_work_begins() -> None:
    found = first("2026-12-05T12:00", "2026-12-04T20:00", 2)
    assert found == ["due Mon 12-07 09:00", "overdue Tue 12-08 09:00"]


def test_a_whole_day_is_told_when_work_begins() -> None:
    found = first("2026-12-04", "2026-12-01T10:00", 3, whole_day=True)
    assert found == ["before Thu 12-03 09:00", "due Fri 12-04 09:00", "overdue Mon 12-07 09:00"]


def test_a_whole_day_that_is_made_on_the_day_is_told_before_work_ends() -> None:
    assert first("2026-12-04", "2026-12-04T11:00", 1, whole_day=True) == ["due Fri 12-04 16:59"]
    assert first("2026-12-04", "2026-12-04T18:00", 1, whole_day=True) == ["due Mon 12-07 09:00"]


def test_the_end_of_a_whole_day_is_the_same_day() -> None:
    assert first("2026-12-04T23:59:59", "2026-12-01T10:00", 3, whole_day=True) == first(
        "2026-12-04", "2026-12-01T10:00", 3, whole_day=True
    )


def test_nobody_is_reminded_while_away() -> None:
    away = (Absence(date(2026, 12, 4), date(2026, 12, 20)),)
    found = first("2026-12-07T09:30", "2026-12-01T12:00", 4, absences=away)
    assert found == [
        "before Thu 12-03 09:00",
        "due Thu 12-03 16:59",
        "overdue Mon 12-21 09:00",
        "overdue Tue 12-22 09:00",
    ]


def test_the_next_reminder_is_the_one_after_the_stage_that_was_sent() -> None:
    due, made = wall("2026-12-04T15:00"), wall("2026-12-01T10:00")
    stages = [next_reminder(due, False, made, OFFICE, BERLIN, (), sent) for sent in range(3)]
    assert [one and one.kind for one in stages] == ["before", "due", "overdue"]
    assert [one and one.stage for one in stages] == [1, 2, 3]


def test_of_missed_reminders_only_the_last_is_sent_when_work_begins() -> None:
    due, made = wall("2026-12-04T15:00"), wall("2026-12-01T10:00")
    found = next_reminder(due, False, made, OFFICE, BERLIN, (), 0, wall("2026-12-08T20:00"))
    assert found == Reminder(wall("2026-12-09T09:00"), "overdue", 4)
    assert next_reminder(due, False, made, OFFICE, BERLIN, (), 4, wall("2026-12-09T09:00")) == Reminder(
        wall("2026-12-10T09:00"), "overdue", 5
    )


def test_somebody_who_never_works_is_never_reminded() -> None:
    never = WorkingWeek(days=((),) * 7)
    assert next_reminder(wall("2026-12-04T15:00"), False, wall("2026-12-01"), never, BERLIN, ()) is None


@settings(max_examples=100, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MADE, st.integers(-2 * 86_400, 30 * 86_400), st.booleans())
def test_reminders_come_in_order_in_working_hours_and_come_to_an_end(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], made: int, after: int, whole_day: bool
) -> None:
    found = list(moments(made + after, whole_day, made, week, zone, absences))
    assert len(found) <= 2 + len(OVERDUE_DAYS) + MONTHS
    assert all(before.at < later.at and before.stage < later.stage for before, later in pairwise(found))
    assert all(made < one.at and is_working(week, zone, absences, one.at) for one in found)


@settings(max_examples=50, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MADE, st.integers(86_400, 30 * 86_400))
def test_what_is_due_at_a_working_moment_is_told_at_it(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], made: int, after: int
) -> None:
    if is_working(week, zone, absences, made + after):
        due = [one.at for one in moments(made + after, False, made, week, zone, absences) if one.kind == "due"]
        assert due == [made + after]


@settings(max_examples=50, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MADE, st.integers(0, 30 * 86_400))
def test_sending_stage_by_stage_sends_all_moments_once(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], made: int, after: int
) -> None:
    wanted = list(moments(made + after, False, made, week, zone, absences))
    sent: list[Reminder] = []
    while one := next_reminder(made + after, False, made, week, zone, absences, sent[-1].stage if sent else 0):
        sent.append(one)
    assert sent == wanted


def test_a_reminder_before_is_never_for_a_task_that_was_made_later() -> None:
    made = wall("2026-12-04T13:00") + timedelta(seconds=1).total_seconds()
    kinds = [one.kind for one in islice(moments(wall("2026-12-04T15:00"), False, made, OFFICE, BERLIN, ()), 2)]
    assert kinds == ["due", "overdue"]
