"""Slash commands. https://docs.slack.dev/interactivity/implementing-slash-commands"""

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
from bot.payloads import of_command
from bot.slack_text import named_channels


def register(app: AsyncApp) -> None:
    """Registers what listens to every command of the manifest."""
    app.command(re.compile(".*"))(handle_command)


async def handle_command(
    ack: AsyncAck, command: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> None:
    """Opens the command's modal, where it has one; else runs it."""
    arrival = Arrival.of(context)
    name = command["command"]
    waits = arrival.handling.may_open_form(name)
    if not waits:
        await ack()
    who = of_command(command)
    text = command.get("text") or ""
    people = await arrival.people(text)
    incoming = await arrival.incoming(
        who, kind="command", name=name, text=arrival.words(text).strip(), channels=named_channels(text), people=people
    )
    opened = waits and await open_form(arrival, incoming, client, command.get("trigger_id"))
    if waits:
        await ack()
    if not opened:
        answer(arrival, incoming, context["home"])
