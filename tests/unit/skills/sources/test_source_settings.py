"""Settings are checked when a source is added, and faults named in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from skills.monitor.sources.faults import SENTENCES, SourceError
from skills.monitor.sources.kinds import installed_kinds, make_source

KINDS = installed_kinds()


def test_every_kind_is_installed_under_its_own_name() -> None:
    assert set(KINDS) == {"feed", "file", "json", "mailbox", "slack", "webhook"}
    assert all(kind.kind == name for name, kind in KINDS.items())


@pytest.mark.parametrize(
    ("kind", "settings", "fault"),
    [
        ("feed", {}, "url is missing"),
        ("feed", {"url": "ftp://a.example/"}, "url: the address is not an http or https URL"),
        ("feed", {"url": "https://u:p@a.example/"}, "url: the address has a user name or password in it"),
        ("feed", {"url": "https://a.example/", "colour": 1}, "colour is not known"),
        ("feed", {"url": "https://a.example/", "weight": 0}, "weight: input should be greater than 0"),
        ("feed", {"url": "https://a.example/", "min_minutes": 90}, "max_minutes is less than min_minutes"),
        ("json", {"mapping": "friendster"}, "there is no mapping friendster; there are app_store, bluesky"),
        ("json", {"mapping": "hacker_news"}, "values.query is missing"),
        ("json", {"mapping": "mastodon_tag", "values": {"instance": "a/b", "tag": "x"}}, "values.instance is no host"),
        ("json", {"mapping": "hacker_news", "values": {"query": "x"}, "token_from": "SLACK_BOT_TOKEN"}, "token_from"),
        ("json", {"mapping": {"url": "https://a.example/", "items": "a["}}, "items: is no JMESPath expression"),
        ("mailbox", {"host": "h", "user": "u", "password_from": "HOME"}, "password_from"),
        ("mailbox", {"host": "h", "user": "a\r\nb", "password_from": "DESKHAND_SOURCE_X"}, "user"),
        ("file", {"path": "x.xlsx"}, "path: ends in none of .csv"),
        ("file", {"path": "x.csv", "fields": {"colour": "x"}}, "fields: there is no colour in a post"),
        ("slack", {"channel": ""}, "channel"),
        ("webhook", {"secret_from": "PATH"}, "secret_from"),
    ],
)
def test_the_first_fault_is_named(kind: str, settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(SourceError) as caught:
        make_source(KINDS, kind, settings)
    sentence = caught.value.fault.sentence
    assert fault in sentence
    assert sentence.count("\n") == 0


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(SourceError, match="sources of the kind telex"):
        make_source(KINDS, "telex", {})


def test_every_fault_says_what_to_do_in_one_sentence() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence.endswith("."), code
        assert code in {"settings", "body"} or ": " in sentence, code
