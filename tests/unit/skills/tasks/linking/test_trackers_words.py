"""What a tracker shows of a task, how it names its issues, and what its webhooks say."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.linking.adf import document, plain
from skills.tasks.linking.faults import TrackerError
from skills.tasks.linking.github import GitHub
from skills.tasks.linking.jira import Jira
from skills.tasks.linking.settings import GitHubSettings, JiraSettings
from skills.tasks.linking.signing import sign
from skills.tasks.linking.tracker import Remote, Tracker
from skills.tasks.linking.values import clean_text
from skills.tasks.linking.web import Web

TOKEN = {"token_env": "DESKHAND_TRACKER_TOKEN"}
GITHUB = GitHub(GitHubSettings(repository="octo/desk", accounts={"U1": "ana"}, **TOKEN), Web())
JIRA = Jira(
    JiraSettings(
        base_url="https://octo.atlassian.net",
        project="OPS",
        email="desk@example.com",
        accounts={"U1": "5b10"},
        statuses={"blocked": "On Hold"},
        **TOKEN,
    ),
    Web(),
)
BOTH = pytest.mark.parametrize("tracker", [GITHUB, JIRA], ids=["github", "jira"])

texts = st.text(max_size=60) | st.text(alphabet=" \n\r\t<!->deskhand:0a", max_size=60)
tasks = st.fixed_dictionaries(
    {
        "title": texts,
        "description": texts,
        "state": st.sampled_from(["open", "doing", "blocked", "done", "dropped"]),
        "due": st.sampled_from([None, "2026-12-04"]),
        "labels": st.lists(st.text(max_size=70), max_size=4),
        "assignee": st.sampled_from([None, "U1", "U2"]),
    }
)


@BOTH
@given(values=tasks)
def test_what_a_tracker_shows_is_shown_as_it_is(tracker: Tracker, values: dict[str, Any]) -> None:
    once = tracker.shown(values)
    assert tracker.shown({**values, **once}) == once
    assert set(once) == set(tracker.fields)


@given(texts)
def test_a_text_comes_back_from_a_document_as_it_was(text: str) -> None:
    clean = clean_text(text, 500)
    made = document(clean)
    assert plain(made) == clean
    assert all(node.get("text", "x") for block in made["content"] for node in block["content"])


def test_what_people_format_in_jira_is_read_as_plain_text() -> None:
    def words(text: str) -> dict[str, Any]:
        return {"type": "paragraph", "content": [{"type": "text", "text": text, "marks": [{"type": "strong"}]}]}

    item = {"type": "listItem", "content": [words("one")]}
    mention = {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "1", "text": "@Ana"}}]}
    content = [{"type": "heading", "content": [{"type": "text", "text": "Why"}]}, words("so"), mention]
    made = {"type": "doc", "version": 1, "content": [*content, {"type": "bulletList", "content": [item, item]}]}
    assert plain(made) == "Why\n\nso\n\n@Ana\n\n- one\n- one"


def test_a_document_nested_beyond_reason_is_read_as_far_as_it_goes() -> None:
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(900):
        node = {"type": "blockquote", "content": [node]}
    assert plain({"type": "doc", "content": [node, {"type": "text", "text": "flat"}]}) == "\n\nflat"


@BOTH
@pytest.mark.parametrize("text", [" " * 10_000, "\n" * 10_000, "<!-- deskhand:" * 700, "#" * 10_000, "a/" * 5_000])
def test_no_input_is_slow(tracker: Tracker, text: str) -> None:
    began = time.perf_counter()
    shown = {"title": text, "description": text, "state": "open", "due": None, "labels": [text], "assignee": None}
    tracker.shown(shown)
    tracker.locate(text)
    plain(document(clean_text(text, 30_000)))
    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize(
    ("reference", "id"),
    [
        ("#12", "12"),
        ("octo/desk#12", "12"),
        ("Octo/Desk#12", "12"),
        (" https://github.com/octo/desk/issues/12 ", "12"),
        ("https://github.com/octo/desk/issues/12#issuecomment-1", "12"),
        ("https://github.com/octo/other/issues/12", None),
        ("https://evil.example/octo/desk/issues/12", None),
        ("https://github.com/octo/desk/pull/12", None),
        ("octo/other#12", None),
        ("OPS-12", None),
        ("twelve", None),
        ("https://[github.com/octo/desk/issues/12", None),
    ],
)
def test_an_issue_of_github_is_found_by_its_names(reference: str, id: str | None) -> None:
    assert GITHUB.locate(reference) == id


@pytest.mark.parametrize(
    ("reference", "id"),
    [
        ("OPS-12", "OPS-12"),
        ("ops-12", "OPS-12"),
        ("https://octo.atlassian.net/browse/OPS-12", "OPS-12"),
        ("https://octo.atlassian.net/browse/OPS-12?focusedId=1", "OPS-12"),
        ("https://other.atlassian.net/browse/OPS-12", None),
        ("DEV-12", None),
        ("#12", None),
        ("OPS-12/../../myself", None),
        ("https://[octo.atlassian.net/browse/OPS-12", None),
    ],
)
def test_an_issue_of_jira_is_found_by_its_names(reference: str, id: str | None) -> None:
    assert JIRA.locate(reference) == id


def github_event(**more: Any) -> tuple[dict[str, str], bytes]:
    issue = {
        "number": 7,
        "title": "T",
        "body": "B\r\n\r\n<!-- deskhand:00 -->",
        "state": "closed",
        "state_reason": "not_planned",
        "labels": [{"name": "late"}],
        "assignees": [{"login": "Ana"}],
        "html_url": "https://github.com/octo/desk/issues/7",
        "updated_at": "2026-12-01T12:00:00Z",
    }
    told = {"action": "closed", "issue": issue, "repository": {"full_name": "octo/desk"}, **more}
    body = json.dumps(told).encode()
    return {"x-github-event": "issues", "x-hub-signature-256": sign("s", body)}, body


def test_a_signed_event_of_github_tells_an_issue() -> None:
    headers, body = github_event()
    (remote,) = GITHUB.events(headers, body, "s")
    assert isinstance(remote, Remote)
    assert remote.id == "7"
    assert remote.values == {
        **{"title": "T", "description": "B", "state": "dropped", "labels": ["late"], "assignee": "U1"}
    }


def test_another_repositorys_event_and_a_ping_tell_nothing() -> None:
    headers, body = github_event(repository={"full_name": "octo/other"})
    assert GITHUB.events(headers, body, "s") == ()
    headers, body = github_event()
    assert GITHUB.events({**headers, "x-github-event": "ping"}, body, "s") == ()


@pytest.mark.parametrize("header", ["", "sha256=", "sha1=00", "sha256=" + "0" * 64, "é"])
def test_what_is_not_signed_with_the_secret_is_refused(header: str) -> None:
    headers, body = github_event()
    with pytest.raises(TrackerError, match="signature"):
        GITHUB.events({**headers, "x-hub-signature-256": header}, body, "s")
    with pytest.raises(TrackerError, match="signature"):
        JIRA.events({"x-hub-signature": header}, body, "s")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    for tracker, header in ((GITHUB, "x-hub-signature-256"), (JIRA, "x-hub-signature")):
        with pytest.raises(TrackerError, match="body"):
            tracker.events({header: sign("s", body)}, body, "s")


def test_an_event_of_jira_names_the_issue_to_read() -> None:
    body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": "10001", "key": "OPS-1"}}).encode()
    assert JIRA.events({"x-hub-signature": sign("s", body)}, body, "s") == ["10001"]
    body = json.dumps({"webhookEvent": "comment_created", "issue": {"id": "10001"}}).encode()
    assert JIRA.events({"x-hub-signature": sign("s", body)}, body, "s") == ()
    body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": "../myself"}}).encode()
    assert JIRA.events({"x-hub-signature": sign("s", body)}, body, "s") == ()
