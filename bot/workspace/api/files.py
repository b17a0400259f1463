"""files.*: uploads in three steps, and what is known of a file (docs.slack.dev/messaging/working-with-files)."""

from bot.workspace.api.calls import Call, Json, method
from bot.workspace.api.chat import stored_text, thread_of
from bot.workspace.block_kit import check_message_blocks
from bot.workspace.errors import SlackError
from bot.workspace.posting import with_ids


@method("files.getUploadURLExternal")
async def get_upload_url(call: Call) -> Json:
    """The address that takes a file's bytes."""
    alt_text = call.get("alt_txt")
    if alt_text and len(alt_text) > 1000:
        raise SlackError("alt_txt_too_large")
    workspace = call.workspace
    secret, file = workspace.files.reserve(
        call.caller.user, call.get("filename"), call.get("length"), alt_text, workspace.url
    )
    return {"upload_url": f"{workspace.url}/upload/{secret}", "file_id": file["id"]}


@method("files.completeUploadExternal")
async def complete_upload(call: Call) -> Json:
    """Finishes uploads and, when a channel is named, shares them in one message."""
    workspace = call.workspace
    named = call.get("channel_id") or call.get("channels")
    channels = [
        workspace.channels.joined(one.strip(), call.caller.user) for one in (named or "").split(",") if one.strip()
    ]
    blocks = call.get("blocks")
    if blocks:
        check_message_blocks(blocks)
    wanted = call.get("files")
    if not wanted or any(not isinstance(one, dict) or not isinstance(one.get("id"), str) for one in wanted):
        raise SlackError("invalid_arguments", "[ERROR] needs files, each with its id [json-pointer:/files]")
    files: list[Json] = []
    for one in wanted:
        files.append(workspace.files.complete(one["id"], call.caller.user, one.get("title"), channels))
    for channel in channels:
        body: Json = {
            "subtype": "file_share",
            "text": stored_text(call.caller, call.get("initial_comment", "")),
            "files": files,
            "upload": True,
        }
        if blocks:
            body["blocks"] = with_ids(blocks)
        workspace.posting.post(channel, call.caller.user, body, thread_ts=thread_of(call))
    return {"files": files}


@method("files.info")
async def info(call: Call) -> Json:
    """One file that the caller may read."""
    file, _ = call.workspace.files.load(call.get("file"))
    seen = {channel["id"] for channel in call.workspace.channels.seen_by(call.caller.user)}
    if not call.workspace.files.may_read(file, call.caller.user, seen):
        raise SlackError("file_not_found")
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}
