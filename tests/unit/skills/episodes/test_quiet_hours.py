"""Quiet hours in wall time, over midnight and on the days when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skills.local_time import moment
from skills.monitor.episodes import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)


def wall(text: str, fold: int = 0) -> float:
    """Returns the moment of a wall time in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-12-01T21:59", None),
        ("2026-12-01T22:00", "2026-12-02T07:00"),
        ("2026-12-02T00:00", "2026-12-02T07:00"),
        ("2026-12-02T06:59", "2026-12-02T07:00"),
        ("2026-12-02T07:00", None),
    ],
)
def test_hours_over_midnight_hold_from_their_start_until_before_their_end(at: str, until: str | None) -> None:
    quiet = QuietHours(time(22), time(7), "Europe/Berlin")
    assert quiet.until(wall(at)) == (wall(until) if until else None)


def test_hours_within_a_day_hold_on_that_day() -> None:
    quiet = QuietHours(time(12), time(13, 30), "Europe/Berlin")
    assert quiet.until(wall("2026-12-01T13:29")) == wall("2026-12-01T13:30")
    assert quiet.until(wall("2026-12-01T11:59")) is None
    assert quiet.until(wall("2026-12-01T13:30")) is None


def test_an_end_that_the_clocks_skip_is_the_moment_of_the_skip() -> None:
    quiet = QuietHours(time(22), time(2, 30), "Europe/Berlin")
    assert quiet.until(wall("2026-03-29T01:59")) == wall("2026-03-29T03:00")
    assert quiet.until(wall("2026-03-29T03:00")) is None


def test_an_end_that_comes_twice_ends_the_quiet_hours_once() -> None:
    quiet = QuietHours(time(22), time(2, 30), "Europe/Berlin")
    assert quiet.until(wall("2026-10-25T02:29")) == wall("2026-10-25T02:30")
    assert quiet.until(wall("2026-10-25T02:45")) is None
    assert quiet.until(wall("2026-10-25T02:15", fold=1)) is None


def test_quiet_hours_that_end_when_they_start_are_refused() -> None:
    with pytest.raises(ValueError, match="quiet"):
        QuietHours(time(8), time(8), "Europe/Berlin")


times = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(st.sampled_from(ZONES), st.dates(date(2015, 1, 2), date(2030, 12, 30)), times)
def test_a_moment_shows_its_wall_time_or_the_first_valid_one_after_it(zone: str, day: date, at: time) -> None:
    where = ZoneInfo(zone)
    found = moment(day, at, where)
    shown = datetime.fromtimestamp(found, UTC).astimezone(where)
    asked = datetime.combine(day, at)
    if shown.replace(tzinfo=None) == asked:
        assert shown.fold == 0
    else:
        before = datetime.fromtimestamp(found - 1, UTC).astimezone(where).replace(tzinfo=None)
        assert before < asked < shown.replace(tzinfo=None)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ZONES), st.integers(1_420_200_000, 1_924_900_000), times, times)
def test_quiet_hours_end_once_a_day_whatever_the_clocks_do(zone: str, begin: int, start: time, end: time) -> None:
    assume(start != end)
    quiet = QuietHours(start, end, zone)
    moments = [begin + 600 * step for step in range(3 * 144)]
    held = [(one, until) for one in moments if (until := quiet.until(one)) is not None]
    assert all(one < until for one, until in held)
    ends = sorted({until for _, until in held})
    assert all(later - earlier >= 22 * 3600 for earlier, later in pairwise(ends))
