"""When a post was written, as it says and as we judge it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.dates import judge, read_time

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "Sun, 01 Mar 2026 12:30:15 GMT",
        "Sun, 01 Mar 2026 13:30:15 +0100",
        "2026-03-01T12:30:15Z",
        "2026-03-01T20:30:15+08:00",
        "2026-03-01 12:30:15",
        "2026/03/01 12:30:15",
        "20260301T123015Z",
        "2026年3月1日 20:30:15",
        "1772368215",
        "1772368215000",
        "1772368215.000100",
    ],
)
def test_times_are_read_in_the_forms_that_sources_use(words: str) -> None:
    found = read_time(words)
    assert found is not None
    assert abs(found - NOON) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("words", "dating"),
    [
        ("", "missing"),
        ("soon", "unreadable"),
        ("99999999999999999999", "unreadable"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
        ("0001-01-01T00:00:00+00:00", "ancient"),
        ("0001-01-01T00:00:00+14:00", "unreadable"),
        ("2026-12-01T12:05:01Z", "future"),
        ("2036-12-01T12:05:01Z", "future"),
    ],
)
def test_what_is_no_time_or_a_wrong_one_becomes_now_and_is_marked(words: str, dating: str) -> None:
    assert judge(words, NOW) == (NOW, dating)


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    assert judge("2026-12-01T12:04:00Z", NOW) == (NOW, "given")


@given(st.text(max_size=120))
def test_no_words_break_it_and_none_lie_ahead(words: str) -> None:
    at, _ = judge(words, NOW)
    assert at <= NOW
    assert at.tzinfo is UTC


@given(st.floats(-30 * 365, 5 * 365))
def test_iso_times_come_back_as_they_were_unless_they_lie_ahead(days: float) -> None:
    at = NOW + timedelta(days=days)
    judged, dating = judge(at.isoformat(), NOW)
    assert judged == min(at, NOW)
    assert (dating == "given") == (at <= NOW + timedelta(minutes=5)) or judged == NOW
