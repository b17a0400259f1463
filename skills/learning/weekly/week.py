"""The seven days that a report is about, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.local_time import moment

AT = time(9)
"""When the report of the week before is posted, on Mondays, in the zone of whoever is in charge."""
COMPARED = 4
"""Weeks before that a week is held against."""
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on, as the calendar of `zone` has them."""

    first: date
    zone: ZoneInfo

    @property
    def last(self) -> date:
        return self.first + timedelta(days=_DAYS - 1)

    @property
    def since(self) -> float:
        """When it begins, in epoch seconds."""
        return self.ago(0)

    @property
    def until(self) -> float:
        """When it is over, in epoch seconds."""
        return self.ago(-1)

    def ago(self, weeks: int) -> float:
        """Returns when the week began that lies so many weeks before, in epoch seconds."""
        return moment(self.first - timedelta(days=weeks * _DAYS), time(), self.zone)

    def days(self) -> list[date]:
        """Returns its days and those of the weeks before that a chart shows, in order."""
        begins = self.first - timedelta(days=(COMPARED - 1) * _DAYS)
        return [begins + timedelta(days=day) for day in range(COMPARED * _DAYS)]

    def day_of(self, at: float) -> date:
        """Returns the day of a moment (epoch seconds)."""
        return datetime.fromtimestamp(at, self.zone).date()


def over(now: datetime, zone: ZoneInfo) -> Week:
    """Returns the last week, Monday to Sunday, that is over."""
    today = now.astimezone(zone).date()
    return Week(today - timedelta(days=today.weekday() + _DAYS), zone)


def running(now: datetime, zone: ZoneInfo) -> Week:
    """Returns today and the six days before."""
    return Week(now.astimezone(zone).date() - timedelta(days=_DAYS - 1), zone)


def next_due(now: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
    """Returns the Monday on which the next report is due, and the moment (UTC)."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    if moment(monday, AT, zone) <= now.timestamp():
        monday += timedelta(days=_DAYS)
    return monday, datetime.fromtimestamp(moment(monday, AT, zone), UTC)
