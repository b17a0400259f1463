"""How good people are taken to be at kinds of work, and who is chosen for it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from skills.tasks.assigning import sorting
from skills.tasks.assigning.choice import choose, stating
from skills.tasks.assigning.levels import LEVELS, USUAL, infer


def likely(level: int) -> npt.NDArray[np.float64]:
    return np.asarray(0.98 * np.eye(4)[level] + 0.005)


def test_whoever_gets_the_work_of_a_kind_is_good_at_it() -> None:
    standing = infer(np.array([[30.0, 0.0], [28.0, 1.0], [0.0, 25.0]]), np.ones((3, 2)))
    means = standing.levels @ LEVELS
    assert means[:2, 0].min() > means[2, 0] + 0.3
    np.testing.assert_allclose(standing.levels.sum(axis=2), 1.0)
    np.testing.assert_allclose(standing.chances.sum(axis=0), 1.0)


def test_whoever_did_everything_alone_is_good_at_it() -> None:
    assert infer(np.array([[100.0]]), np.ones((1, 1))).levels[0, 0] @ LEVELS > USUAL @ LEVELS + 0.2


def test_a_newcomer_is_judged_by_what_came_up_since() -> None:
    counts = np.array([[30.0], [3.0], [30.0]])
    long, new = (infer(counts, np.array([[1.0], [part], [1.0]])).levels[1, 0] @ LEVELS for part in (1.0, 0.1))
    assert new > long + 0.1


def test_stating_a_kind_raises_its_level_and_silence_lowers_the_others() -> None:
    told = stating(np.tile(USUAL, (2, 1)), np.array([1.0, 0.0])) @ LEVELS
    assert told[0] > USUAL @ LEVELS > told[1]


def test_fit_comes_before_load_and_load_before_what_was_given() -> None:
    levels = np.stack([[likely(3)], [likely(3)], [likely(3)], [likely(1)]])
    chances = choose(np.ones(1), levels, np.array([0.5, 0.1, 0.15, 0.0]), np.array([0.0, 5.0, 2.0, 0.0]))
    assert chances.fittest.argmin() == 3
    assert chances.freest[1] > 0.8 > 0.2 > chances.freest[0]
    assert chances.chosen.argmax() == 2
    np.testing.assert_allclose(chances.chosen.sum(), 1.0)


def sorted_by(labels_of: list[tuple[str, ...]]) -> int:
    """Returns how many kinds are told for tasks of four kinds, each its two people's."""
    rng = np.random.default_rng(0)
    kinds = np.repeat(np.arange(4), 40)
    rows = np.eye(16)[kinds] + 0.1 * rng.normal(size=(160, 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owners = 2 * kinds + rng.integers(2, size=160)
    return sorting.sort(rows, rows, owners, labels_of, np.ones(160)).weights.shape[1]


def test_labels_are_kinds_where_they_tell_who_does_what() -> None:
    assert sorted_by([(f"kind {row // 40}",) if row % 3 == 0 else () for row in range(160)]) == 4


def test_labels_that_say_nothing_of_who_does_what_are_not_kinds() -> None:
    assert sorted_by([(("urgent", "later", "bug")[row % 3],) for row in range(160)]) == 8
