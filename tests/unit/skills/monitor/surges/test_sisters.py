"""What topics of one team teach a new one."""

from __future__ import annotations

import random

import pytest

from skills.monitor.surges.rhythm import HOURS, Prior, Rhythm
from skills.monitor.surges.sisters import pooled

MONDAY = 493_800 - 493_800 % 24 + 96


def taught(days: int, per_hour: float, seed: int) -> Rhythm:
    """A rhythm of working hours."""
    chance = random.Random(seed)
    rhythm = Rhythm(Prior())
    for hour in range(MONDAY, MONDAY + days * HOURS):
        busy = 1.8 if 8 <= hour % HOURS < 18 else 0.4
        count = sum(chance.random() < busy * per_hour / 50 for _ in range(50))
        rhythm.learn(hour, count, count, False)
    return rhythm


def test_sisters_lend_their_rhythm_to_one_that_has_none() -> None:
    prior = pooled([taught(14, per_hour, seed) for seed, per_hour in enumerate((3.0, 5.0, 8.0, 4.0))])
    young = Rhythm(prior)
    assert young.expected(MONDAY + 12, False).mean > 3 * young.expected(MONDAY + 3, False).mean
    assert prior.hours_strength > Prior().hours_strength
    assert 3 < prior.level < 8


def test_too_few_or_too_young_sisters_teach_nothing() -> None:
    assert pooled([taught(14, 5.0, 1), taught(14, 5.0, 2)]) == Prior()
    assert pooled([Rhythm(Prior()) for _ in range(5)]) == Prior()


def test_data_of_its_own_outweighs_the_sisters() -> None:
    rhythm = taught(28, 5.0, 3)
    before = rhythm.expected(MONDAY + 12, False).mean
    rhythm.lean_on(Prior(hours_strength=20))
    assert rhythm.expected(MONDAY + 12, False).mean == pytest.approx(before, rel=0.15)
