"""The oracle of the simulated teams: who should do a task, for those who know the truth.

It imports nothing from the product. What it values, in this order:

1. Who can take it at all: present for some of the time until it is due, with enough working minutes left beside the
   open work for what it takes *them*, and with that not above what they take on by their weekly capacity.
2. Fit: the latent levels in the task's fields, weighted as the task leans on them. People whose fit is less than 0.2
   below the best one's count as equally fit (levels are 0.2 to 0.4 apart, so an expert is never level with an able
   person for work in one field; between fields an expert in the main one who is able in the other is).
3. Load: of those the one with the smallest share of their time until then planned; shares less than 0.1 above it are
   as good.
4. Fairness: of those whoever got the fewest tasks lately. Who is still level is as good a choice as the other.

A ranking repeats that without those already placed.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulated_team import Coming, Person, Position, expected_minutes

AS_FIT = 0.2
AS_FREE = 0.1


def can_take(coming: Coming, person: Person) -> bool:
    """Returns whether the person can take the task in truth."""
    position = coming.positions[person.id]
    needed = expected_minutes(coming.task, person)
    fits = position.load + needed <= min(position.available, position.capacity)
    return fits and not position.absent


def choices(coming: Coming, people: Sequence[Person]) -> frozenset[str]:
    """Returns who should do the task: one id, or several that are level; empty where nobody can take it."""
    able = [one for one in people if can_take(coming, one)]
    if not able:
        return frozenset()
    fits = {one.id: coming.task.fit(one.levels) for one in able}
    fittest = [one.id for one in able if fits[one.id] > max(fits.values()) - AS_FIT - 1e-9]
    shares = {id_: share(coming.positions[id_]) for id_ in fittest}
    freest = [id_ for id_ in fittest if shares[id_] < min(shares.values()) + AS_FREE]
    fewest = min(coming.positions[id_].recent for id_ in freest)
    return frozenset(id_ for id_ in freest if coming.positions[id_].recent == fewest)


def ranking(coming: Coming, people: Sequence[Person]) -> tuple[frozenset[str], ...]:
    """Returns all who can take the task, best first; who is level stands in one set."""
    left = list(people)
    ranked = []
    while found := choices(coming, left):
        ranked.append(found)
        left = [one for one in left if one.id not in found]
    return tuple(ranked)


def share(position: Position) -> float:
    """Returns the share of somebody's time until the task is due that is planned."""
    return position.load / min(position.available, position.capacity)
