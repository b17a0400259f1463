"""What every Web API method gets, and the table of those that the workspace answers."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.workspace.accounts import BOT_USER, BY_ID, Caller
from bot.workspace.errors import SlackError
from bot.workspace.workspace import Workspace

Json = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Call:
    """One checked call: in which workspace, by whom, with which arguments (converted to their types)."""

    workspace: Workspace
    caller: Caller
    arguments: Json

    def get(self, name: str, default: Any = None) -> Any:
        """An argument, or the default when it was not given."""
        value = self.arguments.get(name)
        return default if value is None else value

    def conversation(self, name: str = "channel") -> Json:
        """The conversation to write to: a member's id means the direct message with that member.

        Raises SlackError `channel_not_found` or `not_in_channel`.
        """
        wanted: str = self.get(name, "")
        if wanted in BY_ID:
            return self.direct(wanted)
        return self.workspace.channels.joined(wanted, self.caller.user)

    def direct(self, other: str) -> Json:
        """The direct message of the caller and another member, opened when it is new."""
        if other == self.caller.user:
            raise SlackError("channel_not_found")
        channel, new = self.workspace.channels.direct(self.caller.user, other)
        if new:
            self.workspace.tell_channel(channel, [user for user in channel["members"] if user != BOT_USER])
        return channel


Method = Callable[[Call], Awaitable[Json]]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Enters a function into the table under a method's name."""

    def enter(function: Method) -> Method:
        METHODS[name] = function
        return function

    return enter


def encode_cursor(place: str) -> str:
    """A page's end as the opaque cursor that asks for the next one."""
    return base64.b64encode(f"next:{place}".encode()).decode()


def decode_cursor(cursor: str | None) -> str:
    """Where the page before ended, empty for the first page. Raises SlackError `invalid_cursor`."""
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error
    if not text.startswith("next:"):
        raise SlackError("invalid_cursor")
    return text.removeprefix("next:")


def next_cursor(cursor: str) -> Json:
    """The field that carries the next page's cursor, empty on the last page."""
    return {"response_metadata": {"next_cursor": cursor}}


def page_of(items: list[Item], call: Call, largest: int = 1000) -> tuple[list[Item], Json]:
    """One page of a list, and the field with the next page's cursor."""
    limit = min(call.get("limit", 100) or 100, largest)
    place = decode_cursor(call.get("cursor"))
    if place and not place.isdigit():
        raise SlackError("invalid_cursor")
    start = int(place or 0)
    end = start + limit
    return items[start:end], next_cursor(encode_cursor(str(end)) if end < len(items) else "")
