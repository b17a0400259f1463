"""The Numenta benchmark's score, on cases computed by hand and by what must hold of it."""

from __future__ import annotations

import math
import random

import pytest

from skills.monitor.surges.nab import (
    Scored,
    best_threshold,
    file_score,
    normalised,
    probation,
    scaled_sigmoid,
    score_at,
)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_the_sigmoid_is_the_papers() -> None:
    assert scaled_sigmoid(-1.0) == pytest.approx(2 * sigmoid(5) - 1)
    assert scaled_sigmoid(0.0) == 0.0
    assert scaled_sigmoid(1.0) == pytest.approx(2 * sigmoid(-5) - 1)
    assert scaled_sigmoid(3.1) == -1.0


def test_probation_is_15_percent_and_750_rows_at_most() -> None:
    assert [probation(rows) for rows in (100, 1000, 5000, 20000)] == [15, 150, 750, 750]


def test_the_perfect_detector_has_100_and_the_null_detector_0() -> None:
    windows = [(300, 349), (700, 799)]
    perfect = [float(row in (300, 700)) for row in range(1000)]
    assert score_at([Scored(perfect, windows)], 0.5) == pytest.approx(100)
    assert best_threshold([Scored(perfect, windows)]) == (1.0, pytest.approx(100))
    assert score_at([Scored([0.0] * 1000, windows)], 0.5) == 0.0
    assert best_threshold([Scored([0.0] * 1000, windows)]) == (math.inf, 0.0)


def test_a_flag_in_a_window_earns_by_its_place_and_only_the_first_one_counts() -> None:
    middle = (2 * sigmoid(5 * 25 / 50) - 1) / (2 * sigmoid(5) - 1)
    assert file_score([325], [(300, 349)], 1000) == pytest.approx(middle)
    assert file_score([325, 326, 349], [(300, 349)], 1000) == pytest.approx(middle)


def test_a_false_flag_costs_all_before_a_window_and_little_soon_after_it() -> None:
    windows = [(300, 349)]
    found = file_score([300], windows, 1000)
    assert file_score([200, 300], windows, 1000) == pytest.approx(found - 0.11)
    soon = 0.11 * (2 * sigmoid(-5 * 10 / 49) - 1)
    assert file_score([300, 359], windows, 1000) == pytest.approx(found + soon)
    assert file_score([300, 900], windows, 1000) == pytest.approx(found - 0.11)


def test_a_missed_window_costs_one_and_flags_on_probation_count_nothing() -> None:
    assert file_score([], [(300, 349), (600, 640)], 1000) == -2
    assert file_score([3, 149], [(300, 349)], 1000) == -1


def test_files_are_summed_before_the_scale() -> None:
    files = [Scored([float(row == 300) for row in range(1000)], [(300, 349)]), Scored([0.0] * 1000, [(300, 349)])]
    assert score_at(files, 1.0) == pytest.approx(50)
    assert normalised(-2.0, 2) == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_best_threshold_is_no_worse_than_any_other(seed: int) -> None:
    chance = random.Random(seed)
    files = [
        Scored([round(chance.random() ** 8, 3) for _ in range(600)], [(150, 199), (400, 430)]),
        Scored([round(chance.random() ** 8, 3) for _ in range(300)], [(100, 160)]),
    ]
    threshold, best = best_threshold(files)
    assert score_at(files, threshold) == pytest.approx(best)
    assert all(
        score_at(files, one) <= best + 1e-9 for one in {score for file in files for score in file.scores if score}
    )
