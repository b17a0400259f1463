"""Labels that all the others speak against are left out, and honest corrections are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import base, example

from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.doubts import LEAST, doubtful, out_of_sample, without_doubtful
from skills.classifiers.curating.examples import DEFAULT, Row, row_of
from skills.classifiers.features.ngrams import Floats

LABELS = ("refund", "delivery", "parking", None)
CENTRES = np.linalg.qr(np.random.default_rng(1).normal(size=(16, 16)))[0].astype(np.float32)


def made(count: int, seed: int = 0) -> tuple[list[Row], list[int]]:
    """Returns as many rows of each label and the kind of text that each is."""
    kinds = [kind for kind in range(len(LABELS)) for _ in range(count)]
    rows = [
        row_of(example(f"text {seed} {at}", LABELS[kind] or "none"), DEFAULT, 0.0, False)
        for at, kind in enumerate(kinds)
    ]
    return rows, kinds


def vectors(kinds: list[int], seed: int = 0) -> Floats:
    noise = np.random.default_rng(seed).normal(scale=0.08, size=(len(kinds), 16))
    found: Floats = (CENTRES[kinds] + noise).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def in_order(rows: list[Row], kinds: list[int]) -> tuple[Dataset, Floats]:
    kind_of = {row.text: kind for row, kind in zip(rows, kinds, strict=True)}
    dataset = Dataset(tuple(rows))
    return dataset, vectors([kind_of[row.text] for row in dataset.rows])


def relabelled(rows: list[Row], places: list[int], **others: object) -> list[Row]:
    changed = list(rows)
    for place in places:
        label = LABELS[(LABELS.index(rows[place].label) + 1) % len(LABELS)]
        changed[place] = replace(rows[place], label=label, **others)  # type: ignore[arg-type]
    return changed


def given_by(judge: str, rows: list[Row], places: list[int]) -> list[Row]:
    return [replace(row, judge=judge) if place in places else row for place, row in enumerate(rows)]


def test_wrong_labels_are_found_and_right_ones_kept() -> None:
    rows, kinds = made(40)
    wrong = list(range(0, 160, 8))
    dataset, seen = in_order(relabelled(rows, wrong), kinds)
    left = without_doubtful(dataset, {"intent": seen})
    gone = {row.text for row in dataset.rows} - {row.text for row in left.rows}
    assert len(gone & {rows[place].text for place in wrong}) >= 18
    assert len(gone - {rows[place].text for place in wrong}) <= 1
    assert left.left_out() == {"doubtful": len(gone)}
    assert without_doubtful(dataset, {"intent": seen}) == left


@pytest.mark.parametrize(
    ("judge", "wrong", "believed"),
    [("mallory", 16, False), ("mallory", 8, True), ("", 16, True)],
    ids=["most is", "too few are to tell", "brought in by command"],
)
def test_what_else_somebody_said_goes_with_it_where_most_is_doubtful(judge: str, wrong: int, believed: bool) -> None:
    rows, kinds = made(40)
    theirs = list(range(0, 160, 8))
    turned = relabelled(given_by(judge, rows, theirs), theirs[:wrong])
    dataset, seen = in_order(turned, kinds)
    left = without_doubtful(dataset, {"intent": seen})
    right = {rows[place].text for place in theirs[wrong:]}
    assert right & {row.text for row in left.rows} == (right if believed else set())
    assert sum(row.judge == "ann" for row in left.rows) == 140
    if not believed:
        assert left.left_out() == {"doubtful": 20}


def test_what_a_reviewer_accepted_of_somebody_disbelieved_stays() -> None:
    rows, kinds = made(40)
    theirs = list(range(0, 160, 8))
    turned = relabelled(given_by("mallory", rows, theirs), theirs[:14])
    accepted = [
        replace(row, reviewed=True, reviewer="rea") if place in theirs[14:] else row for place, row in enumerate(turned)
    ]
    dataset, seen = in_order(accepted, kinds)
    left = without_doubtful(dataset, {"intent": seen})
    assert [row.reviewed for row in left.rows if row.judge == "mallory"] == [True] * 6


@pytest.mark.parametrize(
    "kept",
    [{"role": "base"}, {"role": "golden"}, {"reviewed": True, "reviewer": "rea"}],
    ids=["base", "golden", "reviewed"],
)
def test_what_the_team_wrote_reviewed_or_judges_by_is_never_doubted(kept: dict[str, object]) -> None:
    rows, kinds = made(40)
    dataset, seen = in_order(relabelled(rows, list(range(0, 160, 8)), **kept), kinds)
    left = without_doubtful(dataset, {"intent": seen})
    assert sum(row.role != "new" or row.reviewed for row in left.rows) == 20


def test_many_honest_corrections_of_what_the_team_wrote_wrongly_stay() -> None:
    own, kinds = made(30)
    own = [replace(row, role="base") for row in own]
    moved = [place for place, kind in enumerate(kinds) if kind == 0][:5]
    own = relabelled(own, moved)
    honest, more = made(20, seed=1)
    dataset, seen = in_order([*own, *honest], [*kinds, *more])
    left = without_doubtful(dataset, {"intent": seen})
    assert {row.text for row in honest} <= {row.text for row in left.rows}


def test_golden_rows_teach_none_of_the_regressions() -> None:
    rows, kinds = made(10)
    seen = vectors(kinds)
    judging = [replace(row, role="golden") if place % 10 == 0 else row for place, row in enumerate(rows)]
    turned = relabelled(judging, [place for place in range(len(rows)) if place % 10 == 0])
    spread = [place for place in range(len(rows)) if place % 10]
    one, other = out_of_sample(judging, seen, LABELS), out_of_sample(turned, seen, LABELS)
    assert (one.argmax(axis=1)[spread] == np.array(kinds)[spread]).all()
    assert (other.argmax(axis=1) == np.array(kinds)).all()


def test_probabilities_are_of_each_label_and_add_up() -> None:
    rows, kinds = made(6)
    found = out_of_sample(rows, vectors(kinds), LABELS)
    assert found.shape == (24, 4)
    assert found.dtype == np.float32
    assert found.sum(axis=1) == pytest.approx(np.ones(24), abs=1e-5)


@pytest.mark.parametrize("count", [0, 1, 2, LEAST - 1])
def test_few_rows_are_left_as_they_are(count: int) -> None:
    rows, kinds = made(count)
    turned = [replace(row, label=LABELS[place % len(LABELS)]) for place, row in enumerate(rows)]
    dataset, seen = in_order(turned, kinds)
    assert without_doubtful(dataset, {"intent": seen.reshape(-1, 16)}) == dataset


def test_a_label_with_one_row_and_one_that_is_all_golden_are_left_as_they_are() -> None:
    rows, kinds = made(12)
    single = [*rows[:13], *(replace(row, role="golden") for row in rows[24:36])]
    dataset, seen = in_order(single, [*kinds[:13], *kinds[24:36]])
    assert without_doubtful(dataset, {"intent": seen}) == dataset


def test_one_label_alone_cannot_be_doubted() -> None:
    rows, kinds = made(12)
    dataset, seen = in_order(rows[:12], kinds[:12])
    assert without_doubtful(dataset, {"intent": seen}) == dataset
    assert doubtful(rows[:12], np.ones((12, 1), np.float32), ["refund"]) == []
    assert doubtful([], np.ones((0, 0), np.float32), []) == []


def test_tasks_without_vectors_are_left_as_they_are_and_too_few_vectors_are_refused() -> None:
    rows, kinds = made(12)
    dataset, seen = in_order(relabelled(rows, [3]), kinds)
    assert without_doubtful(dataset, {}) == dataset
    with pytest.raises(ValueError, match='47 vectors for the 48 rows of the task "intent"'):
        without_doubtful(dataset, {"intent": seen[:-1]})


def test_a_label_that_is_not_among_those_given_is_refused() -> None:
    with pytest.raises(ValueError, match="refund"):
        doubtful([base("one")], np.ones((1, 1), np.float32), ["delivery"])
