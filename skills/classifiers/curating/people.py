"""How much one person may say: so many examples a day, and no label alone.

What no person of the workspace answers for, being brought in by command, is capped by nothing: whoever runs that has
the database as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from skills.classifiers.curating.dataset import Decision
from skills.classifiers.curating.examples import Policy, Row, lot

ALONE = 1.0
"""What one person may hold of a label of which nobody else said anything: one example's weight."""

_DAY = 86_400

_Label = tuple[str, str | None]
"""A task and one of its labels."""


def capped(rows: Sequence[Row], policy: Policy) -> tuple[list[Row], list[Decision]]:
    """Returns the rows within the caps a person and UTC day, and what was decided about the others.

    Which ones stay is drawn by their ids, so that neither the first nor the last of a burst do. It holds for examples
    of every age: what was over the cap on its day is over it whenever a dataset is made. Golden rows stay, and so do
    impersonal ones.
    """
    kept, left = [], []
    taken: Counter[tuple[object, ...]] = Counter()
    for row in sorted(rows, key=lambda row: (row.role != "golden", lot("caps", row.id), row.id)):
        if row.impersonal:
            kept.append(row)
            continue
        day = (row.reviewed, row.task, row.person, int(row.at // _DAY))
        of_label = (*day, row.label)
        caps = {day: policy.reviewed_per_day} if row.reviewed else {day: policy.per_day, of_label: policy.per_label_day}
        over = [most for key, most in caps.items() if taken[key] >= most]
        if over and row.role != "golden":
            left.append(Decision(row.id, "person_cap", f"over {over[0]} a day by one person"))
            continue
        taken.update(caps.keys())
        kept.append(row)
    return kept, left


def many_voiced(rows: Iterable[Row], policy: Policy) -> set[str]:
    """Returns the tasks for which enough people have given feedback that nobody need decide a label alone."""
    people = defaultdict(set)
    for row in rows:
        if not row.impersonal:
            people[row.task].add(row.judge)
    return {task for task, judges in people.items() if len(judges) >= policy.people}


def shared(rows: Sequence[Row], tasks: Collection[str], policy: Policy) -> tuple[list[Row], list[Decision]]:
    """Returns `rows`, those of anybody who holds too much of a label's feedback weighed down, and what was decided.

    Base rows are no feedback. What a second person reviewed, or was brought in by command, counts among the label's
    feedback, but is no one person's. Nobody is pushed below `ALONE`.
    """
    held: dict[_Label, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    others: defaultdict[_Label, float] = defaultdict(float)
    for row in rows:
        if row.role != "base" and row.task in tasks:
            if row.impersonal or row.vouched():
                others[row.task, row.label] += row.weight
            else:
                held[row.task, row.label][row.judge] += row.weight
    most = {key: _most(list(of.values()), others[key], policy.share) for key, of in held.items()}
    scaled, decisions = [], []
    for row in rows:
        label = row.task, row.label
        free = row.role == "base" or row.impersonal or row.vouched()
        if free or label not in most or held[label][row.judge] <= most[label]:
            scaled.append(row)
            continue
        weight = row.weight * most[label] / held[label][row.judge]
        scaled.append(replace(row, weight=weight))
        decisions.append(Decision(row.id, "person_share", f"weight {row.weight:.3g} to {weight:.3g}"))
    return scaled, decisions


def _most(held: Sequence[float], others: float, share: float) -> float:
    """Returns the most that each may hold so that nobody has more than `share` of what all hold then and `others`."""
    ordered = sorted(held, reverse=True)
    for over in range(len(ordered) + 1):
        if over * share >= 1.0:
            break
        rest = others + sum(ordered[over:])
        limit = share * rest / (1.0 - over * share)
        if over == len(ordered) or ordered[over] <= limit * (1.0 + 1e-9):
            return max(limit, ALONE)
    return ALONE
