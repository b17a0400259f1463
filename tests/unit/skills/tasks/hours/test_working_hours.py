"""Working hours as moments, on days when the clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from skills.tasks.hours.week import MINUTES, WorkingWeek
from skills.tasks.hours.working import (
    HORIZON_DAYS,
    Absence,
    add_working_minutes,
    intervals,
    is_working,
    next_working_moment,
    working_minutes,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingWeek()
NIGHTS = WorkingWeek(days=(((0, 360), (1320, 1440)),) * 7)
ALWAYS = WorkingWeek(days=(((0, MINUTES),),) * 7)
NEVER = WorkingWeek(days=((),) * 7)

ZONES = st.sampled_from(
    ["Europe/Berlin", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "UTC"]
).map(ZoneInfo)
SPANS = st.lists(st.integers(0, MINUTES), max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[0::2], sorted(edges)[1::2], strict=False))
)
WEEKS = st.lists(SPANS, min_size=7, max_size=7).map(lambda days: WorkingWeek(days=tuple(days)))
ABSENCES = st.lists(
    st.builds(
        lambda first, days: Absence(first, first + timedelta(days=days)),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(0, 20),
    ),
    max_size=3,
)
MOMENTS = st.integers(
    int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
)


def wall(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


def test_a_week_has_its_hours_and_no_more() -> None:
    found = intervals(OFFICE, BERLIN, (), wall("2026-12-04T12:00"), wall("2026-12-07T10:00"))
    assert found == (
        (wall("2026-12-04T12:00"), wall("2026-12-04T17:00")),
        (wall("2026-12-07T09:00"), wall("2026-12-07T10:00")),
    )


def test_an_absent_day_has_no_hours() -> None:
    away = (Absence(date(2026, 12, 7), date(2026, 12, 8)),)
    assert next_working_moment(OFFICE, BERLIN, away, wall("2026-12-04T18:00")) == wall("2026-12-09T09:00")
    assert working_minutes(OFFICE, BERLIN, away, wall("2026-12-07"), wall("2026-12-12")) == 3 * 480


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    assert working_minutes(NIGHTS, BERLIN, (), wall("2026-03-28T12:00"), wall("2026-03-29T12:00")) == 7 * 60
    assert working_minutes(NIGHTS, BERLIN, (), wall("2026-10-24T12:00"), wall("2026-10-25T12:00")) == 9 * 60
    assert len(intervals(NIGHTS, BERLIN, (), wall("2026-10-24T12:00"), wall("2026-10-25T12:00"))) == 1


def test_hours_that_the_clocks_skip_are_none() -> None:
    early = WorkingWeek(days=(((130, 170), (240, 300)),) * 7)
    found = intervals(early, BERLIN, (), wall("2026-03-29"), wall("2026-03-29T23:00"))
    assert found == ((wall("2026-03-29T04:00"), wall("2026-03-29T05:00")),)


def test_working_minutes_pause_over_the_weekend() -> None:
    assert add_working_minutes(OFFICE, BERLIN, (), wall("2026-12-04T16:30"), 60) == wall("2026-12-07T09:30")
    assert add_working_minutes(OFFICE, BERLIN, (), wall("2026-12-04T16:30"), 30) == wall("2026-12-04T17:00")
    assert add_working_minutes(OFFICE, BERLIN, (), wall("2026-12-05T12:00"), 0) == wall("2026-12-07T09:00")


def test_a_working_time_holds_its_begin_and_not_its_end() -> None:
    assert is_working(OFFICE, BERLIN, (), wall("2026-12-04T09:00"))
    assert not is_working(OFFICE, BERLIN, (), wall("2026-12-04T17:00"))
    assert not is_working(OFFICE, BERLIN, (), wall("2026-12-05T12:00"))


def test_somebody_who_never_works_has_no_next_moment() -> None:
    forever = (Absence(date(2020, 1, 1), date(2090, 1, 1)),)
    for week, absences in ((NEVER, ()), (OFFICE, forever)):
        assert next_working_moment(week, BERLIN, absences, wall("2026-12-04")) is None
        assert add_working_minutes(week, BERLIN, absences, wall("2026-12-04"), 1) is None
        assert working_minutes(week, BERLIN, absences, wall("2026-12-04"), wall("2027-12-04")) == 0


def test_more_minutes_than_the_horizon_holds_are_never_done() -> None:
    assert add_working_minutes(ALWAYS, BERLIN, (), wall("2026-12-04"), HORIZON_DAYS * MINUTES * 2) is None


@pytest.mark.parametrize(
    ("day", "key"),
    [(((540, 540),), "hours_order"), (((0, 1441),), "hours_order"), (((540, 720), (700, 800)), "hours_order")],
)
def test_spans_that_overlap_or_leave_the_day_are_refused(day: tuple[tuple[int, int], ...], key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        WorkingWeek(days=(day, *OFFICE.days[1:]))


def test_a_week_of_six_days_is_refused() -> None:
    with pytest.raises(ValidationError, match="hours_days"):
        WorkingWeek(days=OFFICE.days[:6])


@given(WEEKS)
def test_a_week_comes_back_from_json(week: WorkingWeek) -> None:
    assert WorkingWeek.model_validate_json(week.model_dump_json()) == week


@settings(max_examples=100, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MOMENTS, st.integers(0, 20 * 86_400))
def test_intervals_are_sorted_disjoint_and_within_what_was_asked(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], start: int, length: int
) -> None:
    found = intervals(week, zone, absences, start, start + length)
    assert all(start <= begin < end <= start + length for begin, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    for begin, end in found:
        assert is_working(week, zone, absences, begin)
        assert is_working(week, zone, absences, end - 1)


@settings(max_examples=100, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MOMENTS)
def test_wall_clock_and_intervals_agree_wherever_the_clocks_stand_still(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], at: int
) -> None:
    offsets = {datetime.fromtimestamp(at + hours * 3_600, zone).utcoffset() for hours in range(-30, 31)}
    if len(offsets) > 1:
        return
    local = datetime.fromtimestamp(at, zone)
    minute = local.hour * 60 + local.minute
    away = any(one.first <= local.date() <= one.last for one in absences)
    within = any(begin <= minute < end for begin, end in week.days[local.weekday()])
    assert is_working(week, zone, absences, at) == (within and not away)


@settings(max_examples=100, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MOMENTS, st.integers(0, 3_000))
def test_minutes_added_are_the_minutes_between(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], start: int, minutes: int
) -> None:
    end = add_working_minutes(week, zone, absences, start, minutes)
    if end is not None:
        assert working_minutes(week, zone, absences, start, end) == pytest.approx(minutes)


@settings(max_examples=100, deadline=None)
@given(WEEKS, ZONES, ABSENCES, MOMENTS)
def test_the_next_working_moment_has_no_working_time_before_it(
    week: WorkingWeek, zone: ZoneInfo, absences: list[Absence], at: int
) -> None:
    following = next_working_moment(week, zone, absences, at)
    if following is None:
        assert not week.minutes
    else:
        assert is_working(week, zone, absences, following)
        assert working_minutes(week, zone, absences, at, following) == 0
