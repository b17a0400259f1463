"""The simulated topics of the benchmark at a small size: the figures stay in reach of what is asked."""

from __future__ import annotations

import ast
import statistics
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[4] / "benchmarks" / "surges"
sys.path.insert(0, str(BENCHMARK))

import run  # noqa: E402
import simulator  # noqa: E402
from simulator import DAY, HOUR  # noqa: E402


def test_the_simulator_imports_nothing_from_the_product() -> None:
    tree = ast.parse((BENCHMARK / "simulator.py").read_text(encoding="utf-8"))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules.isdisjoint({"skills", "bot", "index"})


def test_the_same_seed_draws_the_same_texts() -> None:
    one, other = (next(simulator.settled(3, 20, topics=1, days=10, factor=3)) for _ in range(2))
    assert one.times.tolist() == other.times.tolist()
    assert one.surges == other.surges


def test_usual_topics_raise_seldom_and_threefold_surges_are_found_within_hours() -> None:
    alarms, speed = run.quiet(simulator.settled(11, 20, topics=12))
    assert alarms <= 1.3
    assert speed > 2000
    found, _ = run.surging(simulator.settled(12, 20, topics=8, factor=3))
    assert statistics.median(found) <= 9 * HOUR


def test_a_busier_topic_is_found_sooner() -> None:
    found, alarms = run.surging(simulator.settled(13, 125, topics=4, factor=3))
    assert statistics.median(found) <= 2.5 * HOUR
    assert alarms <= 2


def test_new_topics_raise_seldom_and_show_a_fivefold_surge_on_their_second_day() -> None:
    fresh = list(simulator.fresh(14, topics=30))
    assert sum(run.false_alarms(drawn, run.play(drawn)) for drawn in fresh) <= 5
    found, _ = run.surging(simulator.fresh(15, topics=40, days=3, factor=5))
    assert sum(delay <= 2 * HOUR for delay in found) >= 33


def test_the_band_of_the_next_24_hours_holds_about_four_fifths_of_them() -> None:
    of_days, _ = run.coverage(simulator.settled(16, 20, topics=6))
    assert 0.7 <= of_days <= 0.9


def test_texts_that_come_late_lead_to_the_same_state() -> None:
    assert run.disordered(2) == (2, 2)


def test_a_watch_of_100_000_texts_over_30_days_is_replayed_in_seconds() -> None:
    drawn = next(simulator.settled(17, 1200, topics=1, days=30))
    _, speed = run.quiet([drawn])
    assert drawn.end - drawn.begin == 30 * DAY
    assert len(drawn.times) / speed < 5
