"""chat.*: posting, editing and deleting messages, commands, scheduled messages (docs.slack.dev/reference/methods)."""

import secrets

from bot.workspace.accounts import TEAM_ID, Caller
from bot.workspace.api.calls import Call, Json, method, page_of
from bot.workspace.block_kit import check_attachments, check_message_blocks
from bot.workspace.commands import run_command
from bot.workspace.errors import SlackError
from bot.workspace.messages import full_ts
from bot.workspace.posting import LONGEST_TEXT, escaped, typed, with_ids
from bot.workspace.workspace import Workspace

LONGEST_MARKDOWN = 12_000
LONGEST_UPDATE = 4_000  # chat.update refuses longer texts (docs.slack.dev/reference/methods/chat.update)
FURTHEST_SECONDS = 120 * 86_400
LONGEST_METADATA = 16_000


def stored_text(caller: Caller, text: str) -> str:
    """A text as Slack keeps it for this caller, cut when it is too long."""
    return (typed(text) if caller.kind == "user" else escaped(text))[:LONGEST_TEXT]


def check_metadata(metadata: Json | None) -> None:
    """Raises SlackError when message metadata is not {event_type, event_payload}."""
    if not metadata:
        return
    if "entities" not in metadata:
        event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
        if not isinstance(event_type, str) or not event_type or not isinstance(payload, dict):
            raise SlackError("invalid_metadata_format", "[ERROR] needs event_type and event_payload")
    if len(str(metadata)) > LONGEST_METADATA:
        raise SlackError("metadata_too_large")


def message_body(call: Call) -> Json:
    """The checked content of a message to post. Raises SlackError `no_text`, `invalid_blocks` and the like."""
    text, blocks, markdown = call.get("text"), call.get("blocks"), call.get("markdown_text")
    attachments, metadata = call.get("attachments"), call.get("metadata")
    if markdown is not None:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long", f"[ERROR] must be less than {LONGEST_MARKDOWN + 1} characters")
    if not (text or blocks or attachments or markdown):
        raise SlackError("no_text")
    body: Json = {"text": stored_text(call.caller, text or markdown or "")}
    if markdown:
        body |= {"blocks": with_ids([{"type": "markdown", "text": markdown}]), "_made_blocks": True}
    if blocks:
        check_message_blocks(blocks)
        body["blocks"] = with_ids(blocks)
    if attachments:
        check_attachments(attachments)
        body["attachments"] = attachments
    check_metadata(metadata)
    if metadata:
        body["metadata"] = metadata
    return body


def thread_of(call: Call) -> str | None:
    """The thread to post into, None outside threads."""
    return full_ts(call.get("thread_ts", "")) or None


@method("chat.postMessage")
async def post_message(call: Call) -> Json:
    """Posts a message."""
    channel = call.conversation()
    body = message_body(call)
    thread_ts = thread_of(call)
    broadcast = bool(call.get("reply_broadcast")) and thread_ts is not None
    posted = call.workspace.posting.post(channel, call.caller.user, body, thread_ts=thread_ts, broadcast=broadcast)
    message = call.workspace.messages.show([posted], metadata=True)[0]
    return {"channel": channel["id"], "ts": posted.ts, "message": message}


@method("chat.postEphemeral")
async def post_ephemeral(call: Call) -> Json:
    """Shows a message to one member of a channel."""
    channel = call.conversation()
    if call.get("user") not in channel["members"]:
        raise SlackError("user_not_in_channel")
    posted = call.workspace.posting.post(
        channel, call.caller.user, message_body(call), thread_ts=thread_of(call), visible_to=call.get("user")
    )
    return {"message_ts": posted.ts}


