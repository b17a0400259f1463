"""Turns collected feedback into a dataset version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from skills.classifiers.curating.contradictions import settled
from skills.classifiers.curating.dataset import Dataset, Decision
from skills.classifiers.curating.duplicates import clusters
from skills.classifiers.curating.examples import DEFAULT, Collected, Policy, Row, row_of
from skills.classifiers.curating.golden import with_golden
from skills.classifiers.curating.people import capped, many_voiced, shared
from skills.classifiers.feedback.collected import NONE


def curate(
    collected: Sequence[Collected],
    base: Sequence[Row],
    known: Mapping[str, Collection[str]],
    policy: Policy = DEFAULT,
    *,
    since: float = 0.0,
    golden: Collection[str] = (),
) -> Dataset:
    """Returns the dataset of `base` and what is believed of `collected`, with a decision for all that is left out.

    `known` are the labels of each task that there is. Examples after `since` are new, the champion has not seen them.
    `golden` are the ids of those that were golden before and stay so. The order of what is given doesn't matter.
    """
    rows, decisions = _usable(collected, known, policy, since, frozenset(golden))
    rows, left = capped(rows, policy)
    decisions += left
    tasks = many_voiced(rows, policy)
    every = [*base, *rows]
    kept: list[Row] = []
    for task in sorted({row.task for row in every}):
        of_task, left = _of_task([row for row in every if row.task == task], tasks, policy)
        kept += of_task
        decisions += left
    return Dataset(tuple(kept), tuple(decisions))


def _usable(
    collected: Sequence[Collected],
    known: Mapping[str, Collection[str]],
    policy: Policy,
    since: float,
    golden: frozenset[str],
) -> tuple[list[Row], list[Decision]]:
    rows, left = [], []
    for one in sorted(collected, key=lambda one: one.id):
        if one.label is None:
            left.append(Decision(one.id, "incomplete", "no label"))
        elif one.weight < policy.least_weight and not one.reviewed:
            left.append(Decision(one.id, "incomplete", f"weight {one.weight:.3g}, not reviewed"))
        elif one.task not in known or one.label not in (NONE, *known[one.task]):
            left.append(Decision(one.id, "unknown_label", f'"{one.label}" of "{one.task}"'))
        else:
            rows.append(row_of(one, policy, since, one.id in golden))
    return rows, left


def _of_task(rows: Sequence[Row], tasks: Collection[str], policy: Policy) -> tuple[list[Row], list[Decision]]:
    """Returns what is kept of the rows of one task.

    People's shares are looked at twice: first so that who says too much draws no golden rows either, and at last for
    what is trained on indeed.
    """
    best = sorted(rows, key=_standing)
    settled_rows: list[Row] = []
    decisions: list[Decision] = []
    for cluster in clusters([row.text for row in best]):
        kept, left = settled([best[place] for place in cluster], policy)
        settled_rows += kept
        decisions += left
    weighed, left = shared(settled_rows, tasks, policy)
    decisions += left
    split, left = with_golden(weighed, policy)
    decisions += left
    judging = [row for row in split if row.role == "golden"]
    training, left = shared([row for row in split if row.role != "golden"], tasks, policy)
    return [*training, *judging], [*decisions, *left]


def _standing(row: Row) -> tuple[bool, bool, bool, float, str, str, str]:
    """Returns what rows are ordered by, those that lead their near-duplicates first."""
    return (
        row.role != "base",
        row.role != "golden",
        not row.reviewed,
        -row.weight,
        row.id,
        row.text,
        row.label or "",
    )
