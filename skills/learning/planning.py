"""When what comes daily or weekly is due: by the wall clock of whoever is in charge."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.base import Services

_UTC = ZoneInfo("UTC")


async def zone_of(team: str, services: Services) -> ZoneInfo:
    """Returns the zone of whoever is in charge."""
    person = await services.in_charge(team, None)
    return person.zone if person is not None else _UTC


def next_time(now: datetime, at: time) -> datetime:
    """Returns when the wall clock of `now`'s zone shows `at` next, after `now`."""
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due > now else due + timedelta(days=1)