@method("chat.update")
async def update(call: Call) -> Json:
    """Edits a message of one's own. Blocks that are not given stay, as in Slack."""
    channel = call.conversation()
    message = call.workspace.messages.find(channel["id"], full_ts(call.get("ts")), call.caller.user)
    if message.user != call.caller.user or message.visible_to:
        raise SlackError("cant_update_message")
    if "_stream" in message.body:
        raise SlackError("streaming_state_conflict")
    text, blocks, metadata = call.get("text"), call.get("blocks"), call.get("metadata")
    if text is not None and len(text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long", f"[ERROR] must be less than {LONGEST_UPDATE + 1} characters")
    fields: Json = {}
    if text or blocks or call.get("markdown_text") or call.get("attachments"):
        fields = message_body(call)
        if blocks is not None or "_made_blocks" in message.body:
            fields = {"blocks": None, "_made_blocks": None} | fields
    elif not metadata:
        raise SlackError("no_text")
    if metadata is not None:
        check_metadata(metadata)
        fields["metadata"] = metadata or None
    fields["edited"] = {"user": call.caller.user, "ts": call.workspace.messages.next_ts()}
    call.workspace.posting.edit(channel, message, fields)
    shown = call.workspace.messages.show([message], metadata=True)[0]
    return {"channel": channel["id"], "ts": message.ts, "text": message.body["text"], "message": shown}


@method("chat.delete")
async def delete(call: Call) -> Json:
    """Deletes a message of one's own."""
    channel = call.conversation()
    message = call.workspace.messages.find(channel["id"], full_ts(call.get("ts")), call.caller.user)
    if message.user != call.caller.user or message.visible_to:
        raise SlackError("cant_delete_message")
    call.workspace.posting.delete(channel, message)
    return {"channel": channel["id"], "ts": message.ts}


@method("chat.getPermalink")
async def get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.workspace.channels.readable(call.get("channel"), call.caller)
    message = call.workspace.messages.find(channel["id"], full_ts(call.get("message_ts")), call.caller.user)
    link = call.workspace.permalink(channel["id"], message.ts, message.thread_ts)
    return {"channel": channel["id"], "permalink": link}


@method("chat.command")
async def command(call: Call) -> Json:
    """Runs a slash command as a person, and waits for the app's ack."""
    channel = call.workspace.channels.joined(call.get("channel"), call.caller.user)
    await run_command(call.workspace, call.caller.user, channel, call.get("command"), call.get("text", ""))
    return {}


@method("chat.scheduleMessage")
async def schedule_message(call: Call) -> Json:
    """Keeps a message until its time comes by the workspace's clock."""
    channel = call.conversation()
    now, post_at = call.workspace.clock.now(), call.get("post_at")
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FURTHEST_SECONDS:
        raise SlackError("time_too_far")
    scheduled_id = f"Q{secrets.token_hex(5).upper()}"
    record: Json = {
        "channel": channel["id"],
        "user": call.caller.user,
        "post_at": post_at,
        "thread_ts": thread_of(call),
        "broadcast": bool(call.get("reply_broadcast")),
        "body": message_body(call),
        "created": int(now),
    }
    call.workspace.database.put("scheduled", scheduled_id, record)
    message = {**record["body"], "type": "delayed_message", "user": call.caller.user, "team": TEAM_ID}
    return {
        "channel": channel["id"],
        "scheduled_message_id": scheduled_id,
        "post_at": post_at,
        "message": {key: value for key, value in message.items() if not key.startswith("_")},
    }


@method("chat.deleteScheduledMessage")
async def delete_scheduled_message(call: Call) -> Json:
    """Forgets a scheduled message of one's own."""
    channel = call.conversation()
    scheduled_id = call.get("scheduled_message_id")
    record = dict(call.workspace.database.records("scheduled")).get(scheduled_id)
    if record is None or record["channel"] != channel["id"] or record["user"] != call.caller.user:
        raise SlackError("invalid_scheduled_message_id")
    call.workspace.database.drop("scheduled", scheduled_id)
    return {}


@method("chat.scheduledMessages.list")
async def list_scheduled_messages(call: Call) -> Json:
    """One's own scheduled messages."""
    mine = [
        {
            "id": key,
            "channel_id": record["channel"],
            "post_at": record["post_at"],
            "date_created": record["created"],
            "text": record["body"]["text"],
        }
        for key, record in call.workspace.database.records("scheduled")
        if record["user"] == call.caller.user and call.get("channel", record["channel"]) == record["channel"]
    ]
    page, cursor = page_of(sorted(mine, key=lambda one: one["post_at"]), call)
    return {"scheduled_messages": page, **cursor}


async def post_when_due(workspace: Workspace) -> None:
    """Posts scheduled messages as their time comes, until cancelled."""
    while True:
        for key, record in workspace.database.records("scheduled"):
            if record["post_at"] <= workspace.clock.now():
                workspace.database.drop("scheduled", key)
                channel = workspace.channels.by_id[record["channel"]]
                if record["user"] in channel["members"]:
                    workspace.posting.post(
                        channel,
                        record["user"],
                        record["body"],
                        thread_ts=record["thread_ts"],
                        broadcast=record["broadcast"] and record["thread_ts"] is not None,
                    )
        await workspace.clock.wait_for_change(workspace.clock.offset, 0.5)
