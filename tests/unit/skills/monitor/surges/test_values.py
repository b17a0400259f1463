"""The scorer of values: what surprises it and what does not."""

from __future__ import annotations

import math
import random

import pytest

from skills.monitor.surges.values import THRESHOLD, ValueScorer

BEGIN = 1_700_000_000.0


def scores(values: list[float], step: float = 300.0) -> list[float]:
    scorer = ValueScorer()
    return [scorer.score(BEGIN + row * step, value) for row, value in enumerate(values)]


def rhythm(days: int, seed: int = 1, base: float = 100.0) -> list[float]:
    """Values every 5 minutes with a daily rhythm and noise."""
    chance = random.Random(seed)
    return [
        base * (1 + 0.5 * math.sin(2 * math.pi * row / 288)) + chance.gauss(0, base / 20) for row in range(288 * days)
    ]


def test_a_jump_is_an_alarm_within_minutes_and_one_alarm_only() -> None:
    values = rhythm(20)
    at = 288 * 15 + 100
    for row in range(at, at + 40):
        values[row] *= 3
    found = [row for row, score in enumerate(scores(values)) if score >= THRESHOLD and row > 288 * 5]
    soon = [row for row in found if at <= row < at + 200]
    assert soon[0] <= at + 6
    assert len(soon) <= 3


def test_a_daily_rhythm_alone_is_no_alarm() -> None:
    found = [row for row, score in enumerate(scores(rhythm(30))) if score >= THRESHOLD and row > 288 * 3]
    assert len(found) <= 3


def test_a_rhythm_that_fails_to_come_is_an_alarm() -> None:
    values = rhythm(20)
    at = 288 * 15
    for row in range(at, at + 288):
        values[row] = 50.0
    assert any(score >= THRESHOLD for score in scores(values)[at : at + 288])


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_the_unit_makes_no_difference(unit: float) -> None:
    plain = scores(rhythm(3))
    assert scores([value * unit for value in rhythm(3)]) == pytest.approx(plain, abs=1e-3)


@pytest.mark.parametrize("value", [0.0, 7.0, -3.0])
def test_a_series_that_never_changes_surprises_nobody(value: float) -> None:
    assert max(scores([value] * 2000)) < THRESHOLD


def test_a_score_does_not_depend_on_later_rows() -> None:
    values = rhythm(4)
    assert scores(values)[:600] == scores(values[:600])


def test_times_that_stand_still_or_go_back_are_taken() -> None:
    scorer = ValueScorer()
    assert all(scorer.score(BEGIN - 100 * (row % 3), float(row % 5)) >= 0 for row in range(200))
