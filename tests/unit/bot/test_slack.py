"""Headers and proxies as they come."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sending import retry_after
from bot.slack import proxy_for


@given(st.dictionaries(st.sampled_from(["Retry-After", "retry-after", "X-Other"]), st.text() | st.floats().map(str)))
def test_any_retry_after_is_a_time_that_can_be_waited(headers: dict[str, str]) -> None:
    seconds = retry_after(headers)
    assert math.isfinite(seconds)
    assert 0 <= seconds <= 3600


def test_retry_after_is_obeyed_to_the_second() -> None:
    assert retry_after({"retry-AFTER": "17"}) == 17.0
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}) == 1.0
    assert retry_after({}) == 1.0


@pytest.fixture(autouse=True)
def _company_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "slack.internal,.example.org")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:3000/api/",
        "http://localhost:3000/api/",
        "ws://[::1]:3000/link",
        "https://slack.internal/api/",
        "https://chat.example.org/api/",
    ],
)
def test_this_machine_and_what_no_proxy_names_are_reached_directly(url: str) -> None:
    assert proxy_for(url) is None


@pytest.mark.parametrize("url", ["https://slack.com/api/", "wss://wss-primary.slack.com/link"])
def test_slack_is_reached_through_the_proxy(url: str) -> None:
    assert proxy_for(url) == "http://proxy.example:3128"
