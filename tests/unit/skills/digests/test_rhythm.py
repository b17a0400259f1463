"""When digests are due, by wall time."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.monitor.digests import Rhythm

BERLIN = ZoneInfo("Europe/Berlin")


def wall(text: str) -> float:
    """Returns the moment of a wall time in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-12-01T08:59", "2026-12-01T09:00"),
        ("2026-12-01T09:00", "2026-12-02T09:00"),
        ("2026-03-28T10:00", "2026-03-29T09:00"),
    ],
)
def test_a_daily_digest_is_due_at_its_hour_next(now: str, due: str) -> None:
    assert Rhythm("day", time(9), "Europe/Berlin").after(wall(now)) == wall(due)


def test_a_weekly_digest_is_due_on_its_weekday_and_tells_of_the_week_before() -> None:
    weekly = Rhythm("week", time(8, 30), "Europe/Berlin", weekday=4)
    due = weekly.after(wall("2026-10-23T08:30"))
    assert due == wall("2026-10-30T08:30")
    begin, end = weekly.period(due)
    assert (begin, end) == (wall("2026-10-23T08:30"), due)
    assert end - begin == 7 * 86_400 + 3_600


def test_an_hour_that_is_skipped_is_due_when_the_next_minute_begins_and_one_that_comes_twice_once() -> None:
    daily = Rhythm("day", time(2, 30), "Europe/Berlin")
    assert daily.after(wall("2026-03-29T01:00")) == wall("2026-03-29T03:00")
    first = daily.after(wall("2026-10-25T01:00"))
    assert first == wall("2026-10-25T02:30")
    assert daily.after(first) == wall("2026-10-26T02:30")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    st.sampled_from(["day", "week"]),
    st.times(),
    st.integers(0, 6),
    st.integers(1_420_200_000, 1_924_900_000),
)
def test_each_digest_begins_where_the_one_before_ended(zone: str, every: str, at: time, weekday: int, now: int) -> None:
    rhythm = Rhythm(every, at.replace(second=0, microsecond=0), zone, weekday)  # type: ignore[arg-type]
    due = rhythm.after(now)
    for _ in range(4):
        following = rhythm.after(due)
        assert rhythm.period(following) == (due, following)
        local = datetime.fromtimestamp(following, UTC).astimezone(ZoneInfo(zone))
        assert every == "day" or local.weekday() == weekday
        due = following
