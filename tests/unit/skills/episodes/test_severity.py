"""How severe a surge is."""

from __future__ import annotations

import pytest

from skills.monitor.episodes import Observation


@pytest.mark.parametrize(
    ("observed", "expected", "days", "severity"),
    [
        (12, 4.0, 200.0, "low"),
        (30, 3.0, 200.0, "high"),
        (30, 3.0, 10.0, "low"),
        (60, 25.0, 200.0, "low"),
        (60, 15.0, 200.0, "high"),
        (60, 12.0, 200.0, "critical"),
        (60, 0.0, 200.0, "critical"),
        (500, 50.0, 29.0, "low"),
    ],
)
def test_severity_follows_from_factor_count_and_certainty(
    observed: int, expected: float, days: float, severity: str
) -> None:
    assert Observation("", 0.0, observed, expected, days).severity == severity
