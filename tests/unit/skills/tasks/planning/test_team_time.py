"""Working time as a line of minutes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.planning.problem import Worker
from skills.tasks.planning.team_time import Calendar, TeamTime, given_minutes, merged

MONDAY = 1_772_434_800.0  # 2026-03-02 07:00 UTC
HOUR = 3600.0
DAY = 24 * HOUR


def days(hours: float, number: int = 5, first: float = MONDAY) -> tuple[tuple[float, float], ...]:
    return tuple((first + day * DAY, first + day * DAY + hours * HOUR) for day in range(number))


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=16)))
    return merged(zip(cuts[::2], cuts[1::2], strict=False))


def test_a_week_gives_its_first_minutes_up_to_the_capacity() -> None:
    worker = Worker("a", frozenset(), (*days(8), *days(8, first=MONDAY + 7 * DAY)), capacity=20 * 60)
    found = given_minutes(worker)
    assert sum(end - begin for begin, end in found) == 2 * 20 * 60
    assert [(end - begin) / 60 for begin, end in found] == [8, 8, 4, 8, 8, 4]


def test_seconds_beside_whole_minutes_are_not_worked() -> None:
    worker = Worker("a", frozenset(), ((MONDAY + 1, MONDAY + 181),))
    assert given_minutes(worker) == ((MONDAY // 60 + 1, MONDAY // 60 + 3),)


def test_a_monday_in_auckland_counts_to_the_week_it_begins() -> None:
    # Monday 2026-03-02 09:00 in Auckland is Sunday 20:00 UTC.
    sunday = MONDAY - 11 * HOUR
    worker = Worker("a", frozenset(), days(8, first=sunday), capacity=40 * 60)
    assert sum(end - begin for begin, end in given_minutes(worker)) == 40 * 60


@given(spans(), st.integers(0, 450))
def test_places_go_there_and_back(windows: tuple[tuple[int, int], ...], now: int) -> None:
    line = TeamTime.of(windows, now * 60.0)
    assert line.length == sum(max(0, end - max(begin, now)) for begin, end in windows)
    for place in range(line.length):
        begins = line.begins(place)
        assert line.place_of(begins) == place
        assert line.ends(place + 1) == begins + 60
        assert any(begin * 60 <= begins < end * 60 for begin, end in windows)


@given(spans(), st.integers(0, 450), st.integers(1, 60))
def test_work_is_fitted_into_the_first_minutes_there_are(
    windows: tuple[tuple[int, int], ...], earliest: int, minutes: int
) -> None:
    calendar = Calendar.of(windows)
    there = [minute for begin, end in windows for minute in range(begin, end) if minute >= earliest]
    expected = (there[0], there[minutes - 1] + 1) if len(there) >= minutes else None
    assert calendar.fitted(earliest, minutes) == expected


@given(spans(), st.integers(0, 450))
def test_own_minutes_are_counted_up_to_a_place(windows: tuple[tuple[int, int], ...], place: int) -> None:
    there = [minute for begin, end in windows for minute in range(begin, end)]
    assert Calendar.of(windows).own(place) == sum(minute < place for minute in there)
