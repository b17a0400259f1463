"""Reactions. https://docs.slack.dev/reference/events/reaction_added"""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp


def register(app: AsyncApp) -> None:
    """Registers what listens to reactions."""
    app.event("reaction_added")(handle_reaction)
    app.event("reaction_removed")(handle_reaction)


async def handle_reaction() -> None:
    """Takes note: a reaction asks for nothing. Feedback has its own buttons."""
