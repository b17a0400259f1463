"""chat.startStream, .appendStream and .stopStream: text that grows while people read it."""

from typing import Any

from bot.workspace.accounts import BY_ID, TEAM_ID
from bot.workspace.api.calls import Call, Json, method
from bot.workspace.api.chat import LONGEST_MARKDOWN, check_metadata
from bot.workspace.block_kit import SOURCE, TASK_STATUS, check_message_blocks
from bot.workspace.errors import SlackError
from bot.workspace.messages import Message, full_ts
from bot.workspace.posting import escaped, with_ids
from bot.workspace.shapes import Anything, Fields, Items, Kinds, Text

# slack_sdk 3.47, models/messages/chunk.py
CHUNK = Kinds(
    {
        "markdown_text": Fields({"text": Text(least=0)}),
        "task_update": Fields(
            {"id": Text(), "title": Text()},
            {"status": TASK_STATUS, "details": Text(), "output": Text(), "sources": Items(SOURCE, least=0)},
        ),
        "plan_update": Fields({"title": Text()}),
        "blocks": Fields({"blocks": Anything()}),
    }
)


def new_chunks(call: Call) -> list[Json]:
    """The checked chunks of a call. Raises SlackError `invalid_chunks`, `markdown_text_conflict` or `msg_too_long`."""
    chunks, markdown = call.get("chunks") or [], call.get("markdown_text")
    if markdown is not None:
        if chunks:
            raise SlackError("markdown_text_conflict")
        chunks = [{"type": "markdown_text", "text": markdown}] if markdown else []
    wrong: list[str] = []
    Items(CHUNK, least=0).check(chunks, "/chunks", wrong)
    if wrong:
        raise SlackError("invalid_chunks", *wrong)
    for position, chunk in enumerate(chunks):
        if chunk["type"] == "markdown_text" and len(chunk["text"]) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long", f"[ERROR] must be less than {LONGEST_MARKDOWN + 1} characters")
        if chunk["type"] == "blocks":
            check_message_blocks(chunk["blocks"], pointer=f"/chunks/{position}/blocks")
    return chunks


def add(parts: list[Json], chunks: list[Json]) -> None:
    """Appends chunks to the blocks of a stream: text to the last text, a task's news to that task."""
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            if parts and parts[-1]["type"] == "markdown":
                parts[-1]["text"] += chunk["text"]
            else:
                parts.append({"type": "markdown", "text": chunk["text"]})
        elif chunk["type"] == "task_update":
            _add_task(parts, chunk)
        elif chunk["type"] == "plan_update":
            plan = next((part for part in parts if part["type"] == "plan"), None)
            if plan is None:
                tasks = [part for part in parts if part["type"] == "task_card"]
                parts[:] = [part for part in parts if part["type"] != "task_card"]
                parts.append({"type": "plan", "title": chunk["title"], "tasks": tasks})
            else:
                plan["title"] = chunk["title"]
        else:
            parts += chunk["blocks"]


def _add_task(parts: list[Json], chunk: Json) -> None:
    plan = next((part for part in parts if part["type"] == "plan"), None)
    siblings = plan["tasks"] if plan else parts
    card = next((one for one in siblings if one.get("task_id") == chunk["id"]), None)
    if card is None:
        card = {"type": "task_card", "task_id": chunk["id"]}
        siblings.append(card)
    card |= {key: chunk[key] for key in ("title", "status", "sources") if chunk.get(key) is not None}
    for key in ("details", "output"):
        if chunk.get(key):
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": chunk[key]}]}
            card[key] = {"type": "rich_text", "elements": [section]}


def content(parts: list[Json], blocks: list[Json]) -> Json:
    """The fields of a message with these streamed parts and final blocks."""
    text = "".join(part["text"] for part in parts if part["type"] == "markdown")
    return {"text": escaped(text), "blocks": with_ids([*parts, *blocks]) or None, "_made_blocks": True}


@method("chat.startStream")
async def start_stream(call: Call) -> Json:
    """Begins a message whose text streams, in a thread."""
    channel = call.conversation()
    thread_ts = full_ts(call.get("thread_ts", ""))
    if not thread_ts:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: thread_ts")
    if not channel["im"]:
        if not call.get("recipient_team_id"):
            raise SlackError("missing_recipient_team_id")
        if not call.get("recipient_user_id"):
            raise SlackError("missing_recipient_user_id")
    recipient, team = call.get("recipient_user_id"), call.get("recipient_team_id", TEAM_ID)
    if (recipient and recipient not in BY_ID) or team != TEAM_ID:
        raise SlackError("user_not_found")
    parts: list[Json] = []
    add(parts, new_chunks(call))
    body = {key: value for key, value in content(parts, []).items() if value is not None} | {"_stream": parts}
    posted = call.workspace.posting.post(channel, call.caller.user, body, thread_ts=thread_ts)
    return {"channel": channel["id"], "ts": posted.ts}


def streaming(call: Call) -> tuple[Json, Message]:
    """The channel and streaming message of a call. Raises SlackError `message_not_in_streaming_state` and others."""
    channel = call.conversation()
    message = call.workspace.messages.find(channel["id"], full_ts(call.get("ts", "")), call.caller.user)
    if message.user != call.caller.user:
        raise SlackError("message_not_owned_by_app")
    if "_stream" not in message.body:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


@method("chat.appendStream")
async def append_stream(call: Call) -> Json:
    """Adds to a streaming message."""
    channel, message = streaming(call)
    chunks = new_chunks(call)
    if not chunks:
        raise SlackError("no_text")
    parts: list[Any] = message.body["_stream"]
    add(parts, chunks)
    call.workspace.posting.edit(channel, message, content(parts, []) | {"_stream": parts}, quiet=True)
    return {"channel": channel["id"], "ts": message.ts}


@method("chat.stopStream")
async def stop_stream(call: Call) -> Json:
    """Ends a stream, with last text, blocks and metadata; the app gets the whole message as `message_changed`."""
    channel, message = streaming(call)
    blocks = call.get("blocks") or []
    if blocks:
        check_message_blocks(blocks)
    check_metadata(call.get("metadata"))
    parts: list[Any] = message.body["_stream"]
    add(parts, new_chunks(call))
    if not parts and not blocks:
        raise SlackError("no_text")
    fields = content(parts, blocks) | {"_stream": None}
    if call.get("metadata"):
        fields["metadata"] = call.get("metadata")
    call.workspace.posting.edit(channel, message, fields)
    if call.get("session_status"):
        place = (channel["id"], message.thread_ts)
        call.workspace.presence.set_session(channel["members"], place, status=call.get("session_status"))
    shown = call.workspace.messages.show([message], metadata=True)[0]
    return {"channel": channel["id"], "ts": message.ts, "message": shown}
