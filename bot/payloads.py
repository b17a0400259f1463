"""Slack's payloads read: who acted, where, and through what an answer can go back.

Shapes: https://docs.slack.dev/reference/events, https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.rendering import Origin
from bot.rendering.blocks import answer_of
from skills.base import Place

Body = Mapping[str, Any]
Kind = Literal["channel", "private", "dm", "group"]

_KINDS: Mapping[str, Kind] = {"channel": "channel", "group": "private", "im": "dm", "mpim": "group"}


@dataclass(frozen=True, slots=True)
class Acted:
    """Who did something where. `private`: on an ephemeral message; `answer`: on which of our answers."""

    person: str
    place: Place
    response_url: str | None = None
    private: bool = False
    answer: str | None = None


def acted(body: Body) -> Acted | None:
    """Returns who is behind any payload, or None when nobody in particular is."""
    if "event" in body:
        return _in_event(body["event"])
    if "command" in body:
        return of_command(body)
    if "view" in body and "container" not in body:
        return of_view(body)
    return of_click(body) if "user" in body else None


def of_command(body: Body) -> Acted:
    """Returns who gave a slash command, and where."""
    place = Place(body["channel_id"], _kind_by_name(body.get("channel_name", "")), body.get("thread_ts"))
    return Acted(body["user_id"], place, body.get("response_url"))


def of_click(body: Body) -> Acted:
    """Returns who pressed a button or chose a shortcut, and where: on a message, in a modal or in App Home."""
    view = body.get("view")
    if view is not None:
        answer = _clicked_answer(body)
        if view.get("type") == "modal":
            return _of_origin(body["user"]["id"], Origin.read(view.get("private_metadata", "")), answer)
        return Acted(body["user"]["id"], Place("", "dm"), answer=answer)
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    message = body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts")
    place = Place(channel.get("id", ""), _kind_by_name(channel.get("name", "")), thread)
    return Acted(
        body["user"]["id"],
        place,
        body.get("response_url"),
        bool(container.get("is_ephemeral")),
        _clicked_answer(body),
    )


def of_view(body: Body) -> Acted:
    """Returns who submitted a modal, and where it had been opened."""
    return _of_origin(body["user"]["id"], Origin.read(body["view"].get("private_metadata", "")), None)


def place_of_event(event: Body) -> Place:
    """Returns where an event's message stands."""
    kind = _KINDS.get(event.get("channel_type", ""), "channel")
    return Place(event["channel"], kind, event.get("thread_ts"), event.get("ts"))


def _in_event(event: Body) -> Acted | None:
    inner = event.get("message") or event.get("previous_message") or event
    person = inner.get("user") or event.get("user")
    channel = event.get("channel")
    if not isinstance(person, str) or not isinstance(channel, str):
        return None
    return Acted(person, place_of_event({**inner, "channel": channel, "channel_type": event.get("channel_type", "")}))


def _of_origin(person: str, origin: Origin, answer: str | None) -> Acted:
    return Acted(person, origin.place, origin.response_url, origin.private, answer or origin.answer)


def _clicked_answer(body: Body) -> str | None:
    actions = body.get("actions") or ()
    return answer_of(actions[0].get("block_id", "")) if actions else None


def _kind_by_name(name: str) -> Kind:
    """Commands and clicks tell the kind of their channel by its name only."""
    if name == "directmessage":
        return "dm"
    if name == "privategroup":
        return "private"
    return "group" if name.startswith("mpdm-") else "channel"
