"""The table of methods, the manifest, arguments, and small pieces."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.accounts import CALLERS
from bot.workspace.api import METHODS
from bot.workspace.arguments import check_call, convert, manifest, methods
from bot.workspace.channels import new_ts
from bot.workspace.errors import SlackError
from bot.workspace.faults import Faults
from bot.workspace.hooks import Triggers
from bot.workspace.journal import Journal
from bot.workspace.make_methods import argument, method
from bot.workspace.messages import full_ts
from bot.workspace.posting import escaped, typed

ROOT = Path(__file__).parents[3]


def test_every_method_of_the_table_is_answered_and_the_reverse() -> None:
    assert set(METHODS) == set(methods())


def test_each_method_says_who_may_call_it() -> None:
    for name, row in methods().items():
        assert set(row["tokens"]) <= {"app", "bot", "user"}, name
        assert row["tokens"], name
        assert set(row["required"]) <= set(row["arguments"]), name


def test_the_manifest_in_deploy_is_the_one_that_the_package_ships() -> None:
    assert json.loads((ROOT / "deploy" / "manifest.json").read_text()) == manifest()
    assert (ROOT / "bot" / "manifest.json").resolve() == (ROOT / "deploy" / "manifest.json").resolve()


def test_the_manifest_keeps_slacks_limits() -> None:
    shown = manifest()["display_information"]
    assert 1 <= len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    features = manifest()["features"]
    assert len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4


def test_the_manifest_asks_for_the_scopes_of_every_method_that_the_bot_may_call() -> None:
    scopes = set(manifest()["oauth_config"]["scopes"]["bot"])
    beyond = {
        name
        for name, row in methods().items()
        if "bot" in row["tokens"] and row.get("scopes") and not scopes & set(row["scopes"])
    }
    assert beyond == {"conversations.invite", "conversations.join", "conversations.kick", "team.info"}


def test_the_table_is_made_from_descriptions() -> None:
    description = {
        "scope": {"bot": ["chat:write"], "user": ["chat:write"]},
        "rate_limits": "t3",
        "args": {
            "required": ["token", "channel"],
            "properties": {
                "token": {"type": "string"},
                "channel": {"type": "string", "desc": "prose is left out"},
                "limit": {"anyOf": [{"type": "null"}, {"type": "integer"}], "maximum": 9},
            },
        },
    }
    assert method("x.y", description) == {
        "tokens": ["bot", "user"],
        "required": ["channel"],
        "arguments": {"channel": {"type": "string"}, "limit": {"type": "integer", "maximum": 9}},
        "scopes": ["chat:write"],
        "tier": "t3",
    }
    assert argument({"type": ["null", "string"], "maxLength": 5}) == {"type": "string", "max_length": 5}


@pytest.mark.parametrize(
    ("value", "rules", "expected"),
    [
        ("true", {"type": "boolean"}, (True, None)),
        ("0", {"type": "boolean"}, (False, None)),
        ("perhaps", {"type": "boolean"}, (None, "must be a boolean")),
        ("12", {"type": "integer"}, (12, None)),
        ("", {"type": "integer"}, (None, None)),
        ("0", {"type": "integer", "minimum": 1}, (None, "must be from 1 to any")),
        ("x", {"type": "integer"}, (None, "must be a whole number")),
        ('["a"]', {"type": "array"}, (["a"], None)),
        ('{"a": 1}', {"type": "array"}, (None, "must be a JSON array")),
        ("[", {"type": "object"}, (None, "must be a JSON object")),
        ("", {"type": "object"}, (None, None)),
        ([1, 2], {"type": "array", "max_items": 1}, (None, "no more than 1 items allowed")),
        (1712345678.0001, {"type": "string"}, ("1712345678.0001", None)),
        (["a", "b"], {"type": "string"}, ("a,b", None)),
        ({}, {"type": "string"}, (None, "must be a string")),
        ("c", {"type": "string", "enum": ["a", "b"]}, (None, "must be one of: a, b")),
        ("abc", {"type": "string", "max_length": 2}, (None, "must be less than 3 characters")),
    ],
)
def test_arguments_are_converted_to_their_types(value: Any, rules: dict[str, Any], expected: tuple[Any, Any]) -> None:
    assert convert(value, rules) == expected


def test_all_faults_of_a_call_are_told_at_once() -> None:
    with pytest.raises(SlackError) as caught:
        check_call("reactions.add", {"name": {}, "team_id": "T1"}, CALLERS["xoxb-deskhand"])
    assert len(caught.value.messages) == 3
    assert caught.value.body()["response_metadata"]["messages"] == caught.value.messages


@given(st.text())
def test_escaped_text_holds_no_bare_control_character(text: str) -> None:
    stored = escaped(text)
    assert escaped(stored) == stored
    plain = text.replace("&", "").replace("<", "").replace(">", "")
    assert escaped(plain) == plain


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("<@U1> <#C1|general> <!here> <https://x.example|x>", "<@U1> <#C1|general> <!here> <https://x.example|x>"),
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("already &lt; escaped &amp;", "already &lt; escaped &amp;"),
        ("<script>", "&lt;script&gt;"),
        ("see https://x.example/a.", "see <https://x.example/a>."),
        ("看 https://x.example/页 好", "看 <https://x.example/页> 好"),
        ("(https://x.example/a?b=c&d)", "(<https://x.example/a?b=c&amp;d>)"),
    ],
)
def test_typed_text_is_stored_as_slack_does(text: str, stored: str) -> None:
    assert typed(text) == stored


@given(st.integers(0, 9_999_999_999_999_999))
def test_message_times_sort_as_text_and_never_repeat(microseconds: int) -> None:
    last = f"{microseconds // 1_000_000:010d}.{microseconds % 1_000_000:06d}"
    ts = new_ts(last)
    assert len(ts) >= 17
    assert float(ts) >= float(last)
    assert ts != last


def test_times_are_filled_up_and_nonsense_refused() -> None:
    assert full_ts("1712345678") == "1712345678.000000"
    assert full_ts("1712345678.1") == "1712345678.100000"
    assert full_ts("0") == full_ts("") == ""
    for nonsense in ("now", "1.2.3", "-1", "1' OR 1"):
        with pytest.raises(SlackError, match="invalid_arguments"):
            full_ts(nonsense)


def test_a_trigger_belongs_to_one_click() -> None:
    triggers = Triggers()
    first, second = triggers.new("U1"), triggers.new("U2", "V1")
    assert first != second
    assert triggers.exchange(second).view_id == "V1"
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        triggers.exchange(second)
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        triggers.exchange(None)


def test_faults_are_used_up() -> None:
    faults = Faults()
    faults.set({"method": "a", "status": 503, "times": 2})
    assert faults.take("b") is None
    taken = [faults.take("a") for _ in range(3)]
    assert [fault.error if fault else None for fault in taken] == ["service_unavailable"] * 2 + [None]
    assert taken[0] is not None
    assert taken[0].retry_after is None


def test_the_journal_forgets_old_entries_and_keeps_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workspace.journal.KEPT", 3)
    monkeypatch.setattr("bot.workspace.journal.DETAILED", 1)
    journal = Journal()
    for number in range(5):
        journal.add("call", {"arguments": number}, method=str(number))
    assert [entry["n"] for entry in journal.after(0)] == [3, 4, 5]
    assert [entry["n"] for entry in journal.after(4)] == [5]
    assert journal.after(9) == []
    assert list(journal.details) == [5]
