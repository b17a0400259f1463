"""Labels that all the other examples speak against: confident learning on out-of-sample probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from skills.classifiers.curating.dataset import Dataset, Decision
from skills.classifiers.curating.examples import Row
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import balanced, fit, softmax
from skills.classifiers.heads.training import BALANCE, SEED

FOLDS = 5
LEAST = FOLDS
"""Rows from which on a label's are doubted: with fewer, folds held out leave too little that knows it."""
STRENGTH = 20.0
STEPS = 20
FILTER = "low_self_confidence"
"""Of cleanlab's filters the one that takes fewest honest rows along.

As many rows as the confident joint counts errors, those whose own label is least probable: of 20 % random labels among
CLINC150's 150 it finds 79 to 83 % for 0.1 to 0.3 % of the honest ones; the one by noise rates, for 1 to 4 %, no more.
"""

DISBELIEVED, DISBELIEVED_SHARE = 10, 0.5
"""So many doubtful labels of one person, and that share of all that they gave, cost the others as well.

Wrong labels that all bear the same one draw it to themselves, so that a third of them pass for right: of two accounts
that labelled ten texts a day wrongly for a week, all as one intent, those taught a version that was up to 2.7 points
worse. Of honest people's labels at most a few are doubtful, and of somebody's who is wrong with a fifth, a fifth.
"""


def doubtful(rows: Sequence[Row], probabilities: Floats, labels: Sequence[str | None]) -> list[int]:
    """Returns the places of the rows whose labels are likely wrong, the likeliest first.

    `probabilities` (rows, labels) must come of a model that did not see the row, see `out_of_sample`; `labels` names
    the columns, None being out of scope. By confident learning (Northcutt, Jiang and Chuang, Confident learning:
    estimating uncertainty in dataset labels, 2021): a row counts as another label's where that is more probable than
    it is on average for the rows that bear it. Rows of labels that have fewer than `LEAST` are not doubted.
    Raises ValueError where a row's label is none of `labels`.
    """
    target = _targets(rows, labels)
    counts = np.bincount(target, minlength=len(labels))
    if (counts > 0).sum() < 2:
        return []
    from cleanlab.filter import find_label_issues

    found = find_label_issues(
        target, probabilities, filter_by=FILTER, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return [int(place) for place in found if counts[target[place]] >= LEAST]


def out_of_sample(rows: Sequence[Row], vectors: Floats, labels: Sequence[str | None]) -> Floats:
    """Returns how probable each label is of each row, float32 (rows, labels), by regressions that did not see the row.

    `vectors` are the texts' unit vectors, float32 (rows, dimensions). Golden rows teach none of the regressions. Each
    fold has its share of every label. Raises ValueError where a row's label is none of `labels`.
    """
    target = _targets(rows, labels)
    teaching = np.array([row.role != "golden" for row in rows], dtype=bool)
    weights = np.array([row.weight for row in rows], dtype=np.float32)
    fold = _folds(target)
    probabilities = np.full((len(rows), len(labels)), 1.0 / max(1, len(labels)), dtype=np.float32)
    for number in range(FOLDS):
        kept, held = np.flatnonzero((fold != number) & teaching), np.flatnonzero(fold == number)
        if len(kept) and len(held):
            given = weights[kept] * balanced(target[kept], len(labels)) ** BALANCE
            linear = fit(vectors[kept], target[kept], len(labels), strength=STRENGTH, row_weights=given, steps=STEPS)
            probabilities[held] = softmax(linear.logits(vectors[held]))
    return probabilities


def without_doubtful(dataset: Dataset, vectors: Mapping[str, Floats]) -> Dataset:
    """Returns the dataset without the unreviewed feedback whose labels all the other rows speak against.

    Where that is most of what somebody said, the rest of it is left out too, and waits for a review with it. `vectors`
    holds for each task that is to be looked through the unit vectors of `dataset.of(task)`, in that order. Base,
    reviewed and golden rows stay whatever is thought of them. Raises ValueError for a task whose vectors are not as
    many as its rows.
    """
    gone: dict[int, Decision] = {}
    for task, of_task in sorted(vectors.items()):
        places = [place for place, row in enumerate(dataset.rows) if row.task == task]
        rows = [dataset.rows[place] for place in places]
        if len(rows) != len(of_task):
            raise ValueError(f'there are {len(of_task)} vectors for the {len(rows)} rows of the task "{task}"')
        labels = sorted({row.label for row in rows}, key=lambda label: (label is None, label or ""))
        probabilities = out_of_sample(rows, of_task, labels)
        feedback = {
            place: row
            for place, row in zip(places, rows, strict=True)
            if row.role in ("earlier", "new") and not row.reviewed
        }
        for place in doubtful(rows, probabilities, labels):
            if places[place] in feedback:
                likelier = labels[int(probabilities[place].argmax())]
                detail = f"likelier {'out of scope' if likelier is None else repr(likelier)}"
                gone[places[place]] = Decision(rows[place].id, "doubtful", detail)
        disbelieved = _disbelieved(feedback, gone)
        for place, row in feedback.items():
            if row.judge in disbelieved and place not in gone:
                gone[place] = Decision(row.id, "doubtful", "most of what its judge said is")
    return dataset.less(gone)


def _disbelieved(feedback: Mapping[int, Row], doubted: Container[int]) -> set[str]:
    """Returns the people most of whose unreviewed labels are doubted; who brought labels in by command is nobody."""
    said = Counter(row.judge for row in feedback.values() if not row.impersonal)
    wrong = Counter(row.judge for place, row in feedback.items() if place in doubted)
    return {judge for judge, count in said.items() if wrong[judge] >= max(DISBELIEVED, DISBELIEVED_SHARE * count)}


def _targets(rows: Sequence[Row], labels: Sequence[str | None]) -> npt.NDArray[np.intp]:
    number = {label: place for place, label in enumerate(labels)}
    missing = [row.label for row in rows if row.label not in number]
    if missing:
        raise ValueError(f"a row has the label {missing[0]!r}, which is none of those given")
    return np.array([number[row.label] for row in rows], dtype=np.intp)


def _folds(target: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Returns the fold of each row, the rows of each label spread over all of them."""
    shuffled = np.random.default_rng(SEED).permutation(len(target))
    order = shuffled[np.argsort(target[shuffled], kind="stable")]
    fold = np.empty(len(target), dtype=np.intp)
    fold[order] = np.arange(len(target)) % FOLDS
    return fold
