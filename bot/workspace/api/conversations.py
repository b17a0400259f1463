"""conversations.*: channels, their members and their messages (docs.slack.dev/reference/methods)."""

from bot.workspace.accounts import BY_ID, CHANNELS, TEAM_ID
from bot.workspace.api.calls import Call, Json, decode_cursor, encode_cursor, method, next_cursor, page_of
from bot.workspace.channels import channel_object, kind_of
from bot.workspace.errors import SlackError
from bot.workspace.messages import Window, full_ts

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
GENERAL = CHANNELS[0][0]
LARGEST_PAGE = 999


def window_of(call: Call, default: int) -> Window:
    """Which part of a history the call asks for."""
    limit = call.get("limit", default)
    return Window(
        limit=min(limit if limit > 0 else default, LARGEST_PAGE),
        oldest=full_ts(call.get("oldest", "")),
        latest="" if call.get("latest") == "now" else full_ts(call.get("latest", "")),
        inclusive=call.get("inclusive", False),
        after=decode_cursor(call.get("cursor")),
    )


@method("conversations.history")
async def history(call: Call) -> Json:
    """Messages outside threads, newest first; a person also gets the ephemeral ones meant for them."""
    channel = call.workspace.channels.readable(call.get("channel"), call.caller)
    window = window_of(call, 100)
    found = call.workspace.messages.history(channel["id"], call.caller.user, window)
    page = found[: window.limit]
    more = len(found) > window.limit
    return {
        "messages": call.workspace.messages.show(page, metadata=call.get("include_all_metadata", False)),
        "has_more": more,
        "pin_count": 0,
        **next_cursor(encode_cursor(page[-1].ts) if more else ""),
    }


@method("conversations.replies")
async def replies(call: Call) -> Json:
    """A thread's root and its replies, oldest first, found by the time of any of its messages."""
    channel = call.workspace.channels.readable(call.get("channel"), call.caller)
    asked = full_ts(call.get("ts"))
    window = window_of(call, 1000)
    messages = call.workspace.messages
    root = messages.root_of(channel["id"], asked)
    found = messages.replies(channel["id"], root.ts if root else asked, call.caller.user, window)
    if root is None and not found:
        raise SlackError("thread_not_found")
    room = window.limit if window.after or root is None else max(window.limit - 1, 1)
    page = found[:room]
    more = len(found) > room
    shown = page if window.after or root is None else [root, *page]
    listed = messages.show(shown, metadata=call.get("include_all_metadata", False))
    if root:
        for reply in listed:
            if reply["ts"] != root.ts:
                reply["parent_user_id"] = root.user
    return {"messages": listed, "has_more": more, **next_cursor(encode_cursor(page[-1].ts) if more else "")}


def listed(call: Call, user: str) -> list[Json]:
    """The channels of the asked types that a member sees, as the caller sees them."""
    wanted = {TYPES.get(name.strip()) for name in call.get("types", "public_channel").split(",")}
    if None in wanted:
        raise SlackError("invalid_types")
    seen = call.workspace.channels.seen_by(user)
    return [channel for channel in seen if kind_of(channel) in wanted]


@method("conversations.list")
async def list_channels(call: Call) -> Json:
    """The channels that the caller sees, public ones when no types are named."""
    page, cursor = page_of(listed(call, call.caller.user), call)
    return {"channels": [channel_object(channel, call.caller.user) for channel in page], **cursor}


@method("users.conversations")
async def conversations_of(call: Call) -> Json:
    """The channels that a member is in, of those that the caller sees."""
    user = call.get("user", call.caller.user)
    if user not in BY_ID:
        raise SlackError("user_not_found")
    shared = [one for one in listed(call, call.caller.user) if user in one["members"]]
    page, cursor = page_of(shared, call)
    return {"channels": [channel_object(channel, call.caller.user) for channel in page], **cursor}


@method("conversations.info")
async def info(call: Call) -> Json:
    """One channel."""
    channel = call.workspace.channels.visible(call.get("channel"), call.caller.user)
    shown = channel_object(channel, call.caller.user)
    if not call.get("include_num_members", False):
        shown.pop("num_members", None)
    if call.get("include_locale", False):
        shown["locale"] = BY_ID[call.caller.user].locale
    return {"channel": shown}


@method("conversations.members")
async def members(call: Call) -> Json:
    """The ids of a channel's members."""
    channel = call.workspace.channels.visible(call.get("channel"), call.caller.user)
    page, cursor = page_of(channel["members"], call)
    return {"members": page, **cursor}


