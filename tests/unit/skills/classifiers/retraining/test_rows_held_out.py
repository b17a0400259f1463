"""Which of the new rows are held out, so that they can judge."""

from __future__ import annotations

import numpy as np

from skills.classifiers.curating.examples import Row
from skills.classifiers.retraining.challenging import ENOUGH_FOR_TIME, FOLDS, NEWEST, held_out
from skills.classifiers.retraining.corpus import Corpus


def corpus(count: int) -> Corpus:
    """Returns so many new rows, the later ones newer, behind one of the answer book."""
    rows = [Row("intent", f"text {at}", "a", "en", 1.0, "new", id=f"{at:06}", at=float(at)) for at in range(count)]
    return Corpus((Row("intent", "book", "a", "en", 1.0, "base"), *rows), {}, {})


def test_of_hundreds_of_new_rows_every_one_is_held_out_once() -> None:
    for count in (1, 3, 99, 100, ENOUGH_FOR_TIME - 1):
        some = corpus(count)
        parts = held_out(some, some.where("new"))
        assert len(parts) == min(FOLDS, count)
        assert sorted(np.concatenate(parts).tolist()) == list(range(1, count + 1))


def test_parts_have_nothing_to_do_with_time() -> None:
    some = corpus(500)
    means = [part.mean() for part in held_out(some, some.where("new"))]
    assert max(means) - min(means) < 100


def test_of_very_many_the_newest_are_held_out() -> None:
    some = corpus(ENOUGH_FOR_TIME)
    (part,) = held_out(some, some.where("new"))
    newest = round(NEWEST * ENOUGH_FOR_TIME)
    assert part.tolist() == list(range(ENOUGH_FOR_TIME - newest + 1, ENOUGH_FOR_TIME + 1))


def test_without_new_rows_nothing_is_held_out() -> None:
    assert held_out(corpus(0), np.empty(0, dtype=np.intp)) == []
