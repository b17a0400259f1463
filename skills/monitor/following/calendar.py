"""The days of a watch: its zone's holidays, by the `holidays` package, and its distance from UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

_EPOCH = date(1970, 1, 1)
_NOWHERE = "001"
"""Babel's territory of zones that belong to no country."""


def offset_of(zone: ZoneInfo, at: float) -> int:
    """Returns the seconds by which a zone's clocks are ahead of UTC at a moment (epoch seconds)."""
    away = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return int((away or timedelta()).total_seconds())


@cache
def holidays_of(zone: str) -> Callable[[int], bool]:
    """Returns whether a day, counted from 1970, is a public holiday in the country whose clocks a zone is."""
    from babel.core import get_global
    from holidays import country_holidays

    country = get_global("zone_territories").get(zone, _NOWHERE)
    try:
        known: Any = country_holidays(country)
    except NotImplementedError:
        return lambda day: False
    return lambda day: _EPOCH + timedelta(days=day) in known
