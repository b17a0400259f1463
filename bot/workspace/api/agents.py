"""assistant.threads.* and agents.sessions.*: what the app says about its work (docs.slack.dev/ai)."""

from bot.workspace.api.calls import Call, Json, method
from bot.workspace.errors import SlackError
from bot.workspace.messages import full_ts
from bot.workspace.presence import Place

MOST_PROMPTS = 4


def place_of(call: Call, *, required: str | None = None) -> tuple[Json, Place]:
    """The channel, and the thread in it. Raises SlackError `channel_not_found`, `invalid_thread_ts` or `required`."""
    channel = call.conversation("channel_id")
    thread_ts = full_ts(call.get("thread_ts", ""))
    if thread_ts and call.workspace.messages.root_of(channel["id"], thread_ts) is None:
        raise SlackError("invalid_thread_ts")
    if required and not thread_ts:
        raise SlackError(required)
    return channel, (channel["id"], thread_ts or None)


@method("assistant.threads.setStatus")
async def set_status(call: Call) -> Json:
    """Shows what the app is doing, until it posts or two minutes pass."""
    channel, place = place_of(call, required="invalid_thread_ts")
    call.workspace.presence.set_status(channel["members"], place, call.get("status"), call.get("loading_messages", []))
    return {}


@method("assistant.threads.setSuggestedPrompts")
async def set_suggested_prompts(call: Call) -> Json:
    """Suggests what to ask."""
    channel, place = place_of(call)
    prompts = call.get("prompts")
    fields = [isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts]
    if not 1 <= len(prompts) <= MOST_PROMPTS or not all(fields):
        raise SlackError("invalid_arguments", "[ERROR] needs 1 to 4 prompts, each with title and message")
    call.workspace.presence.set_prompts(channel["members"], place, call.get("title"), prompts)
    return {}


@method("assistant.threads.setTitle")
async def set_title(call: Call) -> Json:
    """Names a conversation with the app: the title of its session, which begins with it when there is none."""
    channel, place = place_of(call, required="invalid_thread_ts")
    call.workspace.presence.set_session(channel["members"], place)
    call.workspace.presence.rename_session(channel["members"], place, call.get("title"))
    return {}


@method("agents.sessions.setStatus")
async def set_session_status(call: Call) -> Json:
    """Says whether the app works in a thread, which shows or hides the stop button."""
    channel, place = place_of(call, required="thread_ts_required")
    session = call.workspace.presence.set_session(
        channel["members"], place, status=call.get("status"), title=call.get("title")
    )
    return {"status": session["status"], "agent_status": session["status"], "title": session["title"]}


@method("agents.sessions.rename")
async def rename_session(call: Call) -> Json:
    """Gives a session another title."""
    channel, place = place_of(call, required="thread_ts_required")
    session = call.workspace.presence.rename_session(channel["members"], place, call.get("title"))
    if session is None:
        raise SlackError("session_not_found")
    return {"title": session["title"]}
