"""Settings of trackers: what is wrong is said in keys; and how long a refusal asks to wait."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.linking.faults import SettingsFault, TrackerError
from skills.tasks.linking.settings import GitHubSettings, read_settings, secret
from skills.tasks.linking.waiting import LONGEST, LONGEST_ASKED, asked_wait, backed_off

GITHUB: dict[str, Any] = {"repository": "octo/desk", "token_env": "DESKHAND_TRACKER_GITHUB"}
JIRA: dict[str, Any] = {
    "base_url": "https://octo.atlassian.net/",
    "project": "OPS",
    "email": "desk@example.com",
    "token_env": "DESKHAND_TRACKER_JIRA",
}


def test_good_settings_are_read_with_what_they_leave_out() -> None:
    made = read_settings("github", GITHUB)
    assert isinstance(made, GitHubSettings)
    assert made.base_url == "https://api.github.com"
    assert read_settings("jira", JIRA).base_url == "https://octo.atlassian.net"


@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        ("github", {"repository": "desk"}, ("repository", "form")),
        ("github", {"repository": None}, ("repository", "wrong")),
        ("github", {"repository": "octo/desk/../other"}, ("repository", "form")),
        ("github", {"colour": "red"}, ("colour", "unknown")),
        ("github", {"token_env": "HOME"}, ("token_env", "secret_name")),
        ("github", {"token_env": "DESKHAND_TRACKER_"}, ("token_env", "secret_name")),
        ("github", {"webhook_secret_env": "PATH"}, ("webhook_secret_env", "secret_name")),
        ("github", {"base_url": "http://api.github.com"}, ("base_url", "https")),
        ("github", {"base_url": "https://user:pass@api.github.com"}, ("base_url", "url")),
        ("github", {"base_url": "ftp://api.github.com"}, ("base_url", "url")),
        ("github", {"base_url": "https://[api"}, ("base_url", "url")),
        ("github", {"accounts": {"U1": "ana", "U2": "Ana"}}, ("accounts", "twice")),
        ("jira", {"project": "ops"}, ("project", "form")),
        ("jira", {"statuses": {"paused": "On Hold"}}, ("statuses", "state")),
        ("jira", {"statuses": {"blocked": "Done", "done": "done"}}, ("statuses", "twice")),
        ("gitlab", {}, ("kind", "kind")),
    ],
)
def test_each_fault_is_said_by_its_field_and_key(kind: str, change: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(SettingsFault) as raised:
        read_settings(kind, {**(JIRA if kind == "jira" else GITHUB), **change})
    assert raised.value.faults == (fault,)


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(SettingsFault) as raised:
        read_settings("jira", {})
    assert set(raised.value.faults) == {(name, "missing") for name in ("base_url", "project", "email", "token_env")}


def test_only_variables_for_trackers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_TRACKER_A", "value")
    assert secret("DESKHAND_TRACKER_A") == "value"
    for name in ("HOME", "DESKHAND_TRACKER_NONE"):
        with pytest.raises(TrackerError, match="secret"):
            secret(name)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "0"}, 1.0),
        ({"retry-after": "999999"}, LONGEST_ASKED),
        ({"retry-after": "Tue, 01 Dec 2026 12:01:00 GMT", "date": "Tue, 01 Dec 2026 12:00:00 GMT"}, 60.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1050"}, 51.0),
        ({"x-ratelimit-remaining": "4", "x-ratelimit-reset": "1050"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_a_refusal_says_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, 1000.0) == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset", "date"]), st.text(max_size=30)))
def test_no_header_is_too_strange_to_wait_by(headers: dict[str, str]) -> None:
    wait = asked_wait({**headers, "x-ratelimit-remaining": "0"}, 1000.0)
    assert wait is None or 1.0 <= wait <= LONGEST_ASKED


@given(st.integers(1, 10_000), st.none() | st.floats(1.0, LONGEST_ASKED), st.integers())
def test_a_wait_grows_but_never_beyond_reason_and_is_never_shorter_than_asked(
    tries: int, asked: float | None, seed: int
) -> None:
    wait = backed_off(tries, asked, random.Random(seed))
    assert (asked or 4.0) <= wait <= 1.25 * max(LONGEST, asked or 0.0)
