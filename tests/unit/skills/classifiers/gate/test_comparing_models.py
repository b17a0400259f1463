"""Champion and challenger on the same texts: figures, differences, and what changed."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_texts import many, taken, text, texts
from sklearn.metrics import f1_score, precision_recall_fscore_support

from skills.classifiers.gate.comparing import Comparison, Example, Interval, Judged, compare, said
from skills.classifiers.gate.voting import Tally
from skills.classifiers.heads.calibration import expected_calibration_error
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.scope import area_under_curve

LABELS = ("refund", "invoice", "账户")


def value(interval: Interval | None) -> float:
    assert interval is not None
    return interval.value


predictions = st.builds(
    Prediction,
    st.sampled_from([*LABELS, "only here"]),
    st.floats(0, 1),
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
    st.booleans(),
    st.just({}),
)
judged_texts = st.lists(
    st.builds(
        Judged,
        st.text(max_size=5),
        st.sampled_from([*LABELS, None]),
        predictions,
        predictions,
        st.sampled_from(["", "U1", "U2"]),
        st.text(max_size=3),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(judged_texts)
def test_any_texts_can_be_compared_and_every_figure_lies_in_its_range(judged: list[Judged]) -> None:
    found = compare("intent", "new", judged)
    assert found.n == len(judged)
    for figures in (found.champion, found.challenger):
        overall = [getattr(figures, name) for name in figures.__slots__ if name != "classes"]
        by_class = [one for of in figures.classes for one in (of.precision, of.recall, of.f1)]
        for one in filter(None, [*overall, *by_class]):
            assert 0 <= one.low <= one.high <= 1 + 1e-9
            assert 0 <= one.value <= 1 + 1e-9
        assert sum(of.n for of in figures.classes) == len(judged)
    assert (found.champion.accuracy is None) == (not judged)
    if judged:
        assert value(found.differences.accuracy) * len(judged) == pytest.approx(found.won - found.lost)
    assert found.p_better + found.p_worse == pytest.approx(1)
    assert sum(len(ballot.outcomes) for ballot in found.ballots) == len(judged)
    assert len(found.examples) <= 10


@settings(max_examples=40, deadline=None)
@given(judged_texts.filter(lambda judged: any(one.label for one in judged) and any(not one.label for one in judged)))
def test_the_figures_are_those_that_training_and_evaluation_give(judged: list[Judged]) -> None:
    figures = compare("intent", "new", judged).challenger
    wanted = [one.label or "oos" for one in judged]
    answered = [said(one.challenger) or "oos" for one in judged]
    scope = np.array([one.challenger.in_scope for one in judged])
    inside = np.array([one.label is not None for one in judged])
    assert value(figures.macro_f1) == pytest.approx(f1_score(wanted, answered, average="macro", zero_division=0.0))
    assert value(figures.oos_auroc) == pytest.approx(area_under_curve(scope[inside], scope[~inside]))
    ours = [one.challenger for one in judged if one.label]
    right = [one.challenger.label == one.label for one in judged if one.label]
    assert value(figures.ece) == pytest.approx(
        expected_calibration_error([one.probability for one in ours], right), abs=1e-12
    )
    labels = [one.label or "oos" for one in figures.classes]
    precision, recall, f1, support = precision_recall_fscore_support(
        wanted, answered, labels=labels, zero_division=np.nan
    )
    for place, one in enumerate(figures.classes):
        assert one.n == support[place]
        for interval, theirs in ((one.precision, precision[place]), (one.recall, recall[place]), (one.f1, f1[place])):
            assert np.isnan(theirs) if interval is None else interval.value == pytest.approx(theirs)


def test_a_text_in_scope_that_is_refused_counts_as_wrong_though_its_label_was_found() -> None:
    unsure = Prediction("a", 0.9, 0.2, False, {})
    found = compare("intent", "golden", [Judged("x", "a", taken("a"), unsure)])
    assert (found.won, found.lost, found.negative_flip_rate) == (0, 1, 1.0)
    assert value(found.challenger.accuracy) == 0
    assert value(found.challenger.refused) == 1
    assert value(found.challenger.ece) == pytest.approx(0.1)


def test_without_texts_nothing_is_known() -> None:
    found = compare("intent", "new", [])
    assert (found.n, found.won, found.lost, found.p_better, found.p_worse) == (0, 0, 0, 0.5, 0.5)
    assert found.challenger.accuracy is found.challenger.macro_f1 is found.differences.ece is None
    assert found.challenger.classes == found.ballots == found.examples == found.worst == ()


def test_where_all_is_out_of_scope_or_nothing_is_only_what_applies_is_given() -> None:
    outside = compare("intent", "new", [text(None, "a", None), text(None, None, None)])
    assert value(outside.challenger.oos_recall) == 1
    assert value(outside.differences.oos_recall) == 0.5
    assert outside.challenger.oos_auroc is outside.challenger.ece is outside.challenger.refused is None
    inside = compare("intent", "new", texts(same=3, labels=["a"]))
    assert inside.challenger.oos_recall is inside.differences.oos_auroc is None
    assert value(inside.challenger.macro_f1) == 1


def test_a_label_that_only_one_model_knows_is_a_class_of_both() -> None:
    found = compare("intent", "new", [text("a", "a", "a"), text("a", "a", "new one")])
    assert [one.label for one in found.champion.classes] == [one.label for one in found.challenger.classes]
    champion, challenger = found.champion.classes[1], found.challenger.classes[1]
    assert (champion.label, champion.f1, champion.precision, champion.recall) == ("new one", None, None, None)
    assert value(challenger.f1) == value(challenger.precision) == 0
    assert challenger.recall is None


def test_equal_models_differ_by_nothing_on_any_draw() -> None:
    judged = [replace(one, challenger=one.champion) for one in many(200, LABELS)]
    found = compare("intent", "golden", judged)
    for name in found.differences.__slots__:
        assert getattr(found.differences, name) == Interval(0.0, 0.0, 0.0)
    assert found.examples == found.worst == ()


def test_the_interval_of_a_difference_is_narrow_because_both_models_meet_the_same_texts() -> None:
    found = compare("intent", "golden", [*texts(same=400, won=5), *[text("a", "b", "b")] * 400])
    accuracy, difference = found.challenger.accuracy, found.differences.accuracy
    assert accuracy is not None
    assert difference is not None
    assert difference.high - difference.low < (accuracy.high - accuracy.low) / 3
    assert difference.low >= 0


def test_the_interval_of_a_share_is_as_wide_as_statistics_say() -> None:
    accuracy = compare("intent", "golden", texts(same=300, lost=100)).challenger.accuracy
    assert accuracy is not None
    deviation = (0.75 * 0.25 / 400) ** 0.5
    assert accuracy.low == pytest.approx(0.75 - 1.645 * deviation, abs=0.004)
    assert accuracy.high == pytest.approx(0.75 + 1.645 * deviation, abs=0.004)


def test_the_same_seed_gives_the_same_comparison_and_another_one_other_intervals() -> None:
    judged = many(150, LABELS)
    assert compare("intent", "new", judged, seed=4) == compare("intent", "new", judged, seed=4)
    one, other = (compare("intent", "new", judged, seed=seed).differences.macro_f1 for seed in (4, 5))
    assert value(one) == value(other)
    assert one != other


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [(0, 0, 0.5), (1, 0, 0.25), (3, 0, 0.0625), (2, 1, 0.3125), (0, 1, 0.75), (5, 5, 0.5)],
)
def test_the_mid_p_value_is_what_chance_gives_with_half_of_a_tie(won: int, lost: int, p: float) -> None:
    assert Tally(won, lost).p_better == pytest.approx(p)
    assert Tally(lost, won).p_worse == pytest.approx(p)


@given(st.integers(0, 60), st.integers(0, 60))
def test_one_text_more_that_was_won_never_makes_the_challenger_less_likely_better(won: int, lost: int) -> None:
    assert Tally(won + 1, lost).p_better <= Tally(won, lost).p_better <= Tally(won, lost + 1).p_better


def test_a_judges_texts_are_ordered_by_their_ids_however_they_come() -> None:
    judged = [*texts(same=5, won=5, lost=5, judge="U1"), *texts(same=2, judge="U2"), *texts(lost=1)]
    ballots = compare("intent", "new", judged).ballots
    assert compare("intent", "new", judged[::-1]).ballots == ballots
    assert [(ballot.named, len(ballot.outcomes)) for ballot in ballots] == [(False, 1), (True, 15), (True, 2)]
    assert ballots[1].outcomes != tuple(sorted(ballots[1].outcomes))
    reworded = [replace(one, text=f"{one.text}, {number}") for number, one in enumerate(judged)]
    assert compare("intent", "new", reworded).ballots == ballots
    renamed = [replace(one, id=f"other {one.id}") for one in judged]
    assert compare("intent", "new", renamed).ballots[1].outcomes != ballots[1].outcomes


def test_what_was_lost_is_shown_before_what_was_won_and_neither_crowds_out_the_other() -> None:
    judged = [*texts(same=50, won=40, lost=30), text("a", "b", "c"), text("a", "b", None)]
    shown = compare("intent", "new", judged).examples
    assert [one.challenger == one.label for one in shown] == [False] * 5 + [True] * 5
    few = compare("intent", "new", [*texts(won=1, lost=8), text("a", "b", None)]).examples
    assert [one.champion == one.label for one in few] == [True] * 8 + [False] * 2
    assert few[-1] == Example("a text about a", "a", "b", None)


def test_the_classes_that_lost_most_stand_first() -> None:
    judged = [text(label, label, label) for label in "abc" for _ in range(10)]
    judged += [text("a", "a", "b"), text("b", "b", "c"), text("b", "b", "c"), text("c", "c", None)]
    found = compare("intent", "golden", judged)
    assert [(one.label, one.n, one.champion) for one in found.worst] == [("b", 12, 1), ("c", 11, 1), ("a", 11, 1)]
    assert [one.challenger for one in found.worst] == pytest.approx([20 / 23, 20 / 23, 20 / 21])


@pytest.mark.parametrize("broken", [{"probability": float("nan")}, {"in_scope": float("inf")}])
def test_probabilities_that_are_no_numbers_are_told(broken: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        compare("intent", "new", [Judged("x", "a", taken("a"), replace(taken("a"), **broken))])


def test_ten_thousand_texts_take_seconds() -> None:
    judged = many(10_000, [f"label {number}" for number in range(77)])
    began = time.process_time()
    found: Comparison = compare("intent", "golden", judged)
    assert time.process_time() - began < 15
    assert found.n == 10_000
