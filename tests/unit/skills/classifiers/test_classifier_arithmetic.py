"""What heads are made of: n-grams, regression, neighbours, scope scores, calibration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.classifiers.features.ngrams import COLUMNS, count_ngrams, folded, inverse_frequencies
from skills.classifiers.heads.calibration import (
    area_under_risk_coverage,
    choose_rule,
    expected_calibration_error,
    fit_temperature,
    with_threshold_of,
)
from skills.classifiers.heads.kernel import PENALTY, fit_kernel
from skills.classifiers.heads.kernel import SHARPNESS as KERNEL_SHARPNESS
from skills.classifiers.heads.neighbours import DOUBT, LOOKED_AT, NEAREST, SHARPNESS, SHORTLIST, Neighbourhood
from skills.classifiers.heads.regression import balanced, fit, log_softmax, own_axes, softmax
from skills.classifiers.heads.scope import NOTHING_REFUSED, Whitened, area_under_curve, logit_scores

RNG = np.random.default_rng(3)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_has_columns_in_range_and_is_counted_alone_as_among_others(texts: list[str]) -> None:
    counts = count_ngrams(texts)
    assert len(counts) == len(texts)
    assert ((counts.columns >= 0) & (counts.columns < COLUMNS)).all()
    assert (counts.frequencies >= 1).all()
    for row, text in enumerate(texts):
        alone = count_ngrams([text])
        part = slice(counts.starts[row], counts.starts[row + 1])
        assert np.array_equal(alone.columns, counts.columns[part])
        assert np.array_equal(alone.frequencies, counts.frequencies[part])


def test_case_width_and_spaces_do_not_matter_and_half_a_surrogate_pair_is_read() -> None:
    one, two = count_ngrams(["Where  is my ＣＡＲＤ"]), count_ngrams(["where is my card"])
    assert np.array_equal(one.columns, two.columns)
    assert len(count_ngrams(["\ud83d"]).columns) > 0
    assert len(count_ngrams(["", "  "]).columns) == 0


def test_folding_keeps_inner_products_on_average_and_an_empty_text_at_zero() -> None:
    texts = ["the parcel is late", "my parcel is late again", "reset the password", ""]
    counts = count_ngrams(texts)
    whole, small = (folded(counts, inverse_frequencies(counts), size) for size in (COLUMNS, 1024))
    assert np.allclose(np.linalg.norm(whole[:3], axis=1), 1.0, atol=1e-5)
    assert not small[3].any()
    assert np.allclose(whole @ whole.T, small @ small.T, atol=0.12)


def test_the_regression_is_scikit_learns() -> None:
    from sklearn.linear_model import LogisticRegression

    target = RNG.integers(0, 3, 90)
    rows = (np.eye(3, 12)[target] + 0.5 * RNG.standard_normal((90, 12))).astype(np.float32)
    ours = fit(rows, target, 3, strength=2.0, row_weights=np.ones(90, np.float32), steps=300)
    theirs = LogisticRegression(C=2.0, tol=1e-8, max_iter=1000).fit(rows, target)
    assert np.allclose(softmax(ours.logits(rows)), theirs.predict_proba(rows), atol=0.01)


def test_a_weight_reaches_as_far_as_its_column_were_longer() -> None:
    target = RNG.integers(0, 3, 90)
    rows = (np.eye(3, 12)[target] + 0.5 * RNG.standard_normal((90, 12))).astype(np.float32)
    longer = RNG.uniform(0.2, 3.0, 12).astype(np.float32)
    weights = np.ones(90, np.float32)
    reach = np.repeat(longer[:, None], 3, axis=1)
    eased = fit(rows, target, 3, strength=0.5, row_weights=weights, steps=300, reach=reach)
    scaled = fit(rows * longer, target, 3, strength=0.5, row_weights=weights, steps=300)
    assert np.allclose(eased.logits(rows), scaled.logits(rows * longer), atol=0.01)
    again = fit(rows, target, 3, strength=0.5, row_weights=weights, steps=1, start=eased, reach=reach)
    assert np.allclose(again.logits(rows), eased.logits(rows), atol=0.01)


def test_the_kernel_is_scikit_learns_ridge_regression() -> None:
    from sklearn.kernel_ridge import KernelRidge

    near = RNG.standard_normal((80, 6)).astype(np.float32)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    target, weights = RNG.integers(0, 3, 80), RNG.uniform(0.5, 2.0, 80).astype(np.float32)
    ours = fit_kernel(near, target, 3, weights, 1)
    cosines = np.exp(KERNEL_SHARPNESS * (near.astype(np.float64) @ near.T - 1.0))
    wanted = np.eye(3)[target]
    wanted = wanted - np.average(wanted, axis=0, weights=weights)
    theirs = KernelRidge(alpha=PENALTY, kernel="precomputed").fit(cosines, wanted, sample_weight=weights)
    assert np.allclose(ours.scores(near), theirs.predict(cosines), atol=0.01)
    assert np.allclose(ours.scores(near[:1]), ours.scores(near)[:1], atol=1e-4)
    assert ours.scores(near[:0]).shape == (0, 3)


def test_in_own_axes_the_regression_is_the_same() -> None:
    target = RNG.integers(0, 3, 30)
    rows = RNG.standard_normal((30, 80)).astype(np.float32)
    weights = np.ones(30, np.float32)
    small, back = own_axes(rows)
    assert small.shape == (30, 30)
    plain = fit(rows, target, 3, strength=1.0, row_weights=weights, steps=300)
    mapped = back @ fit(small, target, 3, strength=1.0, row_weights=weights, steps=300).weights
    assert np.allclose(rows @ plain.weights, rows @ mapped, atol=0.02)


def test_balanced_weights_give_every_class_the_same_sum() -> None:
    target = np.array([0, 0, 0, 1])
    weights = balanced(target, 2)
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights.mean() == pytest.approx(1.0)


def test_the_nearest_examples_vote_for_their_label() -> None:
    known = np.eye(4, dtype=np.float32)[[0] * 15 + [1] * 15]
    neighbourhood = Neighbourhood.of(known, np.array([0] * 15 + [1] * 15), 2)
    means, votes = neighbourhood.nearest(np.eye(4, dtype=np.float32)[[0, 1, 2]], np.zeros((3, 2), np.float32))
    assert means.tolist() == [1.0, 1.0, 0.0]
    assert votes[:2].argmax(axis=1).tolist() == [0, 1]
    few = Neighbourhood.of(known[:3], np.zeros(3, np.intp), 2)
    assert few.nearest(known[:1], np.zeros((1, 2), np.float32))[0][0] == pytest.approx(1.0)


def test_among_the_likeliest_labels_the_nearest_examples_are_those_of_all() -> None:
    target = RNG.integers(0, SHORTLIST, 120)
    known = (np.eye(SHORTLIST, 16)[target] + 0.2 * RNG.standard_normal((120, 16))).astype(np.float32)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    target[::10] = SHORTLIST  # none of these
    inside = target < SHORTLIST
    neighbourhood = Neighbourhood.of(known, target, SHORTLIST)
    means, votes = neighbourhood.nearest(known[:20], np.zeros((20, SHORTLIST), np.float32))
    for row in range(20):
        cosines = known[inside] @ known[row]
        top = np.argsort(-cosines)[:NEAREST]
        weights = np.exp(SHARPNESS * (cosines[top] - cosines[top].max()))
        shares = np.bincount(target[inside][top], weights, minlength=SHORTLIST) / weights.sum()
        assert means[row] == pytest.approx(cosines[top].mean(), abs=1e-5)
        assert np.allclose(votes[row], np.log(shares + DOUBT), atol=1e-4)


def test_of_many_examples_some_of_each_label_are_looked_at() -> None:
    target = np.repeat([0, 1], 2 * LOOKED_AT)
    near = np.eye(2, dtype=np.float32)[target]
    neighbourhood = Neighbourhood.of(near, target, 2)
    assert len(neighbourhood.rows) == LOOKED_AT
    means, votes = neighbourhood.nearest(near[:1], np.zeros((1, 2), np.float32))
    assert means[0] == pytest.approx(1.0)
    assert votes[0].argmax() == 0


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=6))
def test_shares_and_scores_of_any_logits_are_finite(logits: list[float]) -> None:
    row = np.array([logits], dtype=np.float32)
    assert float(softmax(row).sum()) == pytest.approx(1.0, abs=1e-5)
    assert np.allclose(np.exp(log_softmax(row)), softmax(row), atol=1e-5)
    assert all(np.isfinite(score).all() for score in logit_scores(row, len(logits) - 1).values())


def test_the_relative_mahalanobis_distance_is_greater_for_what_lies_with_a_class() -> None:
    target = np.repeat([0, 1, 2], 40)
    rows = (3 * np.eye(3, 8)[target] + 0.3 * RNG.standard_normal((120, 8))).astype(np.float32)
    whitened = Whitened.of(rows, target, 3)
    away = (3 * np.eye(1, 8, 7) + 0.3 * RNG.standard_normal((20, 8))).astype(np.float32)
    assert area_under_curve(whitened.score(rows), whitened.score(away)) > 0.99


@settings(max_examples=30)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_the_area_under_the_curve_is_scikit_learns(inside: list[float], outside: list[float]) -> None:
    from sklearn.metrics import roc_auc_score

    expected = roc_auc_score([1] * len(inside) + [0] * len(outside), [*inside, *outside])
    assert area_under_curve(np.array(inside), np.array(outside)) == pytest.approx(expected)


def test_the_score_that_tells_scope_best_is_kept_and_its_probability_calibrated() -> None:
    inside = np.repeat([True, False], [400, 200])
    noise = RNG.standard_normal((2, 600))
    scores = {
        "max_logit": noise[0],
        "energy": noise[0],
        "neighbours": 4.0 * inside + noise[1],
        "mahalanobis": noise[0],
    }
    chosen = choose_rule(scores, inside, inside)
    assert chosen.rule.names == ("neighbours",)
    assert chosen.areas["neighbours"] > 0.99
    probability = chosen.rule.probability(chosen.rule.total(scores))
    accepted = probability >= chosen.rule.threshold
    assert accepted[inside].mean() > 0.95
    assert accepted[~inside].mean() < 0.05
    assert choose_rule(scores, np.ones(600, bool), inside).rule is NOTHING_REFUSED


def test_a_threshold_is_chosen_by_more_texts_than_the_rule_that_it_belongs_to() -> None:
    inside = np.arange(4000) < 2000
    scores = {"max_logit": 2.0 * inside + RNG.standard_normal(4000)}
    of_few = [np.r_[at : at + 20, 2000 + at : 2020 + at] for at in range(0, 1000, 100)]
    chosen = [choose_rule({"max_logit": scores["max_logit"][few]}, inside[few], inside[few]).rule for few in of_few]
    moved = [with_threshold_of(rule, scores, inside, inside) for rule in chosen]
    assert [(one.parts, one.slope, one.offset) for one in moved] == [
        (one.parts, one.slope, one.offset) for one in chosen
    ]
    refused = [
        [float((one.probability(one.total(scores)) < one.threshold)[~inside].mean()) for one in rules]
        for rules in (chosen, moved)
    ]
    assert np.std(refused[1]) < 0.5 * np.std(refused[0])


def test_the_temperature_is_found_again() -> None:
    logits = 2.0 * RNG.standard_normal((4000, 5))
    shares = softmax(logits)
    target = np.array([RNG.choice(5, p=row) for row in shares])
    temperature, loss = fit_temperature(logits * 3.0, target)
    assert temperature == pytest.approx(3.0, rel=0.1)
    assert loss > 0


def test_calibration_error_and_risk_coverage_by_hand() -> None:
    assert expected_calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0.0)
    assert expected_calibration_error([1.0, 1.0], [True, False]) == pytest.approx(0.5)
    assert area_under_risk_coverage([0.9, 0.1], [True, False]) == pytest.approx(0.25)
    assert area_under_risk_coverage([0.1, 0.9], [True, False]) == pytest.approx(0.75)
