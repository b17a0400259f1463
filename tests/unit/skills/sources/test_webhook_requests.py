"""Webhooks: signed, fresh, and whole or not at all."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.source import SourceSettings
from skills.monitor.sources.webhook import SIGNATURE, TIMESTAMP, parse, sign, verify

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = b'{"title": "Down"}'


def headers(stamp: int = STAMP, body: bytes = BODY, key: str = "secret") -> dict[str, str]:
    return {TIMESTAMP.lower(): str(stamp), SIGNATURE: sign(key, stamp, body)}


def test_a_signed_request_is_taken() -> None:
    verify("secret", headers(), BODY, NOW)


def test_another_body_secret_or_time_is_refused() -> None:
    for given_headers, body in (
        (headers(body=b"{}"), BODY),
        (headers(key="other"), BODY),
        ({**headers(), TIMESTAMP.lower(): str(STAMP + 1)}, BODY),
        ({**headers(), TIMESTAMP.lower(): "-1"}, BODY),
        ({**headers(), TIMESTAMP.lower(): "²"}, BODY),
        ({**headers(), SIGNATURE: "v1=é"}, BODY),
        ({}, BODY),
    ):
        with pytest.raises(SourceError, match="signature is wrong"):
            verify("secret", given_headers, body, NOW)


def test_an_old_request_is_a_replay() -> None:
    verify("secret", headers(), BODY, NOW + timedelta(seconds=300))
    for away in (301, -301):
        with pytest.raises(SourceError, match="301 seconds old or ahead"):
            verify("secret", headers(), BODY, NOW + timedelta(seconds=away))


def test_one_post_or_a_list_of_them() -> None:
    one = {"id": 7, "title": "Down", "link": "https://a.example/7", "numbers": {"stars": 1}, "published": STAMP - 60}
    (post,) = parse("s", json.dumps(one).encode(), NOW, SourceSettings(weight=2.0, language="en"))
    assert (post.external_id, post.weight, post.language, post.numbers) == ("7", 2.0, "en", {"stars": 1.0})
    assert post.published_at == NOW - timedelta(seconds=60)
    assert len(parse("s", json.dumps([one, {"text": "x"}]).encode(), NOW, SourceSettings())) == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[[]]", "number 1 is no object"),
        (b'[{"title": "x"}, {"titel": "x"}]', "number 2 has the field titel, which is not known"),
        (b'{"title": ["x"]}', "title of number 1 is no text"),
        (b'{"title": ""}', "number 1 has neither"),
        (b'{"title": "x", "numbers": {"a": "b"}}', "numbers that are none"),
        (b"nonsense", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (json.dumps([{"title": "x"}] * 501).encode(), "more than 500 posts"),
    ],
)
def test_what_is_wrong_with_a_body_is_named(body: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why):
        parse("s", body, NOW, SourceSettings())


FIELDS = st.sampled_from(["id", "title", "text", "numbers", "link", "x"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(FIELDS, inner)))
def test_no_body_breaks_it(value: object) -> None:
    with contextlib.suppress(SourceError):
        parse("s", json.dumps(value).encode(), NOW, SourceSettings())
