"""The part of RFC 5545's RRULE (3.3.10) that tasks repeat by: days, weeks, months, years, and which of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS: Final = tuple((0, weekday) for weekday in range(5))
EVERY_WEEKDAY: Final = tuple((0, weekday) for weekday in range(7))
MAX_INTERVAL: Final = 999

_OF_MONTHS = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}
_PARTS = {"DAILY": {"FREQ", "INTERVAL"}, "WEEKLY": {"FREQ", "INTERVAL", "BYDAY"}} | dict.fromkeys(
    ("MONTHLY", "YEARLY"), _OF_MONTHS
)
"""Those that can't leave a rule without a day for thousands of years, which would be searched through."""

_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBERS = re.compile(r"-?\d{1,3}(?:,-?\d{1,3}){0,30}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rule says of days. `weekdays` are pairs of nth and weekday (0 is Monday): 0 is each, -1 the last.

    `position` keeps one day of each period's (BYSETPOS): Monday to Friday with -1 is the last workday.
    """

    frequency: Frequency
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    position: int | None = None

    @property
    def text(self) -> str:
        """The value of an RRULE property, its parts always in the same order."""
        days = ",".join(f"{nth or ''}{CODES[weekday]}" for nth, weekday in self.weekdays)
        given = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": ",".join(map(str, self.months)),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYDAY": days,
            "BYSETPOS": str(self.position) if self.position else "",
        }
        return ";".join(f"{name}={value}" for name, value in given.items() if value)

    @property
    def fixed(self) -> bool:
        """Whether it names days, so that the day it is counted from doesn't say them."""
        return bool(self.months or self.month_days or self.weekdays)

    @property
    def by_workdays(self) -> bool:
        return self.weekdays == WORKDAYS and not self.month_days


def read_parts(text: str) -> Parts:
    """Returns the parts of an RRULE's value, without an end.

    Raises `ValueError` with the key of what is wrong: `rule_form`, `rule_part`, `rule_frequency`, `rule_number` or
    `rule_weekday`.
    """
    given: dict[str, str] = {}
    for pair in text.split(";"):
        name, sign, value = pair.partition("=")
        if not sign or name in given:
            raise ValueError("rule_form")
        given[name] = value
    frequency = next((one for one in get_args(Frequency) if one == given.get("FREQ")), None)
    if frequency is None:
        raise ValueError("rule_frequency")
    if given.keys() - _PARTS[frequency]:
        raise ValueError("rule_part")
    interval = _numbers(given.get("INTERVAL", "1"), 1, MAX_INTERVAL)
    position = _numbers(given.get("BYSETPOS", ""), -31, 31)
    if len(interval) != 1 or len(position) > 1:
        raise ValueError("rule_number")
    return Parts(
        frequency,
        interval[0],
        _numbers(given.get("BYMONTH", ""), 1, 12),
        _numbers(given.get("BYMONTHDAY", ""), -31, 31),
        _weekdays(given.get("BYDAY", ""), frequency),
        position[0] if position else None,
    )


def _numbers(text: str, least: int, most: int) -> tuple[int, ...]:
    if not text:
        return ()
    if not _NUMBERS.fullmatch(text):
        raise ValueError("rule_number")
    numbers = tuple(sorted({int(one) for one in text.split(",")}))
    if not all(least <= number <= most and number for number in numbers):
        raise ValueError("rule_number")
    return numbers


def _weekdays(text: str, frequency: Frequency) -> tuple[tuple[int, int], ...]:
    if not text:
        return ()
    found = [_DAY.fullmatch(one) for one in text.split(",")]
    pairs = tuple(sorted({(int(one[1] or 0), CODES.index(one[2])) for one in found if one}))
    # Which Friday it is means something only within a month or a year (RFC 5545, BYDAY).
    if None in found or (frequency in ("DAILY", "WEEKLY") and any(nth for nth, _ in pairs)):
        raise ValueError("rule_weekday")
    return pairs
