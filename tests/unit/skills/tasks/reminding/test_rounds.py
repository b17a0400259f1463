"""When people are told of their day, and channels of their week."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence
from skills.tasks.reminding.rounds import Round, Weekly, is_still_due, next_day, schedule_day, schedule_week
from skills.tasks.reminding.working import Working

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Beirut"]


def at(written: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(written).replace(tzinfo=zone).timestamp()


class Scheduling:
    """Keeps what is scheduled, once a key."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Any, ...]] = {}

    async def schedule(
        self, skill: str, kind: str, key: str, due_at: datetime, team: str, payload: dict[str, Any]
    ) -> None:
        self.rows.setdefault(key, (skill, kind, due_at, team, payload))


def test_a_day_is_told_at_its_hour_on_days_that_are_worked() -> None:
    working = Working(WorkingWeek(), BERLIN, (Absence(date(2026, 12, 8), date(2026, 12, 9)),), day_at=8)
    assert next_day(working, at("2026-12-04T07:59")) == at("2026-12-04T08:00")
    assert next_day(working, at("2026-12-04T08:00")) == at("2026-12-07T08:00")
    assert next_day(working, at("2026-12-07T08:00")) == at("2026-12-10T08:00")


def test_nobody_is_told_who_switched_it_off_or_never_works() -> None:
    assert next_day(Working(WorkingWeek(), BERLIN), 0.0) is None
    assert next_day(Working(WorkingWeek(days=((),) * 7), BERLIN, day_at=9), 0.0) is None


@given(zone=st.sampled_from(ZONES), hour=st.integers(0, 23), start=st.floats(1_704_067_200, 1_956_528_000))
def test_each_working_day_is_told_once_through_the_changes_of_the_clocks(zone: str, hour: int, start: float) -> None:
    working = Working(WorkingWeek(), ZoneInfo(zone), day_at=hour)
    now = start
    told = []
    for _ in range(30):
        now = next_day(working, now) or 0.0
        told.append(datetime.fromtimestamp(now, ZoneInfo(zone)))
    days = [one.date() for one in told]
    expected = [days[0] + timedelta(days=step) for step in range((days[-1] - days[0]).days + 1)]
    assert days == [day for day in expected if day.weekday() < 5]
    # A skipped hour is told as the next valid minute.
    assert all(one.hour == hour or (one.hour - hour) % 24 == 1 for one in told)


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
    minutes=st.integers(0, 1439),
    start=st.floats(1_704_067_200, 1_956_528_000),
)
def test_a_week_is_told_once_a_week_at_its_wall_time(zone: str, weekday: int, minutes: int, start: float) -> None:
    weekly = Weekly(weekday, time(minutes // 60, minutes % 60), ZoneInfo(zone))
    now = start
    days = []
    for _ in range(60):
        later = weekly.after(now)
        assert 0 < later - now <= 7 * 86_400 + 7200
        now = later
        days.append(datetime.fromtimestamp(now, ZoneInfo(zone)).date())
    assert {day.weekday() for day in days} == {weekday}
    assert {(later - before).days for before, later in pairwise(days)} == {7}


def test_a_round_is_scheduled_once_and_comes_back_as_it_was() -> None:
    services: Any = Scheduling()
    working = Working(WorkingWeek(), BERLIN, day_at=8)
    weekly = Weekly(4, time(16), BERLIN)
    for _ in range(2):
        asyncio.run(schedule_day(services, "T1", "U2", working, at("2026-12-04T09:00")))
        asyncio.run(schedule_week(services, "T1", "C1", weekly, at("2026-12-04T09:00")))
    [day, week] = services.rows.values()
    assert day[:4] == ("tasks", "day", datetime(2026, 12, 7, 7, tzinfo=UTC), "T1")
    assert week[:4] == ("tasks", "week", datetime(2026, 12, 4, 15, tzinfo=UTC), "T1")
    assert Round.read(day[4]) == Round("U2", at("2026-12-07T08:00"), date(2026, 12, 7))
    assert Round.read(week[4]).key("week") == "week C1 2026-12-04"


@pytest.mark.parametrize(
    ("day_at", "now", "told"),
    [
        (8, "2026-12-07T08:00", True),
        (8, "2026-12-07T15:00", True),
        (8, "2026-12-08T00:30", False),
        (9, "2026-12-07T08:00", False),
        (None, "2026-12-07T08:00", False),
    ],
)
def test_a_round_is_told_unless_its_hour_was_changed_or_its_day_is_over(
    day_at: int | None, now: str, told: bool
) -> None:
    working = Working(WorkingWeek(), BERLIN, day_at=day_at)
    one = Round("U2", at("2026-12-07T08:00"), date(2026, 12, 7))
    assert is_still_due(one, BERLIN, next_day(working, one.at - 1), at(now)) is told
