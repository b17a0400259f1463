"""Posting, editing, deleting and reacting, with the events and page frames that each makes."""

import re
import secrets
import uuid
from typing import TYPE_CHECKING, Any

from bot.workspace.accounts import APP_ID, BOT, BOT_ID, BOT_USER, TEAM_ID
from bot.workspace.errors import SlackError
from bot.workspace.messages import Message

if TYPE_CHECKING:
    from bot.workspace.workspace import Workspace

Json = dict[str, Any]

CONTROL = re.compile(r"<(?:[@#][A-Z0-9]+(?:\|[^<>]*)?|![^<>]+|(?:https?|mailto|tel|slack):[^<>]+)>")
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
BARE_URL = re.compile(r"(?<![<|\w])https?://[^\s<>|]*[^\s<>|.,;:!?)\]}'\"，。；：！？）】」]")
MENTION = re.compile(rf"<@{BOT_USER}(?:\|[^<>]*)?>")

BOT_PROFILE: Json = {
    "id": BOT_ID,
    "app_id": APP_ID,
    "user_id": BOT_USER,
    "name": BOT.name,
    "deleted": False,
    "updated": 1750000000,
    "team_id": TEAM_ID,
    "icons": {},
}
LONGEST_TEXT = 40_000  # longer texts are cut, as chat.postMessage does


def escaped(text: str) -> str:
    """The text with what is no link or mention escaped, as Slack stores it."""
    parts: list[str] = []
    end = 0
    for match in CONTROL.finditer(text):
        parts += [_entities(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, _entities(text[end:])])


def _entities(text: str) -> str:
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """What a person typed, as Slack stores it: escaped, and bare addresses made links."""
    return BARE_URL.sub(lambda match: f"<{match.group()}>", escaped(text))


