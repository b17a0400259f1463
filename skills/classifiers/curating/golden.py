"""Which examples only ever judge: the golden ones, drawn once and kept out of training for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from skills.classifiers.curating.dataset import Decision
from skills.classifiers.curating.duplicates import Alike
from skills.classifiers.curating.examples import Policy, Row, lot
from skills.classifiers.features.sketches import sketch
from skills.classifiers.heads.training import LEAST


def with_golden(rows: Sequence[Row], policy: Policy) -> tuple[list[Row], list[Decision]]:
    """Returns the rows of one task, some more of them golden, and what was decided about their near-duplicates.

    Drawn from the new ones that were reviewed: what a champion was trained on can't judge it, and of what nobody has
    looked at a fifth may be wrong. While a task has few reviewed examples, all of them are taught. A label
    keeps `LEAST` rows to train on. Nothing stays in training that is a near-duplicate of a golden row.
    """
    drawn = {place for place, row in enumerate(rows) if row.role == "golden"}
    near = _Near(rows)
    gone: dict[int, int] = {}
    for place in sorted(drawn):
        gone.update((other, place) for other in near.of(place) if other not in drawn)
    training = Counter(row.label for place, row in enumerate(rows) if place not in drawn and place not in gone)
    seats = Counter(rows[place].label for place in drawn)
    for place in _candidates(rows, policy):
        label = rows[place].label
        if place in gone or seats[label] >= policy.golden_most:
            continue
        near_ones = {other for other in near.of(place) if other not in drawn and other not in gone}
        leaving = Counter(rows[other].label for other in (place, *near_ones))
        if any(rows[other].role == "base" for other in near_ones):
            continue
        if any(training[of] - count < LEAST for of, count in leaving.items()):
            continue
        drawn.add(place)
        seats[label] += 1
        training -= leaving
        gone.update((other, place) for other in near_ones)
    kept = [
        replace(row, role="golden") if place in drawn else row for place, row in enumerate(rows) if place not in gone
    ]
    return kept, [Decision(rows[other].id, "near_golden", f"near {rows[place].id}") for other, place in gone.items()]


def _candidates(rows: Sequence[Row], policy: Policy) -> list[int]:
    lots = {place: lot("golden", row.id) for place, row in enumerate(rows) if row.role == "new" and row.reviewed}
    if sum(row.reviewed for row in rows) < policy.golden_from:
        return []
    drawn = [place for place, number in lots.items() if number < policy.golden_share]
    return sorted(drawn, key=lambda place: (lots[place], rows[place].id))


class _Near:
    """The near-duplicates among rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._sketches = [sketch(row.text) for row in rows]
        self._alike = Alike()
        for one in self._sketches:
            self._alike.add(one)

    def of(self, place: int) -> list[int]:
        return [other for other, _ in self._alike.like(self._sketches[place]) if other != place]
