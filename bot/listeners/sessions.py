"""The agent surface's stop button. https://docs.slack.dev/reference/events/agent_session_stopped"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners.requests import Arrival


def register(app: AsyncApp) -> None:
    """Registers what listens to the stop button."""
    app.event("agent_session_stopped")(handle_agent_session_stopped)


async def handle_agent_session_stopped(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
    """Stops the answer that is growing, at once: not in the channel's turn, which that answer may hold."""
    Arrival.of(context).handling.streams.stop(event["channel"], event.get("thread_ts") or "")
