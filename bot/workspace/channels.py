"""Channels and direct messages: who is in them, who may see them, how Slack shows them."""

import time
from typing import Any

from bot.workspace.accounts import BOT_USER, BY_ID, CHANNELS, TEAM_ID, Caller
from bot.workspace.database import Database
from bot.workspace.errors import SlackError

Json = dict[str, Any]

CREATED = 1750000000


class Channels:
    """All conversations, kept in memory and written through to the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.by_id: dict[str, Json] = dict(database.records("channel"))
        if not self.by_id:
            for channel_id, name, private, members in CHANNELS:
                self._store(self._new(channel_id, name=name, private=private, members=list(members)))

    def _new(self, channel_id: str, *, name: str, private: bool, members: list[str], im: bool = False) -> Json:
        return {"id": channel_id, "name": name, "private": private, "im": im, "members": members}

    def _store(self, channel: Json) -> None:
        self.by_id[channel["id"]] = channel
        self.database.put("channel", channel["id"], channel)

    def direct(self, first: str, second: str) -> tuple[Json, bool]:
        """The direct message of two members, and whether it is new."""
        pair = sorted((first, second))
        for channel in self.by_id.values():
            if channel["im"] and channel["members"] == pair:
                return channel, False
        name = "".join(BY_ID[member].handle.upper() for member in pair if member != BOT_USER)
        channel = self._new(f"D0{name}", name="", private=True, members=pair, im=True)
        self._store(channel)
        return channel, True

    def find(self, id_or_name: str) -> Json | None:
        """A channel by id, or by name with or without `#`."""
        channel = self.by_id.get(id_or_name)
        if channel is None and id_or_name:
            name = id_or_name.removeprefix("#")
            channel = next((one for one in self.by_id.values() if one["name"] == name and not one["im"]), None)
        return channel

    def visible(self, id_or_name: str | None, user: str) -> Json:
        """The channel, if this member may see it. Raises SlackError `channel_not_found` otherwise."""
        channel = self.find(id_or_name or "")
        if channel is None or (channel["private"] and user not in channel["members"]):
            raise SlackError("channel_not_found")
        return channel

    def joined(self, id_or_name: str | None, user: str) -> Json:
        """The channel, if this member is in it. Raises SlackError `channel_not_found` or `not_in_channel`."""
        channel = self.visible(id_or_name, user)
        if user not in channel["members"]:
            raise SlackError("not_in_channel")
        return channel

    def readable(self, id_or_name: str | None, caller: Caller) -> Json:
        """The channel, if the caller may read its messages: people read public channels without joining them."""
        if caller.kind == "user":
            return self.visible(id_or_name, caller.user)
        return self.joined(id_or_name, caller.user)

    def add(self, channel: Json, user: str) -> None:
        """Makes somebody a member."""
        channel["members"].append(user)
        self._store(channel)

    def remove(self, channel: Json, user: str) -> None:
        """Ends a membership."""
        channel["members"].remove(user)
        self._store(channel)

    def seen_by(self, user: str) -> list[Json]:
        """All channels that this member may see, public ones first."""
        seen = [one for one in self.by_id.values() if not one["private"] or user in one["members"]]
        return sorted(seen, key=lambda one: (one["im"], one["private"], one["id"]))


def kind_of(channel: Json) -> str:
    """The name that `types` of conversations.list and the message event's `channel_type` build on."""
    return "im" if channel["im"] else "group" if channel["private"] else "channel"


def channel_object(channel: Json, user: str) -> Json:
    """A channel as `conversations.info` shows it to a member (docs.slack.dev/reference/objects/conversation-object)."""
    if channel["im"]:
        other = next((member for member in channel["members"] if member != user), user)
        return {
            "id": channel["id"],
            "created": CREATED,
            "is_im": True,
            "is_org_shared": False,
            "is_archived": False,
            "is_open": True,
            "context_team_id": TEAM_ID,
            "updated": CREATED * 1000,
            "user": other,
            "is_user_deleted": False,
            "priority": 0,
        }
    return {
        "id": channel["id"],
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_channel": not channel["private"],
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel["private"],
        "is_archived": False,
        "is_general": channel["id"] == CHANNELS[0][0],
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": user in channel["members"],
        "created": CREATED,
        "updated": CREATED * 1000,
        "creator": BY_ID[channel["members"][0]].id if channel["members"] else "",
        "context_team_id": TEAM_ID,
        "shared_team_ids": [TEAM_ID],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel["members"]),
    }


def new_ts(last: str) -> str:
    """A message time later than the last one: real seconds with six digits, unique in the workspace."""
    now = int(time.time() * 1_000_000)
    previous = int(last.replace(".", "")) if last else 0
    return stamp(max(now, previous + 1))


def stamp(microseconds: int) -> str:
    """Microseconds since the epoch in Slack's form `1712345678.000100`."""
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"
