"""When somebody is told of their day and a channel of its week: rows of the bot's `due` table, one after another.

Wall times of a zone: a time that the clocks skip is the next valid minute, one that comes twice its first occurrence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.base import Services
from skills.local_time import moment
from skills.reply import Json
from skills.tasks.actions import DAY, WEEK
from skills.tasks.hours.working import local_day, working_days
from skills.tasks.reminding.working import Working


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every week on one weekday (0 is Monday) at a wall time of a zone."""

    weekday: int
    at: time
    zone: ZoneInfo

    def after(self, moment_before: float) -> float:
        """Returns the first time after a moment (epoch seconds)."""
        today = local_day(moment_before, self.zone)
        first = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        times = (moment(first + timedelta(weeks=week), self.at, self.zone) for week in range(3))
        return next(at for at in times if at > moment_before)


@dataclass(frozen=True, slots=True)
class Round:
    """One time that somebody, or a channel, is told. `at` is when, in epoch seconds; `day` the local day of it."""

    whom: str
    at: float
    day: date

    @classmethod
    def read(cls, payload: Mapping[str, Json]) -> Round:
        """Returns the round of a due row: `Request.memory`."""
        return cls(str(payload["whom"]), float(str(payload["at"])), date.fromisoformat(str(payload["day"])))

    def key(self, kind: str) -> str:
        """Under which it is posted: one a day, also where its hour was changed meanwhile."""
        return f"{kind} {self.whom} {self.day.isoformat()}"


def next_day(working: Working, after: float) -> float | None:
    """Returns when somebody is told of their day next after a moment: on days they work. None for never."""
    if working.day_at is None:
        return None
    days = working_days(working.week, working.absences, local_day(after, working.zone))
    times = (moment(day, time(working.day_at), working.zone) for day in days)
    return next((at for at in times if at > after), None)


def is_still_due(one: Round, zone: ZoneInfo, planned: float | None, now: float) -> bool:
    """Returns whether a round whose row came back is to be told.

    It isn't when its time was changed or taken back since, or when its day is over: the bot was away. `planned` is the
    first time from the moment before the round's on, by what is known now.
    """
    return planned == one.at and local_day(now, zone) == one.day


async def schedule_day(services: Services, team: str, person: str, working: Working, after: float) -> float | None:
    """Schedules when a person is told of their day next, once however often it is called; returns when."""
    at = next_day(working, after)
    if at is not None:
        await _schedule(services, team, DAY, person, at, working.zone)
    return at


async def schedule_week(services: Services, team: str, channel: str, weekly: Weekly, after: float) -> float:
    """Schedules when a channel is told of its week next, once however often it is called; returns when."""
    at = weekly.after(after)
    await _schedule(services, team, WEEK, channel, at, weekly.zone)
    return at


async def _schedule(services: Services, team: str, kind: str, whom: str, at: float, zone: ZoneInfo) -> None:
    payload: dict[str, Json] = {"whom": whom, "at": at, "day": local_day(at, zone).isoformat()}
    key = f"{kind} {team} {whom} {at:.0f}"
    await services.schedule("tasks", kind, key, datetime.fromtimestamp(at, UTC), team, payload)
