"""A challenger refuses no more of what people ask than the champion did, but for a little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.classifiers.heads.head import Prediction
from skills.classifiers.retraining.strictness import FEWEST, MORE, bearable, read_from

SHARES = st.lists(st.floats(0, 1), min_size=FEWEST, max_size=300)


def read(in_scope: float, threshold: float) -> Prediction:
    return Prediction("a", 0.9, in_scope, in_scope >= threshold, {"a": 0.9})


def refused(answers: list[Prediction]) -> int:
    return sum(not one.accepted for one in answers)


@given(SHARES, st.data(), st.floats(0, 1), st.floats(0, 1))
def test_with_the_threshold_that_is_borne_it_refuses_one_text_more_in_a_hundred_at_most(
    before: list[float], data: st.DataObject, old: float, new: float
) -> None:
    after = data.draw(st.lists(st.floats(0, 1), min_size=len(before), max_size=len(before)))
    champion, challenger = [read(one, old) for one in before], [read(one, new) for one in after]
    threshold = bearable(champion, challenger)
    borne = refused(champion) + MORE * len(champion)
    if threshold is None:
        assert refused(challenger) <= borne
    else:
        assert threshold <= new
        assert refused([read_from(threshold, one) for one in challenger]) <= borne


def test_no_more_is_accepted_than_must_be() -> None:
    champion = [read(0.9, 0.5)] * 98 + [read(0.1, 0.5)] * 2
    challenger = [read(0.8, 0.6)] * 90 + [read(place / 20, 0.6) for place in range(10)]
    threshold = bearable(champion, challenger)
    assert threshold == pytest.approx(3 / 20)
    assert refused([read_from(threshold or 0.0, one) for one in challenger]) == 3


def test_a_challenger_that_refuses_less_and_texts_that_are_too_few_change_nothing() -> None:
    strict, lax = [read(0.5, 0.9)] * FEWEST, [read(0.5, 0.1)] * FEWEST
    assert bearable(strict, lax) is None
    assert bearable(lax[1:], strict[1:]) is None
    assert bearable(lax, strict) == 0.5
