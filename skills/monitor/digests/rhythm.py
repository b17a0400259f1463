"""When a digest is due: every day, or on one day of every week, by the wall clock of a zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from skills.local_time import moment


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`at` is wall time of `zone`; `weekday` (0 is Monday) counts for weeks.

    A time that the clocks skip is due at the next valid minute, one that comes twice the first time only.
    """

    every: Literal["day", "week"]
    at: time
    zone: str
    weekday: int = 0

    def after(self, now: float) -> float:
        """Returns when it is due next after a moment. All are epoch seconds."""
        return next(due for due in self._due(now, range(-1, 9)) if due > now)

    def period(self, due: float) -> tuple[float, float]:
        """Returns the begin and end of what a digest that is due at a moment tells: since the one before."""
        return next(one for one in self._due(due, range(1, -9, -1)) if one < due), due

    def _due(self, now: float, days: Iterable[int]) -> Iterable[float]:
        zone = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
        return (moment(day, self.at, zone) for day in (today + timedelta(days=step) for step in days) if self._on(day))

    def _on(self, day: date) -> bool:
        return self.every == "day" or day.weekday() == self.weekday
