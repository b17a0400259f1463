"""dnd.*: who does not want to be disturbed (docs.slack.dev/reference/methods/dnd.info)."""

from bot.workspace.accounts import BY_ID
from bot.workspace.api.calls import Call, Json, method
from bot.workspace.errors import SlackError


@method("dnd.info")
async def info(call: Call) -> Json:
    """Whether one person may be disturbed; the snooze itself is told to that person alone."""
    user = call.get("user", call.caller.user)
    if user not in BY_ID:
        raise SlackError("user_not_found")
    return _shown(call, user) | (_own(call) if user == call.caller.user else {})


@method("dnd.teamInfo")
async def team_info(call: Call) -> Json:
    """Whether each of up to 50 people may be disturbed; unknown ids are left out."""
    users = [user.strip() for user in call.get("users").split(",")]
    if len(users) > 50:
        raise SlackError("too_many_users")
    return {"users": {user: _shown(call, user) for user in users if user in BY_ID}}


@method("dnd.setSnooze")
async def set_snooze(call: Call) -> Json:
    """Pauses one's own notifications for so many minutes."""
    call.workspace.snoozes.set(call.caller.user, call.get("num_minutes"))
    return _own(call)


@method("dnd.endSnooze")
async def end_snooze(call: Call) -> Json:
    """Ends one's own pause."""
    if not call.workspace.snoozes.end(call.caller.user):
        raise SlackError("snooze_not_active")
    return _shown(call, call.caller.user) | {"snooze_enabled": False}


def _shown(call: Call, user: str) -> Json:
    """What everybody sees: a pause looks like a scheduled one, and who has none has times of 1."""
    start, end = call.workspace.snoozes.of(user) or (1, 1)
    return {"dnd_enabled": end > 1, "next_dnd_start_ts": start, "next_dnd_end_ts": end}


def _own(call: Call) -> Json:
    pause = call.workspace.snoozes.of(call.caller.user)
    if pause is None:
        return {"snooze_enabled": False}
    remaining = int(pause[1] - call.workspace.clock.now())
    return {
        "snooze_enabled": True,
        "snooze_endtime": pause[1],
        "snooze_remaining": remaining,
        "snooze_is_indefinite": False,
    }
