"""The app opened: App Home, and the Messages tab with its suggested prompts.

https://docs.slack.dev/reference/events/app_home_opened, https://docs.slack.dev/reference/events/app_context_changed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery import Outgoing
from bot.home import Home
from bot.listeners.requests import Arrival
from bot.outgoing import Incoming


def register(app: AsyncApp) -> None:
    """Registers what listens to the app being opened and to where a person looks meanwhile."""
    app.event("app_home_opened")(handle_app_home_opened)
    app.event("app_context_changed")(handle_app_context_changed)


def answer(arrival: Arrival, incoming: Incoming, home: Home, *, clicked: bool = False) -> None:
    """Answers what a person did, and shows in App Home what it has changed there; `clicked` when it was done there."""

    async def work() -> Sequence[Outgoing]:
        outgoing = await arrival.handling.answer(incoming, arrival.delivery)
        home.refresh(arrival.delivery.team, incoming.request.person.id, clicked=clicked)
        return outgoing

    arrival.delivery.run(work)


async def handle_app_home_opened(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
    """Publishes App Home, or suggests what to ask."""
    arrival = Arrival.of(context)
    home: Home = context["home"]
    team, person, channel = arrival.delivery.team, event["user"], event.get("channel")

    async def work() -> Sequence[Outgoing]:
        if event.get("tab") == "home":
            await home.publish(team, person)
        elif channel:
            await home.suggest(team, person, channel)
        return ()

    arrival.delivery.run(work)


async def handle_app_context_changed() -> None:
    """Takes note: no answer depends on what a person looks at beside the conversation."""
