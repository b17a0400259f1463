"""Interactive elements: finding one, what it holds, and what a person's plain value makes of it."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from bot.workspace.errors import SlackError
from bot.workspace.posting import elements_of, inner_blocks

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]  # block id -> action id -> the element's state

# What an element's state is called, and its first content (docs.slack.dev/reference/block-kit/block-elements).
STATE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
BUTTONS = frozenset({"button", "icon_button", "feedback_buttons", "workflow_button"})
TEXT_INPUTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
STATELESS = BUTTONS | {"overflow"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")


def elements_in(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """All interactive elements as (block, element), those of blocks inside blocks too."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element
        yield from elements_in(inner_blocks(block))


def options_of(element: Json) -> list[Json]:
    """The options that an element lists itself."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def find_element(blocks: list[Json], action_id: str, body: Json, user: str) -> tuple[Json, Json]:
    """The (block, element) that a person's click means.

    Raises SlackError `action_not_found`, or `invalid_value` when no button with that action id has the value.
    """
    found = [
        (block, element)
        for block, element in elements_in(blocks)
        if element["action_id"] == action_id
        and ("block_id" not in body or block["block_id"] == body["block_id"])
        and user in element.get("visible_to_user_ids", [user])
    ]
    if not found:
        raise SlackError("action_not_found")
    if "value" in body and any(element["type"] in BUTTONS for _, element in found):
        found = [(block, element) for block, element in found if body["value"] in _button_values(element)]
        if not found:
            raise SlackError("invalid_value")
    return found[0]


def _button_values(element: Json) -> list[str | None]:
    if element["type"] == "feedback_buttons":
        return [element[side]["value"] for side in ("positive_button", "negative_button")]
    return [element.get("value")]


def button_action(element: Json, value: str | None) -> Json:
    """What a pressed button adds to its action. Raises SlackError `invalid_value`."""
    if element["type"] == "feedback_buttons":
        sides = {element[side]["value"]: element[side] for side in ("positive_button", "negative_button")}
        if value not in sides:
            raise SlackError("invalid_value", "give the value of one of the two feedback buttons")
        return {"value": value, "text": sides[value]["text"]}
    shown = ("value", "text", "style", "url", "icon")
    return {key: value for key, value in element.items() if key in shown}


def initial_values(blocks: list[Json], before: Values | None = None) -> Values:
    """What the elements hold at first, or still hold when the same element was there before."""
    values: Values = {}
    for block, element in elements_in(blocks):
        kind = element["type"]
        if kind in STATELESS or kind not in STATE_KEYS:
            continue
        key, initial = STATE_KEYS[kind]
        empty: Any = [] if key in ("selected_options", "files") or key.endswith("s") else None
        state = {"type": kind, key: element.get(initial, empty)}
        held = (before or {}).get(block["block_id"], {}).get(element["action_id"])
        if held and held["type"] == kind:
            state = held
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def state_from(element: Json, value: Any, options: list[Json], known: "Known") -> Json:
    """The state of an element after a person chose or typed `value` (None empties it).

    Raises SlackError `invalid_value` when the element can't take that value.
    """
    kind = element["type"]
    key, _ = STATE_KEYS[kind]
    if value is None:
        return {"type": kind, key: [] if key.endswith("s") else None}
    return {"type": kind, key: _converted(element, key, value, options, known)}


class Known:
    """The ids that a person may pick."""

    def __init__(self, users: set[str], channels: set[str], files: set[str]) -> None:
        self.users = users
        self.channels = channels
        self.files = files

    def check(self, key: str, value: str) -> str:
        """The id, if it may be picked. Raises SlackError `invalid_value`."""
        ids = self.users if "user" in key else self.files if "file" in key else self.channels
        if "conversation" in key:
            ids = ids | self.users
        if value not in ids:
            raise SlackError("invalid_value", f"unknown id: {value}")
        return value


def _converted(element: Json, key: str, value: Any, options: list[Json], known: Known) -> Any:
    kind = element["type"]
    if kind in TEXT_INPUTS:
        return _text(value)
    if kind == "rich_text_input":
        return value if isinstance(value, dict) else _rich_text(_text(value))
    if key == "selected_option":
        return _option(options, value)
    if key == "selected_options":
        return [_option(options, one) for one in _list(value, element)]
    if kind == "datepicker":
        return _parsed(value, date.fromisoformat, r"\d{4}-\d\d-\d\d")
    if kind == "timepicker":
        return _parsed(value, time.fromisoformat, r"\d\d:\d\d")
    if kind == "datetimepicker":
        return _epoch(value)
    if key.endswith("s"):
        return [known.check(key, _text(one)) for one in _list(value, element)]
    return known.check(key, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SlackError("invalid_value", "must be a string")
    return str(value)


def _list(value: Any, element: Json) -> list[Any]:
    most = element.get("max_selected_items") or element.get("max_files") or 100
    if not isinstance(value, list) or len(value) > most:
        raise SlackError("invalid_value", f"must be a list of at most {most}")
    return value


def _option(options: list[Json], value: Any) -> Json:
    for option in options:
        if option.get("value") == value:
            return option
    raise SlackError("invalid_value", f"no such option: {value}")


def _parsed(value: Any, parse: Any, form: str) -> str:
    text = _text(value)
    try:
        parse(text)
    except ValueError as error:
        raise SlackError("invalid_value", str(error)) from error
    if not re.fullmatch(form, text):
        raise SlackError("invalid_value", f"not in the form that Slack uses: {text}")
    return text


def _epoch(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 10**9 <= value < 10**10:
        raise SlackError("invalid_value", "must be epoch seconds")
    return value


def _rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def content(state: Json) -> Any:
    """What a state holds, empty values as None."""
    held = next((value for key, value in state.items() if key != "type"), None)
    return held if held not in ("", [], None) else None


def input_fault(block: Json, state: Json) -> str | None:
    """Why Slack's own client would not send this input, or None (empty though required, too long, no mail address)."""
    element = block["element"]
    held = content(state)
    if held is None:
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] not in TEXT_INPUTS:
        return None
    if len(held) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    if len(held) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if element["type"] == "email_text_input" and not EMAIL.fullmatch(held):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not URL.fullmatch(held):
        return "Please enter a valid URL."
    return _number_fault(element, held) if element["type"] == "number_input" else None


def _number_fault(element: Json, held: str) -> str | None:
    try:
        number = float(held)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if number < float(element.get("min_value", number)) or number > float(element.get("max_value", number)):
        return f"Please enter a number from {element.get('min_value', '…')} to {element.get('max_value', '…')}."
    return None
