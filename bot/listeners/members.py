"""Joining and leaving. https://docs.slack.dev/reference/events/member_joined_channel"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners.requests import Arrival


def register(app: AsyncApp) -> None:
    """Registers what listens to comings and goings."""
    app.event("member_joined_channel")(handle_membership)
    app.event("member_left_channel")(handle_membership)


async def handle_membership(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
    """Forgets whose channels are whose, at once: nobody reads on for having left a moment ago."""
    arrival = Arrival.of(context)
    arrival.handling.services.memberships.changed(arrival.delivery.team, event["user"], event["channel"])
