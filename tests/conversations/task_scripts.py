"""The scripted conversations of tests/data/task_conversations, as data; english.yaml explains each field."""

from __future__ import annotations

import re
from calendar import day_name, monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

FOLDER = Path(__file__).parent.parent / "data" / "task_conversations"
CLOCK = "wednesday 09:00"

_WEEKDAYS = [name.casefold() for name in day_name]
_BRACES = re.compile(r"\{([^{}|]+)(?:\|([^{}]*))?\}")
_DAY = re.compile(r"(?P<base>[a-z_]+|\d\d-\d\d)(?:\+(?P<count>\d+)(?P<unit>[dw]))?")
_LISTS = ("title", "assignee", "due", "asks")


@dataclass(frozen=True, slots=True)
class TaskTurn:
    who: str
    where: str
    how: str
    text: str = ""
    lines: int = 0
    filler: int = 0
    action: str = ""
    pick: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    title_never: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    not_buttons: tuple[str, ...] = ()
    priority: str = ""
    makes: int | None = None
    numbers: int | None = None
    to: str = ""
    language: str = ""
    replies: int | str = 1
    public_never: tuple[str, ...] = ()

    def written(self, today: date, numbers: Sequence[int]) -> str:
        """Returns what is typed, with days and task numbers filled in. Raises `Unmade`."""
        text = self.text.replace("{filler}", ("every corner of the yard " * (self.filler // 25 + 1))[: self.filler])
        if self.lines:
            text = "\n".join(text.replace("{line}", str(line)) for line in range(1, self.lines + 1))
        return expanded(text, today, numbers)


@dataclass(frozen=True, slots=True)
class TaskConversation:
    name: str
    turns: tuple[TaskTurn, ...]
    clock: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day as `HH:MM` where one was meant, as somebody reads it on their wall."""

    day: date
    at: str = ""


class Unmade(Exception):
    """A script names a task that its conversation has not made."""


def task_conversations() -> list[TaskConversation]:
    """Returns all of them, in the order of the files."""
    return [
        TaskConversation(row["name"], tuple(TaskTurn(**_turn(turn)) for turn in row["turns"]), row.get("clock", CLOCK))
        for path in sorted(FOLDER.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def expanded(text: str, today: date, numbers: Sequence[int] = ()) -> str:
    """Returns `text` with what stands in braces filled in: days as of `today`, tasks by their `numbers`.

    Raises `Unmade` for a task that has no number, ValueError for what is no day.
    """

    def fill(braces: re.Match[str]) -> str:
        name, form = braces.groups()
        if re.fullmatch(r"n\d+", name):
            if int(name[1:]) > len(numbers):
                raise Unmade(name)
            return str(numbers[int(name[1:]) - 1])
        return day_named(name, today).strftime(form or "%Y-%m-%d")

    return _BRACES.sub(fill, text)


def day_named(name: str, today: date) -> date:
    """Returns the day that a script calls `name`. Raises ValueError when it is none."""
    match = _DAY.fullmatch(name)
    if match is None:
        raise ValueError(f"no day: {name!r}")
    count = int(match["count"] or 0) * (7 if match["unit"] == "w" else 1)
    return _base(match["base"], today) + timedelta(days=count)


def meant(due: str, now: datetime, reader: ZoneInfo) -> tuple[Moment, ...]:
    """Returns the moments that a script's `due` stands for, written at `now` (aware), as `reader` reads them.

    Of `+90m` these are a few, since some seconds may have passed.
    """
    if minutes := re.fullmatch(r"\+(\d+)m", due):
        around = [now + timedelta(minutes=int(minutes[1]) + slack) for slack in (-1, 0, 1, 2)]
        return tuple(Moment(one.astimezone(reader).date(), f"{one.astimezone(reader):%H:%M}") for one in around)
    name, _, rest = due.partition(" ")
    day = day_named(name, now.date())
    if not rest:
        return (Moment(day),)
    clock, _, zone = rest.partition(" ")
    there = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone) if zone else reader).astimezone(reader)
    return (Moment(there.date(), f"{there:%H:%M}"),)


def next_start(clock: str, now: datetime) -> datetime:
    """Returns when a conversation with this `clock` (`friday 09:30`) can begin next: now (aware) or later."""
    weekday, _, at = clock.partition(" ")
    day = day_named(weekday, now.date())
    start = datetime.combine(day, time.fromisoformat(at), now.tzinfo)
    return start if start >= now else start + timedelta(days=7)


def _base(name: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    match name:
        case "today" | "tomorrow" | "yesterday":
            return today + timedelta(days={"today": 0, "tomorrow": 1, "yesterday": -1}[name])
        case "month_end":
            return today.replace(day=monthrange(today.year, today.month)[1])
        case _ if name in _WEEKDAYS:
            return today + timedelta(days=(_WEEKDAYS.index(name) - today.weekday()) % 7)
        case _ if name.removeprefix("next_") in _WEEKDAYS:
            return monday + timedelta(days=7 + _WEEKDAYS.index(name.removeprefix("next_")))
        case _:
            day = date.fromisoformat(f"{today.year}-{name}")
            return day if day >= today else day.replace(year=today.year + 1)


def _turn(row: dict[str, Any]) -> dict[str, Any]:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return fields | {key: (fields[key],) for key in _LISTS if isinstance(fields.get(key), str)}
