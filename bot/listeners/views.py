"""Submitted and closed modals. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners.app_home import answer
from bot.listeners.requests import Arrival
from bot.payloads import of_view
from bot.rendering import Origin, read_values


def register(app: AsyncApp) -> None:
    """Registers what listens to every modal."""
    app.view(re.compile(".*"))(handle_submission)
    app.view_closed(re.compile(".*"))(handle_closed)


async def handle_submission(
    ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any], context: AsyncBoltContext
) -> None:
    """Says in the modal what is wrong with it, or accepts it and hands it to its skill."""
    arrival = Arrival.of(context)
    incoming = await arrival.incoming(
        of_view(body),
        kind="form",
        name=view["callback_id"],
        value=Origin.read(view.get("private_metadata", "")).state,
        values=read_values(view),
    )
    say = incoming.request.say
    errors = await arrival.handling.check(incoming.request)
    if errors and not arrival.delivery.recovered:
        await ack(response_action="errors", errors={key: say.plain(text) for key, text in errors.items()})
        return
    await ack()
    if not errors:
        answer(arrival, incoming, context["home"], clicked=not incoming.request.place.channel)


async def handle_closed(ack: AsyncAck) -> None:
    """Takes note: what was typed into a closed modal is nobody's business."""
    await ack()
