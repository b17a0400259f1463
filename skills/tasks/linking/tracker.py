"""What a tracker of issues is: made, read, written and followed by one small interface."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from skills.reply import Json
from skills.tasks.linking.values import Values

Cursor = Mapping[str, Json]
"""How far a tracker's changes were read, as it wrote it itself; empty before the first look."""


@dataclass(frozen=True, slots=True)
class Remote:
    """An issue as the tracker shows it.

    `id` stays the same for ever, `name` is what people call it (`owner/repo#12`, `OPS-12`). `changed_at` are epoch
    seconds by the tracker's clock, in whole seconds at GitHub's. `kept` is what a write is to know: what stands in a
    field beside what a task can hold (labels too long for one, assignees whom nobody here is), and stays there.
    """

    id: str
    name: str
    url: str
    changed_at: float
    values: Values
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """The issues changed since a cursor, some of them seen before. Not `complete`: there were too many to list."""

    issues: Sequence[Remote]
    cursor: Cursor
    complete: bool = True


class Tracker(ABC):
    """One tracker, with its settings. Every method that asks it raises `TrackerError`.

    `fields` are those that it has. `settles` are the seconds after the beginning of an attempt of unknown outcome by
    which an issue is surely found, if it was made: the longest request, and what the tracker takes to list it. Where it
    is `stepwise`, a state may be reached through others.
    """

    kind: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    settles: ClassVar[float]
    stepwise: ClassVar[bool] = False

    @abstractmethod
    def shown(self, values: Values) -> dict[str, Json]:
        """Returns a task's values as the tracker would show them; `fields` alone, and the same when done twice."""

    @abstractmethod
    def locate(self, reference: str) -> str | None:
        """Returns what `read` takes for an issue that somebody names (`#12`, an address); None for another's."""

    @abstractmethod
    async def create(self, draft: Values, key: str) -> Remote:
        """Makes an issue that carries `key`, and returns it as it was made. The state is not for a draft."""

    @abstractmethod
    async def find(self, key: str, since: float) -> Remote | None:
        """Returns the issue that carries `key`, made at `since` (epoch seconds, by this side's clock) or later."""

    @abstractmethod
    async def read(self, id: str) -> Remote:
        """Returns an issue as it is now."""

    @abstractmethod
    async def update(self, remote: Remote, values: Values) -> Remote | None:
        """Writes some fields of an issue that was just read; returns what the write made of it, where it is told."""

    @abstractmethod
    async def changed_since(self, cursor: Cursor, now: float) -> Changes:
        """Returns what was changed since a cursor; `now` are epoch seconds by this side's clock."""

    @abstractmethod
    def events(self, headers: Mapping[str, str], body: bytes, secret: str) -> Sequence[Remote | str]:
        """Returns the issues that a signed request tells of: as they were then, or an id where that is not told.

        Raises `TrackerError`: signature, body. `headers` are in lower case.
        """
