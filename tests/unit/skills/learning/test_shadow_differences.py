"""What two readings of the same questions differ in, and when that speaks against a version."""

from __future__ import annotations

import numpy as np
import pytest

from skills.classifiers.heads.head import Prediction
from skills.learning.shadowing.differences import Differences, Seen, differences
from skills.learning.shadowing.side_by_side import answers


def seen(before: str | None, now: str | None, path: str = "template", verdict: str | None = None) -> Seen:
    """Returns a question that is answered by each where it takes it for an intent."""
    return Seen(before, before is not None, now, now is not None, path, verdict)


def of(n: int, won: int, lost: int) -> Differences:
    """Returns what `n` questions say of which only one of both would have answered some."""
    alike = [seen("a", "a")] * (n - won - lost)
    return differences([*alike, *[seen(None, "a", "handover")] * won, *[seen("a", None)] * lost])


def test_changes_are_counted_by_labels_the_most_frequent_first() -> None:
    found = differences([seen("a", "a"), seen("a", "b"), seen("a", "b"), seen("b", None), seen(None, None, "handover")])
    assert (found.n, found.alike) == (5, 2)
    assert found.changed == ((("a", "b"), 2), (("b", None), 1))


def test_what_went_to_a_person_and_what_was_answered_is_told_apart() -> None:
    found = differences(
        [seen(None, "a", "handover"), seen(None, "a", "choice"), seen("a", None, "slot"), seen("a", None, "handover")]
    )
    assert (found.won, found.spared, found.lost, found.missed) == (2, 1, 2, 1)


def test_an_answer_that_helped_nobody_is_no_loss() -> None:
    found = differences([seen("a", None, verdict="not_helpful"), seen("a", None, verdict="helpful")])
    assert (found.lost, found.missed) == (1, 1)


@pytest.mark.parametrize(
    ("n", "won", "lost", "against"),
    [
        (0, 0, 0, False),
        (100, 0, 5, False),
        (100, 0, 7, True),
        (100, 7, 0, False),
        (100, 10, 20, False),
        (100, 5, 20, True),
        (5000, 10, 40, False),
    ],
    ids=["nothing", "few", "evident", "better", "chance", "evident on balance", "evident but little"],
)
def test_a_version_goes_by_more_than_one_in_a_hundred_and_more_than_chance(
    n: int, won: int, lost: int, against: bool
) -> None:
    assert of(n, won, lost).speaks_against is against


def test_of_a_thousand_versions_that_are_as_good_hardly_any_is_refused() -> None:
    random = np.random.default_rng(1)
    lost = random.binomial(20, 0.5, 1000)
    assert sum(of(200, 20 - int(one), int(one)).speaks_against for one in lost) <= 15


def test_a_reading_answers_where_the_support_skill_would_by_it_alone() -> None:
    def read(first: float, second: float, in_scope: float, accepted: bool = True) -> Prediction:
        return Prediction("a", first, in_scope, accepted, {"a": first, "b": second})

    assert answers(read(0.9, 0.1, 0.9))
    assert not answers(read(0.55, 0.45, 0.9))
    assert not answers(read(0.9, 0.1, 0.4))
    assert not answers(read(0.9, 0.1, 0.9, accepted=False))
