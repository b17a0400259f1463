"""What people write in Slack channels: messages become posts, handed over by the bot as they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from skills.monitor.sources.post import Post, make_post
from skills.monitor.sources.source import Source, SourceSettings

_SAYING = frozenset({"", "thread_broadcast", "file_share", "bot_message", "me_message"})
"""Subtypes of messages that somebody wrote; the others tell of joins, topics and the like."""


class SlackSettings(SourceSettings):
    """`channel` is the channel's id; `bots` takes in what programs post there."""

    channel: str = Field(min_length=1, max_length=64)
    bots: bool = False


class SlackSource(Source):
    """A channel of the workspace."""

    kind = "slack"
    settings_type = SlackSettings
    settings: SlackSettings
    pushed = True

    @property
    def lane(self) -> str:
        return "slack"


def from_message(
    source: str, message: Mapping[str, Any], settings: SlackSettings, link: str | None, now: datetime
) -> Post | None:
    """Returns the post that a message event or an entry of a channel's history is; None for what nobody wrote.

    `link` is its permalink. An edited message is no new post: its id is the same.
    """
    text, ts = message.get("text"), message.get("ts")
    if message.get("subtype", "") not in _SAYING or not isinstance(text, str) or not text.strip():
        return None
    if not isinstance(ts, str) or (message.get("bot_id") and not settings.bots):
        return None
    return make_post(
        source,
        now,
        external_id=f"{settings.channel}:{ts}",
        link=link,
        author=str(message.get("user") or message.get("bot_id") or ""),
        text=text,
        published=ts,
        language=settings.language,
        weight=settings.weight,
    )
