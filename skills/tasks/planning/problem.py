"""What is to be planned: works and the people who can do them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

WEIGHTS = {1: 8, 2: 4, 3: 2, 4: 1}
"""What a minute late counts, by priority."""


class Circular(ValueError):
    """Works wait for each other; `ids` names them, each waiting for the next and the last for the first."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        super().__init__(" -> ".join(map(str, (*ids, *ids[:1]))))
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Work:
    """One task to be planned: one minute or more; `priority` is 1 (urgent) to 4 (low), times are epoch seconds.

    All of `skills` are needed of whoever does it, unless people fixed its `assignee`: what they decided is not
    questioned. It comes `after` other works, by id; those that aren't in the problem are done. One that has `begun`
    stays with its assignee and at its `start`, of which on its `minutes` count; for another, `start` is the earliest.
    """

    id: int
    minutes: int
    priority: int
    skills: frozenset[str] = frozenset()
    due: float | None = None
    after: frozenset[int] = frozenset()
    assignee: str | None = None
    begun: bool = False
    start: float | None = None

    @property
    def pinned(self) -> bool:
        return self.begun and self.assignee is not None and self.start is not None

    @property
    def weight(self) -> int:
        return WEIGHTS[min(max(self.priority, 1), 4)]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with skills and working times: sorted, disjoint `windows` in epoch seconds, without absences.

    `capacity` minutes a week are the most; who has fewer than the windows hold gives the first ones of each week.
    """

    id: str
    skills: frozenset[str]
    windows: tuple[tuple[float, float], ...]
    capacity: int | None = None


def who_can(work: Work, workers: Iterable[Worker]) -> tuple[str, ...]:
    """Returns the ids of those who may do a work: its assignee where people fixed one, else who has all the skills."""
    if work.assignee is not None:
        return tuple(one.id for one in workers if one.id == work.assignee)
    return tuple(one.id for one in workers if work.skills <= one.skills)


def in_order(works: Collection[Work]) -> tuple[Work, ...]:
    """Returns the works such that each comes behind those it waits for. Raises `Circular`."""
    known = {one.id: one for one in works}
    graph = {one.id: sorted(one.after & known.keys()) for one in works}
    try:
        return tuple(known[id] for id in TopologicalSorter(graph).static_order())
    except CycleError as error:
        ring: list[int] = error.args[1]
        # graphlib lists a ring from predecessor to successor, its first again at the end.
        raise Circular(tuple(reversed(ring[1:]))) from None