def author_fields(user: str) -> Json:
    """The fields of a message that tell whose it is."""
    fields: Json = {"user": user, "team": TEAM_ID}
    if user == BOT_USER:
        return fields | {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": BOT_PROFILE}
    return fields | {"client_msg_id": str(uuid.uuid4())}


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks, each with a block_id, and each interactive element with an action_id."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
        with_ids(inner_blocks(block))
    return blocks


def inner_blocks(block: Json) -> list[Json]:
    """The blocks inside a container or carousel."""
    inner: list[Json] = block.get({"container": "child_blocks", "carousel": "elements"}.get(block["type"], ""), [])
    return inner


PASSIVE = frozenset({"image", "plain_text", "mrkdwn"})


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block, without those of blocks inside it."""
    kind = block["type"]
    found: list[Any] = []
    if kind in ("actions", "context_actions"):
        found = block.get("elements") or []
    elif kind == "card":
        found = block.get("actions") or []
    elif kind == "section":
        found = [block.get("accessory")]
    elif kind == "input":
        found = [block.get("element")]
    return [one for one in found if isinstance(one, dict) and one.get("type") not in PASSIVE]


class Posting:
    """What can be done with messages, by the app or by people."""

    def __init__(self, workspace: "Workspace") -> None:
        self.workspace = workspace

    def post(
        self,
        channel: Json,
        user: str,
        body: Json,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        visible_to: str | None = None,
    ) -> Message:
        """Posts a message and tells the app and the pages. An ephemeral one goes to its reader alone."""
        workspace = self.workspace
        root = workspace.messages.root_of(channel["id"], thread_ts) if thread_ts else None
        message = Message(
            channel["id"],
            workspace.messages.next_ts(),
            user,
            thread_ts=root.ts if root else thread_ts,
            broadcast=broadcast,
            visible_to=visible_to,
            body=author_fields(user) | body,
        )
        if broadcast:
            message.body["subtype"] = "thread_broadcast"
        linked = workspace.files.share_linked(body.get("blocks") or (), user, channel)
        if linked:
            message.body["files"] = linked
        workspace.messages.save(message)
        for block in body.get("blocks") or ():
            if address := (block.get("slack_file") or {}).get("url"):
                workspace.files.show_in(address, channel)
        if user == BOT_USER:
            workspace.presence.clear_status(channel["members"], (channel["id"], message.thread_ts))
        if visible_to is None:
            self._emit_post(channel, message, root)
        self.publish(channel, message, "message")
        if root and visible_to is None:
            self.publish(channel, root, "message_changed")
        return message

    def _emit_post(self, channel: Json, message: Message, root: Message | None) -> None:
        workspace = self.workspace
        event = workspace.messages.show([message], metadata=True)[0] | {"event_ts": message.ts}
        event.pop("streaming", None)
        if root:
            event["parent_user_id"] = root.user
        workspace.events.message(channel, event)
        mentions = message.user != BOT_USER and MENTION.search(message.body.get("text", ""))
        if mentions and not channel["im"] and message.body.get("subtype") in (None, "file_share", "thread_broadcast"):
            mention = {key: value for key, value in event.items() if key not in ("parent_user_id", "subtype")}
            workspace.events.in_channel(channel, mention | {"type": "app_mention", "channel": channel["id"]})

    def edit(self, channel: Json, message: Message, fields: Json, *, quiet: bool = False) -> None:
        """Changes fields of a message; None removes one. `quiet` leaves out the event, as streamed text does."""
        workspace = self.workspace
        previous = workspace.messages.show([message], metadata=True)[0]
        for key, value in fields.items():
            if value is None:
                message.body.pop(key, None)
            else:
                message.body[key] = value
        workspace.messages.save(message)
        if not quiet and message.visible_to is None:
            self._emit_change(channel, message, previous)
        self.publish(channel, message, "message_changed")

    def _emit_change(self, channel: Json, message: Message, previous: Json) -> None:
        ts = self.workspace.messages.next_ts()
        changed = self.workspace.messages.show([message], metadata=True)[0]
        self.workspace.events.message(
            channel,
            {
                "subtype": "message_changed",
                "hidden": True,
                "message": changed,
                "previous_message": previous,
                "ts": ts,
                "event_ts": ts,
            },
        )

    def delete(self, channel: Json, message: Message) -> None:
        """Deletes a message. A root with replies leaves a tombstone, which goes with its last reply."""
        workspace = self.workspace
        previous = workspace.messages.show([message], metadata=True)[0]
        if message.visible_to is None and previous.get("reply_count"):
            self._bury(channel, message, previous)
            return
        workspace.messages.remove(message)
        readers = [message.visible_to] if message.visible_to else channel["members"]
        gone = {"channel": channel["id"], "ts": message.ts, "thread_ts": message.thread_ts}
        workspace.feed.send(readers, "message_deleted", **gone)
        if message.visible_to:
            return
        ts = workspace.messages.next_ts()
        event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts, "previous_message": previous}
        workspace.events.message(channel, event | {"ts": ts, "event_ts": ts})
        root = workspace.messages.root_of(channel["id"], message.thread_ts) if message.thread_ts else None
        buried = root is not None and root.body.get("subtype") == "tombstone"
        if root and buried and not workspace.messages.count_replies(channel["id"], root.ts):
            self.delete(channel, root)
        elif root:
            self.publish(channel, root, "message_changed")

    def _bury(self, channel: Json, message: Message, previous: Json) -> None:
        message.user = "USLACKBOT"
        message.body = {"subtype": "tombstone", "text": "This message was deleted.", "hidden": True}
        self.workspace.messages.save(message)
        self._emit_change(channel, message, previous)
        self.publish(channel, message, "message_changed")

    def react(self, channel: Json, message: Message, user: str, name: str, *, add: bool) -> None:
        """Adds or takes back a reaction. Raises SlackError `already_reacted` or `no_reaction`."""
        reactions: list[Json] = message.body.setdefault("reactions", [])
        reaction = next((one for one in reactions if one["name"] == name), None)
        if reaction is None:
            reaction = {"name": name, "users": [], "count": 0}
            reactions.append(reaction)
        if (user in reaction["users"]) is add:
            raise SlackError("already_reacted" if add else "no_reaction")
        if add:
            reaction["users"].append(user)
        else:
            reaction["users"].remove(user)
        reaction["count"] = len(reaction["users"])
        message.body["reactions"] = [one for one in reactions if one["count"]]
        if not message.body["reactions"]:
            del message.body["reactions"]
        self.workspace.messages.save(message)
        event = {
            "type": "reaction_added" if add else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel["id"], "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.workspace.messages.next_ts(),
        }
        self.workspace.events.in_channel(channel, event)
        self.publish(channel, message, "message_changed")

    def publish(self, channel: Json, message: Message, kind: str) -> None:
        """Shows a message on the open pages of those who may read it."""
        workspace = self.workspace
        readers = [message.visible_to] if message.visible_to else channel["members"]
        watched = workspace.feed.watched(readers)
        if not watched:
            return
        shown = workspace.messages.show([message])[0]
        workspace.feed.send(watched, kind, channel=channel["id"], message=shown)
        if kind == "message":
            for user in watched:
                workspace.feed.send([user], "unread", channel=channel["id"], **workspace.unread(channel["id"], user))