@method("conversations.open")
async def open_conversation(call: Call) -> Json:
    """The direct message with another member."""
    if call.get("channel"):
        channel = call.workspace.channels.visible(call.get("channel"), call.caller.user)
        if not channel["im"]:
            raise SlackError("method_not_supported_for_channel_type")
    else:
        users = [user.strip() for user in call.get("users", "").split(",") if user.strip()]
        if not users:
            raise SlackError("users_list_not_supplied")
        if any(user not in BY_ID or user == call.caller.user for user in users):
            raise SlackError("user_not_found")
        if len(users) > 1:
            raise SlackError(
                "method_not_supported_for_channel_type", "[ERROR] the local workspace has no group messages"
            )
        channel = call.direct(users[0])
    if call.get("return_im", False):
        return {"no_op": True, "already_open": True, "channel": channel_object(channel, call.caller.user)}
    return {"channel": {"id": channel["id"]}}


def enter(call: Call, channel: Json, user: str, inviter: str | None = None) -> None:
    """Makes somebody a member, with the message and the event that go with it."""
    workspace = call.workspace
    workspace.channels.add(channel, user)
    workspace.tell_channel(channel, [user])
    body: Json = {"subtype": "channel_join", "text": f"<@{user}> has joined the channel"}
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel["id"],
        "channel_type": "G" if channel["private"] else "C",
        "team": TEAM_ID,
    }
    if inviter:
        body["inviter"] = event["inviter"] = inviter
    workspace.posting.post(channel, user, body)
    workspace.events.in_channel(channel, event | {"event_ts": workspace.messages.next_ts()})


def leave_channel(call: Call, channel: Json, user: str) -> None:
    """Ends a membership, with the message and the event that go with it."""
    workspace = call.workspace
    told = {**channel, "members": list(channel["members"])}
    workspace.channels.remove(channel, user)
    workspace.tell_channel(channel, [user])
    workspace.posting.post(channel, user, {"subtype": "channel_leave", "text": f"<@{user}> has left the channel"})
    event = {
        "type": "member_left_channel",
        "user": user,
        "channel": channel["id"],
        "channel_type": "G" if channel["private"] else "C",
        "team": TEAM_ID,
        "event_ts": workspace.messages.next_ts(),
    }
    workspace.events.in_channel(told, event)


@method("conversations.join")
async def join(call: Call) -> Json:
    """Joins a public channel."""
    channel = call.workspace.channels.visible(call.get("channel"), call.caller.user)
    if channel["im"] or channel["private"]:
        raise SlackError("method_not_supported_for_channel_type")
    if call.caller.user in channel["members"]:
        return {"channel": channel_object(channel, call.caller.user), "warning": "already_in_channel"}
    enter(call, channel, call.caller.user)
    return {"channel": channel_object(channel, call.caller.user)}


@method("conversations.leave")
async def leave(call: Call) -> Json:
    """Leaves a channel."""
    channel = call.workspace.channels.visible(call.get("channel"), call.caller.user)
    if channel["im"]:
        raise SlackError("method_not_supported_for_channel_type")
    if channel["id"] == GENERAL:
        raise SlackError("cant_leave_general")
    if call.caller.user not in channel["members"]:
        return {"not_in_channel": True}
    leave_channel(call, channel, call.caller.user)
    return {}


@method("conversations.invite")
async def invite(call: Call) -> Json:
    """Brings others into a channel that one is in."""
    channel = call.workspace.channels.joined(call.get("channel"), call.caller.user)
    if channel["im"]:
        raise SlackError("method_not_supported_for_channel_type")
    users = [user.strip() for user in call.get("users").split(",")]
    for user in users:
        if user not in BY_ID:
            raise SlackError("user_not_found")
        if user == call.caller.user:
            raise SlackError("cant_invite_self")
        if user in channel["members"]:
            raise SlackError("already_in_channel")
    for user in users:
        enter(call, channel, user, inviter=call.caller.user)
    return {"channel": channel_object(channel, call.caller.user)}


@method("conversations.kick")
async def kick(call: Call) -> Json:
    """Removes somebody from a channel that one is in."""
    channel = call.workspace.channels.joined(call.get("channel"), call.caller.user)
    user = call.get("user")
    if channel["im"]:
        raise SlackError("method_not_supported_for_channel_type")
    if user == call.caller.user:
        raise SlackError("cant_kick_self")
    if channel["id"] == GENERAL:
        raise SlackError("cant_kick_from_general")
    if user not in channel["members"]:
        raise SlackError("not_in_channel")
    leave_channel(call, channel, user)
    return {"errors": {}}
