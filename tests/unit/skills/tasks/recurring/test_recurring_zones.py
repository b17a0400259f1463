"""Every kind of rule in every zone whose clocks change in a way of their own."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[4] / "benchmarks" / "tasks"))
from zones import KINDS, faults_between, transitions

DAY = 86_400.0


def histories(first: int, years: int) -> dict[str, tuple[float, ...]]:
    """Returns one zone of each history of transitions, and when those are."""
    start, end = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (first, first + years))
    found: dict[tuple[tuple[float, float], ...], str] = {}
    for zone in sorted(available_timezones()):
        found.setdefault(transitions(zone, start, end), zone)
    return {zone: tuple(at for at, _ in history) for history, zone in found.items() if history}


@pytest.fixture(scope="module", params=[2007, 2026])
def changes(request: pytest.FixtureRequest) -> dict[str, tuple[float, ...]]:
    return histories(request.param, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_fires_once_an_occurrence_around_every_change_of_any_clock(
    kind: str, changes: dict[str, tuple[float, ...]]
) -> None:
    faults = []
    for zone, moments in changes.items():
        for at in moments[:4]:
            faults += faults_between(zone, kind, date(2006, 1, 1), at - 2 * DAY, at + 2 * DAY)[1]
    assert faults == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Fakaofo"])
def test_a_rule_fires_once_an_occurrence_around_a_day_that_is_left_out(zone: str, kind: str) -> None:
    end_of_2011 = datetime(2011, 12, 31, tzinfo=UTC).timestamp()
    assert faults_between(zone, kind, date(2011, 1, 1), end_of_2011 - 40 * DAY, end_of_2011 + 5 * DAY)[1] == []


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.sampled_from(sorted(KINDS)),
    st.dates(date(1990, 1, 1), date(2036, 1, 1)),
    st.integers(1, 60),
)
def test_no_zone_has_a_fault_at_any_time(zone: str, kind: str, anchor: date, days: int) -> None:
    start = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC).timestamp()
    assert faults_between(zone, kind, anchor, start, start + days * DAY)[1] == []
