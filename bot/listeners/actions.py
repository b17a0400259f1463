"""Buttons, menus and feedback. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.app_home import answer
from bot.listeners.modals import open_form
from bot.listeners.requests import Arrival
from bot.payloads import of_click


def register(app: AsyncApp) -> None:
    """Registers what listens to every button, and to menus whose options the bot would give."""
    app.action(re.compile(".*", re.DOTALL))(handle_action)
    app.options(re.compile(".*", re.DOTALL))(handle_options)


async def handle_action(
    ack: AsyncAck,
    action: Mapping[str, Any],
    body: Mapping[str, Any],
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> None:
    """Opens the button's modal, where it has one, and does what the button says."""
    arrival = Arrival.of(context)
    name = action["action_id"]
    waits = arrival.handling.may_open_form(name)
    if not waits:
        await ack()
    view = body.get("view") or {}
    incoming = await arrival.incoming(of_click(body), kind="action", name=name, value=_value(action))
    opened = waits and await open_form(arrival, incoming, client, body.get("trigger_id"), view.get("type") == "modal")
    if waits:
        await ack()
    if not opened or arrival.handling.handles_after_form(incoming.request):
        answer(arrival, incoming, context["home"], clicked=view.get("type") == "home")


async def handle_options(ack: AsyncAck) -> None:
    """Offers nothing: no menu of ours asks for its options."""
    await ack(options=[])


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option")
    if option:
        return str(option["value"])
    return str(action.get("value") or action.get("selected_user") or action.get("selected_date") or "")
