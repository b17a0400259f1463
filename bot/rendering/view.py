"""A `Form` as a modal, App Home as a view, and what was typed into a modal read back.

https://docs.slack.dev/reference/views
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.rendering.blocks import build_part
from bot.rendering.literal import clean, shorten
from bot.rendering.message import build_blocks
from bot.rendering.spans import Json
from skills.base import Place
from skills.catalogs import Say
from skills.reply import (
    ChannelInput,
    Choice,
    Choices,
    DateInput,
    Form,
    Input,
    Part,
    PeopleInput,
    PersonInput,
    TextInput,
    TimeInput,
)

VIEW_BLOCKS = 100
VIEW_CHARACTERS = 200_000
TITLE = 24
INPUT_LABEL = 2000
PLACEHOLDER = 150
OPTIONS = 100
OPTION_TEXT = 75
STATE = 3000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a modal was opened; travels in its private_metadata, together with the form's own state."""

    channel: str = ""
    kind: str = "dm"
    thread: str | None = None
    message: str | None = None
    answer: str | None = None
    response_url: str | None = None
    private: bool = False
    state: str = ""

    @classmethod
    def read(cls, metadata: str) -> Origin:
        """Returns the origin that `private_metadata` holds."""
        return cls(**json.loads(metadata or "{}"))

    @property
    def place(self) -> Place:
        """Returns the place where what the form leads to is said."""
        kind = self.kind if self.kind in {"channel", "private", "group"} else "dm"
        return Place(self.channel, kind, self.thread, self.message)  # type: ignore[arg-type]


def render_form(form: Form, origin: Origin, say: Say, now: datetime) -> Json:
    """Returns the modal for `form`. Raises ValueError when its state is too long to travel with it."""
    metadata = json.dumps({key: value for key, value in asdict(origin).items() if value}, ensure_ascii=False)
    if len(metadata) > STATE:
        raise ValueError(f"the state of form {form.name!r} has {len(metadata)} characters; a modal carries {STATE}")
    view: Json = {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": metadata,
        "title": _label(form.title, TITLE),
        "close": _label(say.label("bot.form.cancel" if form.submit else "bot.form.close"), TITLE),
        "blocks": _form_blocks(form.parts, origin.answer or form.name, say, now)[:VIEW_BLOCKS],
    }
    if form.submit:
        view["submit"] = _label(form.submit, TITLE)
    return view


def render_home(parts: Sequence[Part], say: Say, now: datetime) -> Json:
    """Returns App Home with `parts`."""
    return {"type": "home", "blocks": build_blocks(parts, "home", say, now, VIEW_BLOCKS, VIEW_CHARACTERS)}


def read_values(view: Mapping[str, Any]) -> dict[str, str | tuple[str, ...] | None]:
    """Returns what a submitted modal holds, by input key; None where nothing was entered."""
    values: dict[str, str | tuple[str, ...] | None] = {}
    for key, elements in view["state"]["values"].items():
        for element in elements.values():
            values[key] = _value(element)
    return values


def _value(element: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    if "selected_users" in element:
        return tuple(element["selected_users"] or ())
    if "selected_options" in element:
        return tuple(str(option["value"]) for option in element["selected_options"] or ())
    for picked in ("selected_conversation", "selected_user", "selected_date", "selected_time"):
        if picked in element:
            return element[picked] or None
    option = element.get("selected_option")
    if option is not None:
        return str(option["value"])
    value = element.get("value")
    return None if value is None else str(value)


def _form_blocks(parts: Sequence[Part | Input], answer: str, say: Say, now: datetime) -> list[Json]:
    blocks: list[Json] = []
    for at, part in enumerate(parts):
        if isinstance(part, Input):
            blocks.append(_input(part))
        else:
            blocks.extend(build_part(part, answer, at, say, now))
    return blocks


def _input(part: Input) -> Json:
    block: Json = {
        "type": "input",
        "block_id": part.key,
        "label": _label(part.label, INPUT_LABEL),
        "optional": not part.required,
        "element": _element(part),
    }
    if isinstance(part, TextInput | Choices | ChannelInput) and part.hint:
        block["hint"] = _label(part.hint, INPUT_LABEL)
    return block


def _element(part: Input) -> Json:
    element: Json = {"action_id": part.key}
    match part:
        case TextInput():
            element |= {"type": "plain_text_input", "multiline": part.multiline, "max_length": part.max_length}
            if part.value:
                element["initial_value"] = shorten(clean(part.value), part.max_length)
        case Choice():
            options = _options(part.options)
            element |= {"type": "static_select", "options": options}
            chosen = [option for option in options if option["value"] == part.value]
            if chosen:
                element["initial_option"] = chosen[0]
        case Choices():
            options = _options(part.options)
            element |= {"type": "multi_static_select", "options": options}
            chosen = [option for option in options if option["value"] in part.value]
            if chosen:
                element["initial_options"] = chosen
        case ChannelInput():
            element |= {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
            if part.value:
                element["initial_conversation"] = part.value
        case PeopleInput():
            element["type"] = "multi_users_select"
            if part.value:
                element["initial_users"] = list(part.value)
        case PersonInput():
            element["type"] = "users_select"
            if part.value:
                element["initial_user"] = part.value
        case DateInput():
            element["type"] = "datepicker"
            if part.value:
                element["initial_date"] = part.value
        case TimeInput():
            element["type"] = "timepicker"
            if part.value:
                element["initial_time"] = part.value
    return element


def _options(options: Sequence[tuple[str, str]]) -> list[Json]:
    return [{"text": _label(label, OPTION_TEXT), "value": value} for value, label in options[:OPTIONS]]


def _label(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(clean(text), limit), "emoji": False}
