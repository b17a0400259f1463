"""views.*: modals and App Home (docs.slack.dev/surfaces/modals)."""

from bot.workspace.accounts import BY_ID
from bot.workspace.api.calls import Call, Json, method
from bot.workspace.block_kit import check_view
from bot.workspace.errors import SlackError
from bot.workspace.hooks import Trigger


def exchange(call: Call) -> Trigger:
    """Uses up the trigger of a call."""
    trigger_id = call.get("trigger_id") or call.get("interactivity_pointer")
    if not trigger_id:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: trigger_id")
    return call.workspace.triggers.exchange(trigger_id)


@method("views.open")
async def open_view(call: Call) -> Json:
    """Opens a modal for whoever made the trigger's click."""
    check_view(call.get("view"), "modal")
    trigger = exchange(call)
    return {"view": call.workspace.views.open(trigger.user, call.get("view"), trigger.id)}


@method("views.push")
async def push_view(call: Call) -> Json:
    """Puts a modal on top of the one in which the click was made."""
    check_view(call.get("view"), "modal")
    trigger = exchange(call)
    return {"view": call.workspace.views.push(trigger.user, call.get("view"), trigger.id)}


@method("views.update")
async def update_view(call: Call) -> Json:
    """Replaces what a view shows."""
    if not call.get("view_id") and not call.get("external_id"):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view_id or external_id")
    check_view(call.get("view"))
    view = call.workspace.views.update(
        call.get("view"),
        view_id=call.get("view_id"),
        external_id=call.get("external_id"),
        known_hash=call.get("hash"),
    )
    return {"view": view}


@method("views.publish")
async def publish_view(call: Call) -> Json:
    """Shows a person's App Home."""
    check_view(call.get("view"), "home")
    if call.get("user_id") not in BY_ID:
        raise SlackError("user_not_found")
    return {"view": call.workspace.views.publish(call.get("user_id"), call.get("view"), call.get("hash"))}
