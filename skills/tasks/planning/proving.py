"""Proves that no schedule of a project is shorter, where little can run at once: there CP-SAT alone takes long.

Weights are chosen such that activities that can run at once never weigh more than 1 together; then the weighted sum of
durations is a bound (Mingozzi, Maniezzo, Ricciardelli & Bianco 1998, An exact algorithm for the resource-constrained
project scheduling problem). In a schedule that is to be shorter than known ones hardly any weight may be wasted, which
leaves so few ways on that they can all be looked at, from one end of an activity to the next (after Demeulemeester &
Herroelen 1992, A branch-and-bound procedure for the multiple resource-constrained project scheduling problem).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from time import perf_counter

from skills.tasks.planning.psplib import Project

_MOST_SETS = 20_000
_SCALE = 840
"""Weights are whole numbers of so many to one, so that rounding never makes a bound wrong."""
_WEIGHTINGS = 6
_LOOKS = 256
"""After so many steps it is looked at the clock."""

Running = tuple[tuple[int, int], ...]
"""How long activities run on, with their places, the shortest first."""


@dataclass(frozen=True, slots=True)
class Proving:
    """A project's activities that take time, as bits of a mask.

    `together` are the sets that can run at once; `weightings` hold a weight an activity, and the most that a set
    weighs.
    """

    durations: tuple[int, ...]
    tails: tuple[int, ...]
    before: tuple[int, ...]
    together: frozenset[int]
    weightings: tuple[tuple[tuple[int, ...], int], ...]

    @classmethod
    def of(cls, project: Project, tails: Sequence[int]) -> Proving | None:
        """Returns what is needed to prove things of a project, or None where too much can run at once.

        `tails` are the activities' own durations and those of the longest chains behind them.
        """
        behind = _behind(project)
        places = [place for place, duration in enumerate(project.durations) if duration]
        bits = {place: 1 << bit for bit, place in enumerate(places)}
        together = []
        for mask in _together(project, places, behind):
            together.append(mask)
            if len(together) > _MOST_SETS:
                return None
        durations = tuple(project.durations[place] for place in places)
        before = tuple(sum(bits[other] for other in places if place in behind[other]) for place in places)
        weightings = _weightings(durations, together)
        return cls(durations, tuple(tails[place] for place in places), before, frozenset(together), weightings)

    def bound(self) -> int:
        """Returns a length that no schedule is shorter than."""
        sums = (
            (sum(w * d for w, d in zip(weights, self.durations, strict=True)), most)
            for weights, most in self.weightings
        )
        return max((-(-weighed // most) for weighed, most in sums), default=0)

    def impossible(self, length: int, until: float) -> bool:
        """Returns whether it was proven, before `perf_counter()` is `until`, that no schedule is as short as `length`.

        In some shortest schedule each activity begins at 0 or where another ends, so only such are looked at.
        """
        everything = (1 << len(self.durations)) - 1
        rest = tuple(sum(w * d for w, d in zip(weights, self.durations, strict=True)) for weights, _ in self.weightings)
        earliest: dict[tuple[int, Running], int] = {}
        stack: list[tuple[int, int, Running, tuple[int, ...]]] = [(0, 0, (), rest)]
        steps = 0
        while stack:
            steps += 1
            if steps % _LOOKS == 0 and perf_counter() > until:
                return False
            at, done, running, rest = stack.pop()
            if done == everything:
                return False
            for now, finished, still, left in self._next(length, at, done, running, rest):
                if earliest.get((finished, still), now + 1) > now:
                    earliest[finished, still] = now
                    stack.append((now, finished, still, left))
        return True

    def _next(
        self, length: int, at: int, done: int, running: Running, rest: tuple[int, ...]
    ) -> Iterator[tuple[int, int, Running, tuple[int, ...]]]:
        """Yields what can be when the next activity ends: time, what is done, what runs on, and the weights left."""
        busy = sum(1 << place for _, place in running)
        ready = [
            place for place, before in enumerate(self.before) if not (done | busy) >> place & 1 and before & ~done == 0
        ]
        sets = [0]
        for place in ready:
            sets += [one | 1 << place for one in sets if one | 1 << place | busy in self.together]
        for one in sets:
            runs = [*running, *((self.durations[place], place) for place in ready if one >> place & 1)]
            if not runs:
                continue
            step = min(runs)[0]
            now = at + step
            left = tuple(
                before - step * sum(weights[place] for _, place in runs)
                for before, (weights, _) in zip(rest, self.weightings, strict=True)
            )
            if any(more > most * (length - now) for more, (_, most) in zip(left, self.weightings, strict=True)):
                continue
            started = done | busy | one
            if any(now + tail > length for place, tail in enumerate(self.tails) if not started >> place & 1):
                continue
            if any(now + self.tails[place] - self.durations[place] + more - step > length for more, place in runs):
                continue
            finished = done | sum(1 << place for more, place in runs if more == step)
            yield now, finished, tuple(sorted((more - step, place) for more, place in runs if more > step)), left


def _behind(project: Project) -> list[set[int]]:
    """Returns for each activity all those that wait for it, at once or later."""
    behind: list[set[int]] = [set() for _ in project.durations]
    # With successors for predecessors, the order is from the end of the project to its begin.
    for place in TopologicalSorter(dict(enumerate(project.successors))).static_order():
        for following in project.successors[place]:
            behind[place] |= {following} | behind[following]
    return behind


def _together(project: Project, places: Sequence[int], behind: Sequence[set[int]]) -> Iterator[int]:
    """Yields the sets of activities that can run at once, as masks over `places`."""
    stack = [(0, 0, tuple(0 for _ in project.capacities), frozenset(places))]
    while stack:
        mask, bit, used, beside = stack.pop()
        for at in range(bit, len(places)):
            place = places[at]
            need = tuple(one + more for one, more in zip(used, project.demands[place], strict=True))
            if place not in beside or any(n > c for n, c in zip(need, project.capacities, strict=True)):
                continue
            yield mask | 1 << at
            others = frozenset(one for one in beside if one not in behind[place] and place not in behind[one])
            stack.append((mask | 1 << at, at + 1, need, others))


def _weightings(durations: Sequence[int], together: Sequence[int]) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Returns weightings that make the bound large, each with the most that a set of `together` weighs by it."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    if not durations:
        return ()
    bits = [[bit for bit in range(len(durations)) if mask >> bit & 1] for mask in together]
    rows = np.repeat(np.arange(len(bits)), [len(one) for one in bits])
    columns = np.array([bit for one in bits for bit in one])
    sets = csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(bits), len(durations)))
    chance = np.random.default_rng(0)
    found = []
    for number in range(_WEIGHTINGS):
        # The first is the best for the whole; others, near it, are better for what is left on the way.
        lengths = np.array(durations) * (chance.uniform(0.7, 1.3, len(durations)) if number else 1.0)
        solved = linprog(-lengths, A_ub=sets, b_ub=np.ones(len(bits)), bounds=(0, 1), method="highs")
        if solved.x is not None:
            weights = np.rint(solved.x * _SCALE)
            if (most := int((sets @ weights).max())) > 0:
                found.append((tuple(int(one) for one in weights), most))
    return tuple(found)
