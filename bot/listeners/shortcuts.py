"""Message shortcuts, the only way to act on any message. https://docs.slack.dev/interactivity/implementing-shortcuts"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Outgoing
from bot.listeners.modals import open_form
from bot.listeners.requests import Arrival
from bot.outgoing import Incoming
from bot.payloads import of_click
from skills.base import Message

THREAD = 200
"""Messages of a thread that are read; nobody writes longer ones, and one call returns so many."""


def register(app: AsyncApp) -> None:
    """Registers what listens to every shortcut."""
    app.shortcut(re.compile(".*"))(handle_shortcut)


async def handle_shortcut(
    ack: AsyncAck, shortcut: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> None:
    """Opens the shortcut's modal, where it has one; else runs it on the message and its thread."""
    arrival = Arrival.of(context)
    name = shortcut["callback_id"]
    waits = arrival.handling.may_open_form(name)
    if not waits:
        await ack()
    message = shortcut.get("message") or {}
    incoming = await arrival.incoming(
        of_click(shortcut),
        kind="shortcut",
        name=name,
        people=await arrival.people(message.get("text") or ""),
        message=Message(
            ts=message.get("ts", ""),
            author=message.get("user", ""),
            text=arrival.words(message.get("text") or ""),
            permalink=None,
            author_id=_person(message),
        ),
    )
    opened = waits and await open_form(arrival, incoming, client, shortcut.get("trigger_id"))
    if waits:
        await ack()
    if not opened:
        arrival.delivery.run(lambda: run(arrival, incoming, message, client))


async def run(
    arrival: Arrival, incoming: Incoming, message: Mapping[str, Any], client: AsyncWebClient
) -> Sequence[Outgoing]:
    """Returns the answers to a shortcut, once the message's thread and link are read."""
    request = incoming.request
    features = arrival.handling.streams.features
    channel, ts = request.place.channel, message.get("ts", "")
    link = await features.attempt("chat.getPermalink", lambda: client.chat_getPermalink(channel=channel, message_ts=ts))
    root = message.get("thread_ts") or ts
    page = await features.attempt(
        "conversations.replies", lambda: client.conversations_replies(channel=channel, ts=root, limit=THREAD)
    )
    written = page["messages"] if page else [message]
    thread = [(await _author(arrival, one), arrival.words(one.get("text") or "")) for one in written]
    whole = Message(
        ts=ts,
        author=await _author(arrival, message),
        text=arrival.words(message.get("text") or ""),
        permalink=link["permalink"] if link else None,
        thread=tuple((author, text) for author, text in thread if text),
        author_id=_person(message),
    )
    return await arrival.handling.answer(replace(incoming, request=replace(request, message=whole)), arrival.delivery)


def _person(message: Mapping[str, Any]) -> str:
    """Returns the id of the person who wrote a message, empty where a program did."""
    return "" if message.get("bot_id") else str(message.get("user") or "")


async def _author(arrival: Arrival, message: Mapping[str, Any]) -> str:
    person = message.get("user")
    if not person:
        return str(message.get("username") or (message.get("bot_profile") or {}).get("name") or "")
    return (await arrival.handling.services.people.person(arrival.delivery.team, person)).name
