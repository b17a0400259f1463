"""Drift of texts, probabilities and labels: seldom found where there is none, found where there is."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from index.encoders.base import Vectors
from skills.classifiers.drift.finding import Compared, found
from skills.classifiers.drift.inputs import LEAST_TEXTS, PERMUTATIONS, Apart, told_apart
from skills.classifiers.drift.outputs import Moved, Surer, confidence_moved, labels_moved

SUBJECTS = np.random.default_rng(7).normal(size=(9, 64))
"""The middles of the texts of nine subjects; the last one is new."""


def texts(random: np.random.Generator, count: int, new: float = 0.0) -> Vectors:
    """Returns unit vectors of texts of eight subjects, a share of them of the ninth."""
    subject = np.where(random.random(count) < new, 8, random.integers(0, 8, count))
    vectors = SUBJECTS[subject] + 1.5 * random.normal(size=(count, 64))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def labels(random: np.random.Generator, count: int, shares: list[float]) -> Counter[str]:
    return Counter(map(str, random.choice(len(shares), count, p=shares).tolist()))


def test_texts_of_a_new_subject_are_told_apart_and_chance_does_not_do_so() -> None:
    random = np.random.default_rng(1)
    apart = told_apart(texts(random, 150), texts(random, 100, new=0.5))
    assert apart is not None
    assert apart.low < apart.auc < apart.high
    assert apart.p == 1 / (PERMUTATIONS + 1)
    assert found([Compared("intent", "input", apart)])
    assert 0.05 < apart.share < 0.5


def test_of_forty_weeks_of_the_same_texts_few_are_told_apart() -> None:
    random = np.random.default_rng(2)
    tests = [told_apart(texts(random, 60), texts(random, 50), permutations=99) for _ in range(40)]
    chances = np.array([test.p for test in tests if test is not None])
    assert len(chances) == 40
    # One in twenty on average; more than six would come up in one run of two hundred.
    assert (chances <= 0.05).sum() <= 6
    assert 0.35 < chances.mean() < 0.65


def test_surer_and_less_sure_weeks_are_found_and_five_hundred_others_give_few_alarms() -> None:
    random = np.random.default_rng(3)
    usual = random.beta(6, 1.5, 300).tolist()
    less = confidence_moved(usual, random.beta(3, 2, 100).tolist())
    assert less is not None
    assert less.now - less.before == pytest.approx(less.distance)
    assert less.distance > 0.3
    surer = confidence_moved(usual, random.beta(20, 1, 100).tolist())
    assert surer is not None
    assert surer.now < surer.before
    assert [one.result for one in found([Compared("a", "confidence", less), Compared("b", "confidence", surer)])] == [
        less,
        surer,
    ]
    alarms = 0
    for _ in range(500):
        same = confidence_moved(random.beta(6, 1.5, 300).tolist(), random.beta(6, 1.5, 100).tolist())
        assert same is not None
        alarms += bool(found([Compared("a", "confidence", same)]))
    assert alarms <= 30


def test_labels_that_shift_are_named_and_five_hundred_steady_weeks_give_few_alarms() -> None:
    random = np.random.default_rng(4)
    shares = [0.4, 0.3, 0.15, 0.1, 0.04, 0.01]
    shifted = labels_moved(labels(random, 400, shares), labels(random, 150, [0.1, 0.3, 0.15, 0.1, 0.04, 0.31]))
    assert shifted is not None
    assert {label for label, _, _ in shifted.labels} == {"0", "5"}
    assert found([Compared("intent", "labels", shifted)])
    alarms = 0
    for _ in range(500):
        same = labels_moved(labels(random, 400, shares), labels(random, 150, shares))
        assert same is not None
        alarms += bool(found([Compared("intent", "labels", same)]))
    assert alarms <= 30


def test_the_stability_index_is_that_of_the_books() -> None:
    moved = labels_moved({"a": 500_000, "b": 500_000}, {"a": 600_000, "b": 400_000})
    assert moved is not None
    assert moved.stability == pytest.approx(0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5), abs=1e-5)
    assert moved.labels == (("a", 0.5, 0.6), ("b", 0.5, 0.4))


def test_a_difference_that_is_sure_but_slight_is_not_told() -> None:
    slight = labels_moved({"a": 50_000, "b": 50_000}, {"a": 51_000, "b": 49_000})
    assert slight is not None
    assert slight.p < 0.001
    assert found([Compared("topic", "labels", slight)]) == []


def test_one_label_alone_has_not_moved() -> None:
    moved = labels_moved({"a": 100}, {"a": 100})
    assert moved == Moved(0.0, 1.0, ())


def test_of_several_tests_each_has_to_be_the_surer() -> None:
    def test(p: float) -> Compared:
        return Compared("intent", "confidence", Surer(0.5, 0.1, 0.9, p))

    assert found([test(0.04)]) == [test(0.04)]
    assert found([test(0.04), test(0.03)]) == []
    # Holm's own: 0.01 < 0.05 / 4, 0.015 < 0.05 / 3, but 0.03 > 0.05 / 2.
    assert found([test(0.03), test(0.01), test(0.04), test(0.015)]) == [test(0.01), test(0.015)]


def test_of_few_texts_nothing_is_said() -> None:
    random = np.random.default_rng(5)
    few = LEAST_TEXTS - 1
    assert told_apart(texts(random, 300), texts(random, few, new=1.0)) is None
    assert confidence_moved([0.9] * 300, [0.1] * few) is None
    assert labels_moved({"a": 300}, {"b": few}) is None


@pytest.mark.parametrize("share", [0.1, 0.3, 0.7, 1.0])
def test_the_share_of_other_texts_is_never_put_too_high(share: float) -> None:
    """The best that any classifier can do with a share of new texts, the others being the same, is (1 + share) / 2."""
    assert Apart((1 + share) / 2, 0.0, 1.0, 0.005).share <= share
