"""What the app answers through a response URL, or in the ack of a command."""

from typing import Any

from bot.workspace.accounts import BOT_USER
from bot.workspace.block_kit import check_attachments, check_message_blocks
from bot.workspace.errors import SlackError
from bot.workspace.hooks import ResponseUrl
from bot.workspace.messages import Message, full_ts
from bot.workspace.posting import LONGEST_TEXT, escaped, with_ids
from bot.workspace.workspace import Workspace

Json = dict[str, Any]


def is_true(value: Any) -> bool:
    """Whether a flag is set: Slack takes true and "true"."""
    return value is True or str(value).lower() == "true"


def response_body(given: Json) -> Json:
    """The checked content of a response. Raises SlackError `no_text`, `invalid_blocks` and the like."""
    text, blocks, attachments = given.get("text"), given.get("blocks"), given.get("attachments")
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if not isinstance(text, str | None):
        raise SlackError("invalid_arguments", "[ERROR] must be a string [json-pointer:/text]")
    body: Json = {"text": escaped(text or "")[:LONGEST_TEXT]}
    if blocks:
        check_message_blocks(blocks)
        body["blocks"] = with_ids(blocks)
    if attachments:
        check_attachments(attachments)
        body["attachments"] = attachments
    return body


def respond(workspace: Workspace, hook: ResponseUrl, given: Json) -> None:
    """Posts, replaces or deletes as the response says: without `response_type` the person alone sees it."""
    channel = workspace.channels.by_id[hook.channel]
    original = _original(workspace, hook)
    if is_true(given.get("delete_original")):
        if original is None:
            raise SlackError("message_not_found")
        workspace.posting.delete(channel, original)
        return
    response_type = given.get("response_type", "ephemeral")
    if response_type not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_arguments", "[ERROR] must be ephemeral or in_channel [json-pointer:/response_type]")
    body = response_body(given)
    if is_true(given.get("replace_original")):
        if original is None:
            raise SlackError("message_not_found")
        cleared: Json = {"blocks": None, "attachments": None, "_made_blocks": None}
        workspace.posting.edit(channel, original, cleared | body)
        return
    thread_ts = full_ts(str(given.get("thread_ts") or "")) or hook.thread_ts
    visible_to = hook.user if response_type == "ephemeral" else None
    workspace.posting.post(channel, BOT_USER, body, thread_ts=thread_ts, visible_to=visible_to)


def _original(workspace: Workspace, hook: ResponseUrl) -> Message | None:
    """The message whose button was pressed, if there is one and it is the app's."""
    if hook.message_ts is None:
        return None
    try:
        message = workspace.messages.find(hook.channel, hook.message_ts, hook.user)
    except SlackError:
        return None
    return message if message.user == BOT_USER else None
