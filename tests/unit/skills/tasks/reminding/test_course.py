"""A task's way from reminder to reminder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.hours.reminders import BEFORE, DUE, moments
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence
from skills.tasks.reminding.course import Course, Deadline, aged, begin, resume, snooze, step
from skills.tasks.reminding.working import KINDS, Working

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Working(WorkingWeek(), BERLIN)
MONDAY = datetime(2026, 12, 7, 10, tzinfo=BERLIN).timestamp()
NEVER = Working(WorkingWeek(days=((),) * 7), BERLIN)

workings = st.builds(
    Working,
    week=st.sampled_from(
        [WorkingWeek(), WorkingWeek(days=(((0, 300),), (), ((600, 1440),), (), (), ((480, 500),), ()))]
    ),
    zone=st.sampled_from([BERLIN, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/St_Johns")]),
    absences=st.sampled_from([(), (Absence(date(2026, 12, 9), date(2026, 12, 20)),)]),
    reminders=st.frozensets(st.sampled_from(sorted(KINDS))),
)
deadlines = st.builds(
    Deadline,
    at=st.none() | st.floats(MONDAY - 30 * 86_400, MONDAY + 30 * 86_400),
    whole_day=st.booleans(),
    made_at=st.floats(MONDAY - 20 * 86_400, MONDAY),
    assigned=st.booleans(),
)


@given(sent=st.integers(0, 50), waking=st.booleans(), at=st.none() | st.floats(0, 1e10))
def test_a_course_is_kept_in_two_columns(sent: int, waking: bool, at: float | None) -> None:
    course = Course(at, sent, waking)
    assert Course.read(at, course.reminded) == course


@given(deadline=deadlines, working=workings, pauses=st.lists(st.floats(0, 20 * 86_400), max_size=15))
def test_every_wanted_reminder_is_told_once_or_passed_over_by_a_later_one(
    deadline: Deadline, working: Working, pauses: list[float]
) -> None:
    now = MONDAY
    course = begin(deadline, working, now)
    told: list[tuple[int, float]] = []
    for pause in pauses:
        now += pause
        if course.at is None or course.at > now:
            continue
        taken = step(course, deadline, working, now)
        if taken.told is not None:
            assert working.allows(now)
            told.append((taken.course.sent, now))
        else:
            assert taken.course.sent == course.sent
        assert taken.course.at is None or taken.course.at > now
        course = taken.course
    stages = [stage for stage, _ in told]
    assert stages == sorted(set(stages))
    if not deadline.assigned:
        assert set(stages) <= {DUE}
    if not working.reminders or deadline.at is None:
        assert not told


@given(deadline=deadlines, working=workings)
def test_what_is_past_when_a_task_is_made_is_not_told(deadline: Deadline, working: Working) -> None:
    course = begin(deadline, working, MONDAY)
    assert course.at is None or course.at > MONDAY


@given(deadline=deadlines, working=workings, sent=st.integers(0, 4), after=st.floats(0, 40 * 86_400))
def test_the_age_of_a_task_is_left_out_only_where_it_changes_nothing(
    deadline: Deadline, working: Working, sent: int, after: float
) -> None:
    course = Course(MONDAY, sent)
    young = step(course, deadline, working, MONDAY + after)
    assert step(course, aged(deadline, working), working, MONDAY + after) == young


@given(working=workings, until=st.floats(MONDAY, MONDAY + 30 * 86_400), deadline=deadlines)
def test_a_snooze_ends_at_a_working_moment_and_is_told_once(working: Working, until: float, deadline: Deadline) -> None:
    course = snooze(begin(deadline, working, MONDAY), until, working)
    if course.at is None:
        assert not working.reminders
        return
    assert course.at >= until
    assert working.allows(course.at)
    taken = step(course, deadline, working, course.at)
    assert taken.told == "snoozed"
    assert not taken.course.waking


def test_a_snooze_swallows_what_came_due_meanwhile() -> None:
    due = MONDAY + 3600
    deadline = Deadline(due, False, MONDAY - 1e6, assigned=True)
    course = snooze(begin(deadline, OFFICE, MONDAY), due + 3600, OFFICE)
    taken = step(course, deadline, OFFICE, due + 3600)
    assert (taken.told, taken.course.sent) == ("snoozed", DUE)
    [following] = [one for one in moments(due, False, 0.0, OFFICE.week, BERLIN, ()) if one.stage == DUE + 1]
    assert taken.course.at == following.at


def test_without_a_snooze_what_came_due_comes_at_the_next_working_moment() -> None:
    deadline = Deadline(MONDAY - 60, False, MONDAY - 1e6, assigned=True)
    assert resume(Course(None, BEFORE), deadline, OFFICE, MONDAY) == Course(MONDAY, BEFORE)
    night = MONDAY + 12 * 3600
    tomorrow = (datetime.fromtimestamp(MONDAY, BERLIN) + timedelta(days=1)).replace(hour=9).timestamp()
    assert resume(Course(None, BEFORE), deadline, OFFICE, night) == Course(tomorrow, BEFORE)


def test_who_never_works_is_never_reminded() -> None:
    deadline = Deadline(MONDAY + 3600, False, MONDAY, assigned=True)
    assert begin(deadline, NEVER, MONDAY).at is None
    assert snooze(Course(None, 0), MONDAY, NEVER).at is None
    assert step(Course(MONDAY, 0), deadline, NEVER, MONDAY) == step(Course(None, 0), deadline, NEVER, MONDAY)
    assert step(Course(MONDAY, 0), deadline, NEVER, MONDAY).course.at is None


def test_what_comes_soon_is_told_along_at_its_own_kind() -> None:
    deadline = Deadline(MONDAY + 200, False, MONDAY - 1e6, assigned=True)
    assert step(Course(MONDAY + 200, BEFORE), deadline, OFFICE, MONDAY, ahead=200.0).told == "due"
    assert step(Course(MONDAY + 200, BEFORE), deadline, OFFICE, MONDAY).told is None


def test_who_is_not_to_be_disturbed_keeps_it_for_afterwards() -> None:
    deadline = Deadline(MONDAY, False, MONDAY - 1e6, assigned=True)
    later = step(Course(MONDAY, BEFORE), deadline, OFFICE, MONDAY, quiet=MONDAY + 3600)
    assert (later.told, later.course) == (None, Course(MONDAY + 3600, BEFORE))
    assert step(later.course, replace(deadline), OFFICE, MONDAY + 3600).told == "due"
