"""Which texts people are asked about: in doubt, unlike each other, unlike what was shown, and never more than asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.classifiers.features.ngrams import Floats
from skills.classifiers.features.sketches import SAME, resemblance, sketch
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.heads.head import Prediction
from skills.learning.asking.choosing import LEAST_DOUBT, Doubted, choose, doubt_of, shares_of

WORDS = ("where is my parcel", "Where is my parcel?", "refund me", "close my account", "灯坏了", "怎么付款")


def unit(rows: list[list[float]]) -> Floats:
    found = np.array(rows, dtype=np.float32).reshape(len(rows), -1)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Doubted], Floats]:
    texts = draw(st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=12), max_size=25))
    doubted = [Doubted(text, draw(st.floats(0, 1))) for text in texts]
    seed = draw(st.integers(0, 1000))
    vectors = np.random.default_rng(seed).normal(size=(len(texts), 4)) + 1e-3
    return doubted, unit(vectors.tolist()) if texts else np.zeros((0, 4), np.float32)


@given(pools(), st.integers(0, 8), st.lists(st.sampled_from(WORDS), max_size=2))
def test_never_more_than_asked_for_never_what_is_sure_and_nothing_twice(
    pool: tuple[list[Doubted], Floats], count: int, known: list[str]
) -> None:
    candidates, vectors = pool
    chosen = choose(candidates, vectors, count, known=known)
    assert len(chosen) == len(set(chosen)) <= count
    assert all(candidates[place].doubt >= LEAST_DOUBT for place in chosen)
    texts = [*known, *(candidates[place].text for place in chosen)]
    for at, place in enumerate(chosen):
        own = sketch(candidates[place].text)
        others = texts[: len(known) + at]
        assert all(resemblance(own, sketch(other)) < SAME for other in others)


@given(pools(), st.integers(1, 8))
def test_the_most_doubted_comes_first_and_what_is_left_out_is_sure_or_a_duplicate(
    pool: tuple[list[Doubted], Floats], count: int
) -> None:
    candidates, vectors = pool
    chosen = choose(candidates, vectors, count)
    in_doubt = [one.doubt for one in candidates if one.doubt >= LEAST_DOUBT]
    if in_doubt:
        assert candidates[chosen[0]].doubt == max(in_doubt)
    if len(chosen) < count:
        taken = [sketch(candidates[place].text) for place in chosen]
        for one in candidates:
            if one.doubt >= LEAST_DOUBT:
                assert any(resemblance(sketch(one.text), other) >= SAME for other in taken)


def test_they_are_spread_over_what_they_are_about() -> None:
    topics = {"parcel": [1.0, 0.02, 0.0], "refund": [0.0, 1.0, 0.02], "account": [0.02, 0.0, 1.0]}
    candidates, rows = [], []
    for name, (first, second, third) in topics.items():
        for number, word in enumerate(("alpha", "bravo", "charlie", "delta")):
            doubt = 0.9 if name == "parcel" else 0.7
            candidates.append(Doubted(f"{word} {name}", doubt - number / 100))
            rows.append([first + number / 100, second, third])
    chosen = choose(candidates, unit(rows), 3)
    # Doubt alone would have taken three about parcels.
    assert {candidates[place].text.split()[1] for place in chosen} == set(topics)


def test_what_was_shown_lately_is_kept_away_from() -> None:
    candidates = [Doubted("where is it", 0.9), Doubted("pay me back", 0.8)]
    vectors = unit([[1.0, 0.0], [0.0, 1.0]])
    assert choose(candidates, vectors, 1) == [0]
    assert choose(candidates, vectors, 1, near=unit([[1.0, 0.05]])) == [1]


def test_none_of_the_labels_counts_as_one_where_it_can_be() -> None:
    read = Prediction("refund", 0.8, 0.5, True, {"refund": 0.8, "parcel": 0.2})
    assert shares_of(read, scoped=True) == [(NONE, 0.5), ("refund", 0.4), ("parcel", pytest.approx(0.1))]
    assert shares_of(read, scoped=False) == [("refund", 0.8), ("parcel", 0.2)]


def test_doubt_is_the_margin_or_how_far_the_classifier_is_against_what_somebody_said() -> None:
    shares = [("refund", 0.7), ("parcel", 0.2), (NONE, 0.1)]
    assert doubt_of(shares) == pytest.approx(0.5)
    assert doubt_of(shares, "refund") == pytest.approx(0.3)
    assert doubt_of(shares, "parcel") == pytest.approx(0.8)
    assert doubt_of(shares, "a label that nobody knows") == 1.0
    assert doubt_of(shares, "refund", flagged=True) == 1.0
    assert doubt_of([("only", 1.0)]) == 0.0
