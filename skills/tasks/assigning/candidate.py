"""Whom a task may be proposed to, and a ranking of them that shows its sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody and where they stand; minutes count from now until the task is due.

    `stated` are the skills they named. `available_minutes` are working minutes with absences out, `load_minutes` what
    of them open work is planned in, `capacity_minutes` what the person takes on in that time: the weekly capacity times
    the weeks until then, at least one. `recent` is how many tasks they were given in the last four weeks. `absent`:
    away all the time.
    """

    id: str
    stated: tuple[str, ...]
    available_minutes: float
    load_minutes: float
    capacity_minutes: float
    recent: int
    absent: bool = False

    @property
    def room_minutes(self) -> float:
        """What they could still take on before the task is due; below 0 where they have too much already."""
        return min(self.available_minutes, self.capacity_minutes) - self.load_minutes

    @property
    def load_share(self) -> float:
        """The planned share of the time that they can give; 1 where they can give none."""
        most = min(self.available_minutes, self.capacity_minutes)
        return self.load_minutes / most if most > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """A reason with its weight: `similar_work`, `skill_stated`, `load` or `fairness`, and the facts behind it."""

    key: str
    value: float
    facts: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who can take the task. The values of `terms` add up to `score` exactly, in their order."""

    id: str
    score: float
    terms: tuple[Term, ...]
