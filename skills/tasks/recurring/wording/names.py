"""English names of days, months, numbers and units, with the slips that people type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from skills.tasks.recurring.parts import WORKDAYS, Parts

_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final[Mapping[str, int]] = (
    {name: day for day, name in enumerate(_FULL)}
    | {name[:3]: day for day, name in enumerate(_FULL)}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
    | {"wendesday": 2, "wednsday": 2, "wensday": 2, "tuseday": 1, "teusday": 1, "thrusday": 3, "thursay": 3}
    | {"firday": 4, "firady": 4, "satuday": 5, "saterday": 5, "monady": 0, "mondya": 0}
)
PLURALS: Final[Mapping[str, Parts]] = {
    f"{name}s": Parts("WEEKLY", weekdays=((0, day),)) for day, name in enumerate(_FULL)
} | {
    "weekdays": Parts("WEEKLY", weekdays=WORKDAYS),
    "workdays": Parts("WEEKLY", weekdays=WORKDAYS),
    "weekends": Parts("WEEKLY", weekdays=((0, 5), (0, 6))),
}

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS: Final[Mapping[str, int]] = (
    {name: month for month, name in enumerate(_MONTHS, 1)}
    | {name[:3]: month for month, name in enumerate(_MONTHS, 1)}
    | {"sept": 9, "janurary": 1, "febuary": 2}
)

NUMBERS: Final[Mapping[str, int]] = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}

ORDINALS: Final[Mapping[str, int]] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10, "fifteenth": 15,
    "twentieth": 20, "last": -1, "final": -1, "penultimate": -2,
}  # fmt: skip

UNITS: Final[Mapping[str, Parts]] = {
    "day": Parts("DAILY"),
    "week": Parts("WEEKLY"),
    "wk": Parts("WEEKLY"),
    "fortnight": Parts("WEEKLY", 2),
    "month": Parts("MONTHLY"),
    "quarter": Parts("MONTHLY", 3),
    "year": Parts("YEARLY"),
}
PARTS_OF_DAY: Final = frozenset(("morning", "afternoon", "evening", "night", "lunchtime", "noon"))

ADVERBS: Final[Mapping[str, Parts]] = {
    "daily": Parts("DAILY"),
    "nightly": Parts("DAILY"),
    "everyday": Parts("DAILY"),
    "weekly": Parts("WEEKLY"),
    "biweekly": Parts("WEEKLY", 2),
    "bi-weekly": Parts("WEEKLY", 2),
    "fortnightly": Parts("WEEKLY", 2),
    "monthly": Parts("MONTHLY"),
    "bimonthly": Parts("MONTHLY", 2),
    "bi-monthly": Parts("MONTHLY", 2),
    "quarterly": Parts("MONTHLY", 3),
    "semiannually": Parts("MONTHLY", 6),
    "semi-annually": Parts("MONTHLY", 6),
    "half-yearly": Parts("MONTHLY", 6),
    "yearly": Parts("YEARLY"),
    "annually": Parts("YEARLY"),
}

QUARTER_BEGINS: Final = (1, 4, 7, 10)
QUARTER_ENDS: Final = (3, 6, 9, 12)
