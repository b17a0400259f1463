"""The events that Slack would send the app for what happens in the workspace (docs.slack.dev/reference/events)."""

import secrets
import time
from functools import cache
from typing import Any

from bot.workspace.accounts import APP_ID, BOT_USER, TEAM_ID
from bot.workspace.arguments import manifest
from bot.workspace.channels import kind_of
from bot.workspace.sockets import Sockets

Json = dict[str, Any]

TOKEN = "local-verification"  # noqa: S105 - Slack's deprecated verification token, empty of meaning here
SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


@cache
def subscribed() -> frozenset[str]:
    """The events that the manifest subscribes to."""
    return frozenset(manifest()["settings"]["event_subscriptions"]["bot_events"])


class Events:
    """Wraps events in Slack's envelope body and sends those that the app subscribed to and may see."""

    def __init__(self, sockets: Sockets) -> None:
        self.sockets = sockets

    def emit(self, event: Json) -> None:
        """Sends an event whose type the app subscribed to."""
        if event["type"] in subscribed():
            self._send(event)

    def in_channel(self, channel: Json, event: Json) -> None:
        """Sends an event of a conversation, if the bot is in it."""
        if BOT_USER in channel["members"]:
            self.emit(event)

    def message(self, channel: Json, event: Json) -> None:
        """Sends a `message` event of a conversation that the bot is in."""
        kind = kind_of(channel)
        if BOT_USER in channel["members"] and SUBSCRIPTION[kind] in subscribed():
            self._send({"type": "message", "channel": channel["id"], "channel_type": kind, **event})

    def _send(self, event: Json) -> None:
        self.sockets.send_event(
            {
                "token": TOKEN,
                "team_id": TEAM_ID,
                "context_team_id": TEAM_ID,
                "context_enterprise_id": None,
                "api_app_id": APP_ID,
                "event": event,
                "type": "event_callback",
                "event_id": f"Ev{secrets.token_hex(5).upper()}",
                "event_time": int(time.time()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": TEAM_ID,
                        "user_id": BOT_USER,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
                "event_context": f"4-{secrets.token_hex(12)}",
            }
        )
