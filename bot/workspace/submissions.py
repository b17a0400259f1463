"""Submitting and closing modals (docs.slack.dev/surfaces/modals#handling_submissions)."""

from typing import Any

from bot.workspace import elements
from bot.workspace.accounts import BY_ID
from bot.workspace.block_kit import check_view
from bot.workspace.errors import SlackError
from bot.workspace.workspace import Workspace

Json = dict[str, Any]


async def submit_view(workspace: Workspace, payload: Json, user: str, body: Json) -> Json:
    """Submits the modal on top and does what the ack says; returns the answer's fields.

    `errors` when an input can't be sent, or when the app refused it; `view` when the ack changed or pushed one.
    Raises SlackError `view_not_found`, `invalid_value`, `invalid_arguments` or `no_ack`.
    """
    view = workspace.views.find(user, body["view_id"])
    if view["type"] != "modal":
        raise SlackError("view_not_found")
    values = filled_in(workspace, user, view, body["values"])
    workspace.views.set_state(user, view, values)
    errors = client_errors(view, values)
    if errors:
        return {"errors": errors}
    payload |= {"view": view, "response_urls": []}
    answer = await workspace.sockets.ask("interactive", payload, takes_payload=True)
    try:
        return follow(workspace, payload["trigger_id"], user, view, answer)
    except SlackError as error:
        workspace.journal.violation("ack", error.what())
        return {}


def known_ids(workspace: Workspace, user: str) -> elements.Known:
    """What a person may pick in menus of people, channels and files."""
    channels = {channel["id"] for channel in workspace.channels.seen_by(user)}
    return elements.Known({*BY_ID}, channels, workspace.files.ids_of(user))


def filled_in(workspace: Workspace, user: str, view: Json, given: Json) -> elements.Values:
    """The modal's values after a person filled in what is given; the rest keeps what it shows."""
    inputs = {
        (block["block_id"], element["action_id"]): element for block, element in elements.elements_in(view["blocks"])
    }
    known = known_ids(workspace, user)
    values = {block_id: dict(states) for block_id, states in view["state"]["values"].items()}
    for block_id, states in given.items():
        if not isinstance(states, dict):
            raise SlackError("invalid_arguments", "values are {BLOCK_ID: {ACTION_ID: VALUE}}")
        for action_id, value in states.items():
            element = inputs.get((block_id, action_id))
            if element is None or element["type"] in elements.STATELESS:
                raise SlackError("action_not_found")
            options = elements.options_of(element)
            if element["type"].endswith("external_select"):
                options = workspace.suggested.get((user, view["id"], action_id), [])
            values.setdefault(block_id, {})[action_id] = elements.state_from(element, value, options, known)
    return values


def client_errors(view: Json, values: elements.Values) -> dict[str, str]:
    """What Slack's own client refuses to send, by block: empty required inputs, over-long texts."""
    errors: dict[str, str] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            state = values[block["block_id"]][block["element"]["action_id"]]
            fault = elements.input_fault(block, state)
            if fault:
                errors[block["block_id"]] = fault
    return errors


def follow(workspace: Workspace, trigger_id: str, user: str, view: Json, answer: Json) -> Json:
    """Does what the ack's `response_action` says. Raises SlackError when the ack makes no sense."""
    action = answer.get("response_action")
    if action is None:
        close_if_open(workspace, user, view)
        return {}
    if action == "clear":
        workspace.views.close(user, everything=True)
        return {}
    if action == "errors":
        errors = answer.get("errors")
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
            raise SlackError("invalid_arguments", "errors must name input blocks of the view by their block_id")
        return {"errors": errors}
    if action in ("update", "push"):
        check_view(answer.get("view"), "modal")
        if action == "push":
            return {"view": workspace.views.push(user, answer["view"], trigger_id)}
        changed = workspace.views.update(answer["view"], view_id=view["id"], external_id=None, known_hash=None)
        return {"view": changed}
    raise SlackError("invalid_arguments", f"unknown response_action: {action}")


def close_if_open(workspace: Workspace, user: str, view: Json) -> None:
    """Closes a modal, unless the app closed or covered it while it handled the submission."""
    stack = workspace.views.open_for(user)
    if stack and stack[-1]["id"] == view["id"]:
        workspace.views.close(user)


async def close_view(workspace: Workspace, payload: Json, user: str, body: Json) -> Json:
    """Closes the modal on top, and tells the app if it asked for that. Raises SlackError `view_not_found`, `no_ack`."""
    view = workspace.views.find(user, body["view_id"])
    if view["type"] != "modal":
        raise SlackError("view_not_found")
    cleared = bool(view["clear_on_close"])
    workspace.views.close(user, everything=cleared)
    if view["notify_on_close"]:
        await workspace.sockets.ask("interactive", payload | {"view": view, "is_cleared": cleared}, takes_payload=False)
    return {}
