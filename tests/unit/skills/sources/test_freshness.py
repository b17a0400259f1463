"""How long a server asks not to be asked again, by its own clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.freshness import LONGEST_WAIT, fresh_for, retry_after

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DATE = "Mon, 01 Jan 2024 10:00:00 GMT"
LATER = "Mon, 01 Jan 2024 10:02:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": LATER, "date": DATE}, 120),
        ({"retry-after": "Tue, 01 Dec 2026 12:02:00 GMT"}, 120),
        ({"retry-after": DATE}, 0),
        ({"retry-after": "99999999"}, LONGEST_WAIT),
        ({"retry-after": "soon"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=600", "age": "60"}, 540),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "max-age=60", "age": "600"}, 0),
        ({"cache-control": "max-age=31536000"}, LONGEST_WAIT),
        ({"cache-control": "max-age=soon", "expires": LATER, "date": DATE}, 120),
        ({"expires": "0"}, None),
        ({"expires": DATE, "date": LATER}, 0),
    ],
)
def test_freshness(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(headers, NOW) == seconds


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_header_breaks_it(one: str, two: str, three: str) -> None:
    headers = {"retry-after": one, "cache-control": two, "expires": three, "date": one, "age": two}
    for found in (retry_after(headers, NOW), fresh_for(headers, NOW)):
        assert found is None or 0 <= found <= LONGEST_WAIT
