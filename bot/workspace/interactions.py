"""A person's clicks: `POST /workspace/interact` (docs.slack.dev/reference/interaction-payloads)."""

import asyncio
import time
from typing import Any

from bot.workspace import elements
from bot.workspace.accounts import APP_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, Person, find_person
from bot.workspace.arguments import manifest
from bot.workspace.errors import SlackError
from bot.workspace.events import TOKEN
from bot.workspace.messages import Message
from bot.workspace.submissions import close_view, known_ids, submit_view
from bot.workspace.views import Watch
from bot.workspace.workspace import Workspace

Json = dict[str, Any]

VIEW_SECONDS = 1.0
VALUE_KEYS = (
    "value",
    "selected_option",
    "selected_options",
    "selected_user",
    "selected_users",
    "selected_channel",
    "selected_channels",
    "selected_conversation",
    "selected_conversations",
    "selected_date",
    "selected_time",
    "selected_date_time",
)


def envelope(kind: str, person: Person, trigger_id: str | None = None) -> Json:
    """The fields that all interaction payloads share."""
    payload: Json = {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return payload | {"trigger_id": trigger_id} if trigger_id else payload


class Click:
    """One click: who made it, and where."""

    def __init__(self, workspace: Workspace, body: Json) -> None:
        """Raises SlackError `user_not_found` and, for a click on a message, what can't be seen."""
        self.workspace = workspace
        self.body = body
        person = find_person(body.get("user"))
        if person is None:
            raise SlackError("user_not_found")
        self.person = person
        self.channel: Json | None = None
        self.message: Message | None = None
        if body.get("channel") is not None:
            self.channel = workspace.channels.visible(str(body["channel"]), person.id)
        if body.get("message_ts") is not None:
            if self.channel is None:
                raise SlackError("channel_not_found")
            self.message = workspace.messages.find(self.channel["id"], str(body["message_ts"]), person.id)

    def response_url(self) -> str:
        """A new response URL for the message clicked on; the answer to a click in a thread stays there."""
        channel, message = self.place()
        path = self.workspace.responses.new(self.person.id, channel["id"], message.thread_ts, message.ts)
        return f"{self.workspace.url}{path}"

    def place(self) -> tuple[Json, Message]:
        """The channel and message. Raises SlackError `invalid_arguments` when they were not given."""
        if self.channel is None or self.message is None:
            raise SlackError("invalid_arguments", "needs channel and message_ts, or view_id")
        return self.channel, self.message

    def channel_fields(self) -> Json:
        """The channel as payloads name it."""
        channel, _ = self.place()
        return {"id": channel["id"], "name": channel["name"] or "directmessage"}

    async def send(self, payload: Json, *, home: bool = False) -> Json:
        """Sends a payload, waits for its ack, then for a view; answers `view` when one was opened or changed."""
        watch = self.workspace.views.watch(self.person.id, payload["trigger_id"], home=home)
        try:
            await self.workspace.sockets.ask("interactive", payload, takes_payload=False)
            return await seen_view(watch)
        finally:
            self.workspace.views.unwatch(watch)


async def seen_view(watch: Watch) -> Json:
    """Waits up to a second for the view of a click; returns the answer's fields."""
    try:
        async with asyncio.timeout(VIEW_SECONDS):
            return {"view": await asyncio.shield(watch.change)}
    except TimeoutError:
        return {}


async def interact(workspace: Workspace, body: Json) -> Json:
    """Does what the body describes and returns the answer's fields. Raises SlackError for the contract's errors."""
    click = Click(workspace, body)
    if "tab" in body:
        return await open_tab(click)
    if "callback_id" in body:
        return await use_shortcut(click)
    if "action_id" in body:
        return await act(click)
    if "view_id" in body and body.get("close") is True:
        return await close_view(workspace, envelope("view_closed", click.person), click.person.id, body)
    if "view_id" in body and isinstance(body.get("values"), dict):
        trigger_id = workspace.triggers.new(click.person.id, body["view_id"])
        watch = workspace.views.watch(click.person.id, trigger_id, home=False)
        try:
            payload = envelope("view_submission", click.person, trigger_id)
            answer = await submit_view(workspace, payload, click.person.id, body)
            return answer if "view" in answer or "errors" in answer else await seen_view(watch)
        finally:
            workspace.views.unwatch(watch)
    raise SlackError("invalid_arguments", "needs one of: action_id, callback_id, values, close, tab")


async def open_tab(click: Click) -> Json:
    """The app opened at its Home or Messages tab."""
    workspace, person, tab = click.workspace, click.person, click.body["tab"]
    if tab not in ("home", "messages"):
        raise SlackError("invalid_arguments", "tab is home or messages")
    channel, new = workspace.channels.direct(person.id, BOT_USER)
    if new:
        workspace.tell_channel(channel, [person.id])
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel["id"],
        "tab": tab,
        "event_ts": workspace.messages.next_ts(),
    }
    home = workspace.views.homes.get(person.id)
    if tab == "home" and home:
        event["view"] = home
    watch = workspace.views.watch(person.id, "", home=True)
    try:
        workspace.events.emit(event)
        return await seen_view(watch)
    finally:
        workspace.views.unwatch(watch)


