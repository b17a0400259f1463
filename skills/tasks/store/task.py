"""A task as the rest of the skill sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from skills.base import Place
from skills.local_time import moment
from skills.reply import Json

State = Literal["open", "doing", "blocked", "done", "dropped"]
OPEN_STATES: frozenset[str] = frozenset({"open", "doing", "blocked"})

URGENT, HIGH, NORMAL, LOW = 1, 2, 3, 4

TITLE = 300
"""Characters of a title; what is longer goes to the notes."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a task is due: a wall time of `zone`, or a whole day of it, which ends with its last second."""

    wall: datetime
    whole_day: bool
    zone: str

    @classmethod
    def read(cls, wall: str, whole_day: bool, zone: str) -> Due:
        """Returns the due time that `written` wrote."""
        return cls(datetime.fromisoformat(wall), whole_day, zone)

    @property
    def written(self) -> str:
        """The wall time in ISO form; a whole day's without a time."""
        return self.wall.date().isoformat() if self.whole_day else self.wall.isoformat(timespec="seconds")

    @property
    def day(self) -> date:
        return self.wall.date()

    @property
    def at(self) -> float:
        """The moment after which the task is late, in epoch seconds."""
        at = time(23, 59, 59) if self.whole_day else self.wall.time()
        return moment(self.wall.date(), at, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done.

    `asker` wants it from `assignee` (None while nobody has it). It was asked for at `place`, whose channel says who
    may see it; `link` leads to what it is about. `effort` is what people said it takes, `estimate` what is expected
    (low, likely, high), all in minutes. `after` are the numbers of the tasks that it waits for, `parent` the id of the
    task that it is a step of. A recurring task has a `series`, of which it is the `occurrence`-th, and a `rule`.
    `planned` are the epoch seconds between which a plan wants it done. `pending` is what its asker is still asked:
    `due`, the readings of an ambiguous date; `proposed`, who might do it. `version` grows by one with each change.
    """

    id: int
    team: str
    number: int
    title: str
    notes: str
    state: State
    asker: str
    assignee: str | None
    place: Place
    link: str | None
    due: Due | None
    zone: str
    priority: int
    labels: tuple[str, ...]
    effort: int | None
    estimate: tuple[int, int, int] | None
    after: tuple[int, ...]
    parent: int | None
    series: str | None
    occurrence: int | None
    rule: Mapping[str, Json] | None
    planned: tuple[float, float] | None
    blocked: str
    snoozed_until: float | None
    made_at: float
    begun_at: float | None
    done_at: float | None
    changed_at: float
    version: int
    pending: Mapping[str, Json] | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def minutes(self) -> int:
        """How long it takes: as said, else as expected, else an hour."""
        return self.effort or (self.estimate[1] if self.estimate else 60)

    def is_late(self, now: float) -> bool:
        """Returns whether it should have been done by `now` (epoch seconds)."""
        return self.is_open and self.due is not None and self.due.at < now


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that is about to be kept. `after` are numbers of tasks of the same team; see `Task` for the rest."""

    title: str
    asker: str
    place: Place
    zone: str
    notes: str = ""
    assignee: str | None = None
    link: str | None = None
    due: Due | None = None
    priority: int = NORMAL
    labels: tuple[str, ...] = ()
    effort: int | None = None
    estimate: tuple[int, int, int] | None = None
    after: tuple[int, ...] = ()
    parent: int | None = None
    series: str | None = None
    occurrence: int | None = None
    rule: Mapping[str, Json] | None = None
    pending: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field changed: `before` and `after` are as JSON writes them, a person's id, a due time's text and zone, …"""

    task: int
    batch: str
    at: float
    by: str
    field: str
    before: Json
    after: Json
    undone: bool
