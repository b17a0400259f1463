"""Messages of a Slack channel as posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from skills.monitor.sources.slack_channel import SlackSettings, from_message

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HERE = SlackSettings(channel="C1", language="en")


def test_a_message_becomes_a_post_with_its_link() -> None:
    message = {"type": "message", "user": "U1", "text": "it is down again", "ts": "1764590000.000200"}
    post = from_message("s", message, HERE, "https://x.slack.com/archives/C1/p1", NOW)
    assert post is not None
    assert (post.external_id, post.author, post.text) == ("C1:1764590000.000200", "U1", "it is down again")
    assert (post.link, post.dating, post.language) == ("https://x.slack.com/archives/C1/p1", "given", "en")


@pytest.mark.parametrize(
    "change", [{"subtype": "channel_join"}, {"text": " "}, {"text": None}, {"ts": 7}, {"bot_id": "B1"}]
)
def test_what_nobody_wrote_is_no_post(change: dict[str, Any]) -> None:
    message = {"user": "U1", "text": "hello", "ts": "1764590000.000200", **change}
    assert from_message("s", message, HERE, None, NOW) is None


def test_programs_are_heard_where_the_settings_say_so() -> None:
    message = {"bot_id": "B1", "subtype": "bot_message", "text": "alarm", "ts": "1764590000.000200"}
    assert from_message("s", message, SlackSettings(channel="C1", bots=True), None, NOW) is not None