async def use_shortcut(click: Click) -> Json:
    """A message shortcut, or a global one when no message is named."""
    workspace, person, callback_id = click.workspace, click.person, click.body["callback_id"]
    kind = "message" if "message_ts" in click.body or "channel" in click.body else "global"
    shortcuts = manifest()["features"]["shortcuts"]
    if not any(one["callback_id"] == callback_id and one["type"] == kind for one in shortcuts):
        raise SlackError("action_not_found")
    trigger_id = workspace.triggers.new(person.id)
    payload = envelope("shortcut" if kind == "global" else "message_action", person, trigger_id)
    payload |= {"callback_id": callback_id, "action_ts": f"{time.time():.6f}"}
    if kind == "message":
        _, message = click.place()
        payload |= {
            "message_ts": message.ts,
            "message": workspace.messages.show([message], metadata=True)[0],
            "channel": click.channel_fields(),
            "response_url": click.response_url(),
        }
    return await click.send(payload)


async def act(click: Click) -> Json:
    """A click on an element of a message or view, or typing into a menu whose options the app gives."""
    workspace, body, person = click.workspace, click.body, click.person
    view = workspace.views.find(person.id, body["view_id"]) if "view_id" in body else None
    if view is None:
        channel, message = click.place()
        blocks = message.body.get("blocks", [])
        where = f"{channel['id']}:{message.ts}"
    else:
        blocks, where = view["blocks"], view["id"]
    block, element = elements.find_element(blocks, str(body["action_id"]), body, person.id)
    place = _container(click, view)
    if "query" in body:
        return {"options": await suggest(click, element, block, place, where, str(body["query"]))}
    held = workspace.filled.get((person.id, where))
    values = view["state"]["values"] if view else elements.initial_values(blocks, held)
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] in elements.BUTTONS:
        action |= elements.button_action(element, body.get("value"))
    else:
        state = await chosen(click, element, block, place, where)
        action |= state
        if element["type"] not in elements.STATELESS:
            values = {**values, block["block_id"]: {**values.get(block["block_id"], {}), element["action_id"]: state}}
    action["action_ts"] = f"{time.time():.6f}"
    if view:
        workspace.views.set_state(person.id, view, values)
    else:
        workspace.filled[person.id, where] = values
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {}  # filling in an input sends nothing until something is pressed
    trigger_id = workspace.triggers.new(person.id, view["id"] if view else None)
    payload = envelope("block_actions", person, trigger_id) | place | {"actions": [action]}
    if not view:
        payload |= {"state": {"values": values}, "response_url": click.response_url()}
    return await click.send(payload, home=view is not None and view["type"] == "home")


def _container(click: Click, view: Json | None) -> Json:
    """The payload's fields that tell where the click was made. Slack leaves an ephemeral message's content out."""
    if view:
        return {"container": {"type": "view", "view_id": view["id"]}, "view": view}
    channel, message = click.place()
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel["id"],
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    fields: Json = {"container": container, "channel": click.channel_fields()}
    if message.visible_to is None:
        fields["message"] = click.workspace.messages.show([message], metadata=True)[0]
    return fields


async def chosen(click: Click, element: Json, block: Json, place: Json, where: str) -> Json:
    """The state of an element after the click. Raises SlackError `invalid_value` or `invalid_arguments`."""
    given = [key for key in VALUE_KEYS if key in click.body]
    expected = elements.STATE_KEYS[element["type"]][0]
    if given != [expected]:
        raise SlackError("invalid_arguments", f"a {element['type']} takes {expected}")
    options = elements.options_of(element)
    if element["type"].endswith("external_select"):
        options = click.workspace.suggested.get((click.person.id, where, element["action_id"]), [])
        options = options or await suggest(click, element, block, place, where, "")
    known = known_ids(click.workspace, click.person.id)
    return elements.state_from(element, click.body[expected], options, known)


async def suggest(click: Click, element: Json, block: Json, place: Json, where: str, query: str) -> list[Json]:
    """Asks the app for the options of a menu and remembers them. Raises SlackError `no_ack`, `invalid_arguments`."""
    if not element["type"].endswith("external_select"):
        raise SlackError("invalid_arguments", f"a {element['type']} lists its options itself")
    payload = envelope("block_suggestion", click.person) | place
    payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": query}
    answer = await click.workspace.sockets.ask("interactive", payload, takes_payload=True)
    grouped = [option for group in answer.get("option_groups") or [] for option in group["options"]]
    options: list[Json] = [*(answer.get("options") or []), *grouped]
    if len(options) > 100:
        click.workspace.journal.violation("ack", "more than 100 options")
    remembered = click.workspace.suggested.setdefault((click.person.id, where, element["action_id"]), [])
    remembered += [option for option in options if option not in remembered]
    return options
