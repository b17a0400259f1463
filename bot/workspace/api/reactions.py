"""reactions.*: emoji under messages (docs.slack.dev/reference/methods)."""

import re

from bot.workspace.api.calls import Call, Json, method
from bot.workspace.errors import SlackError
from bot.workspace.messages import Message, full_ts

NAME = re.compile(r"[^\s:<>&@#/\\]+(?:::skin-tone-[2-6])?")
MOST_DISTINCT = 23


def target(call: Call) -> tuple[Json, Message]:
    """The channel and message of a call. Raises SlackError `no_item_specified`, `message_not_found` and others."""
    if not call.get("channel") or not call.get("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.conversation()
    message = call.workspace.messages.find(channel["id"], full_ts(call.get("timestamp")), call.caller.user)
    if message.visible_to:
        raise SlackError("message_not_found")
    return channel, message


def name_of(call: Call) -> str:
    """The emoji's name without colons. Raises SlackError `invalid_name`."""
    name: str = call.get("name", "").strip(":")
    if not NAME.fullmatch(name) or len(name) > 100:
        raise SlackError("invalid_name")
    return name


@method("reactions.add")
async def add(call: Call) -> Json:
    """Adds a reaction."""
    channel, message = target(call)
    name = name_of(call)
    there = {reaction["name"] for reaction in message.body.get("reactions", [])}
    if name not in there and len(there) >= MOST_DISTINCT:
        raise SlackError("too_many_emoji")
    call.workspace.posting.react(channel, message, call.caller.user, name, add=True)
    return {}


@method("reactions.remove")
async def remove(call: Call) -> Json:
    """Takes a reaction of one's own back."""
    channel, message = target(call)
    call.workspace.posting.react(channel, message, call.caller.user, name_of(call), add=False)
    return {}


@method("reactions.get")
async def get(call: Call) -> Json:
    """A message with its reactions."""
    channel, message = target(call)
    shown = call.workspace.messages.show([message])[0]
    return {"type": "message", "channel": channel["id"], "message": shown}
