"""How soon a case is to be claimed: the times as people write them (`15m`, `2h`, `1d12h`), read and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SHORTEST = 1
LONGEST = 7 * 24 * 60
"""Minutes."""
LATER = 2
"""Somebody in charge is called after so many times the time for a claim, where no time was settled for that."""

Fault = Literal["unread", "short", "long", "early"]

_UNITS = {"m": 1, "分": 1, "h": 60, "小": 60, "个": 60, "时": 60, "d": 24 * 60, "天": 24 * 60, "日": 24 * 60}
_PIECE = (
    r"(\d{1,6})[ ]*(m(?:in(?:ute)?s?)?(?![a-z])|h(?:(?:ou)?rs?)?(?![a-z])|d(?:ays?)?(?![a-z])|分钟?|个?小时|时|天|日)"
)
_DURATION = re.compile(f"(?:{_PIECE})+")
_BETWEEN = " \t\n,，、;；"


class TimesError(ValueError):
    """Times that can't be used; `fault` says why, `second` whether it is the second one that is wrong."""

    def __init__(self, fault: Fault, second: bool = False) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.second = second


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes until a case should be claimed, then until somebody in charge is called; None: `LATER` times that."""

    claim: int
    call: int | None = None

    @property
    def called_after(self) -> int:
        """The minutes after which somebody in charge is called."""
        return self.call or LATER * self.claim


def read_times(text: str) -> Times:
    """Returns the one or two times that `text` consists of. Raises `TimesError`."""
    rest, minutes = text.strip().casefold(), list[int]()
    while rest:
        found = _DURATION.match(rest)
        if found is None:
            raise TimesError("unread", second=bool(minutes))
        minutes.append(sum(int(number) * _UNITS[unit[0]] for number, unit in re.findall(_PIECE, found[0])))
        rest = rest[found.end() :].lstrip(_BETWEEN)
    return checked(minutes)


def checked(minutes: Sequence[int]) -> Times:
    """Returns the times of one or two numbers of minutes. Raises `TimesError` where they can't be used."""
    if len(minutes) not in (1, 2):
        raise TimesError("unread")
    for at, one in enumerate(minutes):
        if not SHORTEST <= one <= LONGEST:
            raise TimesError("short" if one < SHORTEST else "long", second=at == 1)
    if len(minutes) == 2 and minutes[1] <= minutes[0]:
        raise TimesError("early", second=True)
    return Times(*minutes)


def written(minutes: int) -> str:
    """Returns a time as people write it: `1h30m`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    return "".join(f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (left, "m")) if number) or "0m"
