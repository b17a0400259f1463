"""Block Kit and views, checked as Slack checks them: what it would refuse raises `invalid_blocks` or the like.

Limits: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/views; where sources disagree, the smaller.
"""

import json
from typing import Any

from bot.workspace.block_elements import (
    BUTTON,
    ELEMENTS,
    ID,
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    URL,
    plain,
    text,
)
from bot.workspace.errors import SlackError
from bot.workspace.posting import elements_of
from bot.workspace.shapes import Anything, Fields, Flag, Items, Kinds, Number, Shape, Text, one_of, say

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# The text of all blocks of a message together (slackapi/bolt-js issue 2509).
MESSAGE_CHARACTERS = 13_200
# All markdown blocks together (docs.slack.dev/reference/block-kit/blocks/markdown-block).
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000
ATTACHMENTS = 100


def block(required: dict[str, Shape], *rules: Any, **optional: Shape) -> Fields:
    """A block with these fields, and a block_id."""
    return Fields(required, {"block_id": ID, **optional}, rules)


def same_length_rows(value: Json, pointer: str, wrong: list[str]) -> None:
    """All rows of a table have as many cells."""
    if len({len(row) for row in value["rows"]}) > 1:
        say(wrong, "rows must have the same number of cells", f"{pointer}/rows")


def labels_match(value: Json, pointer: str, wrong: list[str]) -> None:
    """The labels of a chart's series are its categories, and series have names of their own."""
    categories = value["axis_config"]["categories"]
    for position, series in enumerate(value["series"]):
        if [point["label"] for point in series["data"]] != categories:
            say(wrong, "labels must match the axis categories", f"{pointer}/series/{position}/data")
    if len({series["name"] for series in value["series"]}) < len(value["series"]):
        say(wrong, "series must have unique names", f"{pointer}/series")


RICH_TEXT = Kinds(
    {
        "rich_text_section": Fields({"elements": Items(Anything(), least=0)}, {"indent": Number(0)}),
        "rich_text_quote": Fields({"elements": Items(Anything(), least=0)}, {"border": Number(0, 1)}),
        "rich_text_preformatted": Fields(
            {"elements": Items(Anything(), least=0)}, {"border": Number(0, 1), "language": Text()}
        ),
        "rich_text_list": Fields(
            {"elements": Items(Anything()), "style": Text(choices=("bullet", "ordered"))},
            {"indent": Number(0, 8), "offset": Number(0), "border": Number(0, 1)},
        ),
    }
)
RICH_TEXT_BLOCK = block({"elements": Items(RICH_TEXT, least=0)})
RICH = Kinds({"rich_text": RICH_TEXT_BLOCK})
CELL = Kinds(
    {
        "raw_text": Fields({"text": Text()}),
        "raw_number": Fields({"value": Number(real=True)}, {"text": Text()}),
        "rich_text": RICH_TEXT_BLOCK,
    }
)
COLUMN = Fields({}, {"align": Text(choices=("left", "center", "right")), "is_wrapped": Flag()})
POINT = Fields({"label": Text(), "value": Number(real=True)})
SERIES = Fields({"name": Text(), "data": Items(POINT)})
AXES = Fields({"categories": Items(Text())}, {"x_label": Text(), "y_label": Text()})
PLOT = Fields({"series": Items(SERIES, 6), "axis_config": AXES}, {}, (labels_match,))
CHART = Kinds({"pie": Fields({"segments": Items(POINT, 6)}), "line": PLOT, "bar": PLOT, "area": PLOT})
SOURCE = Kinds({"url": Fields({"url": URL, "text": Text()})})
TASK_STATUS = Text(choices=("pending", "in_progress", "complete", "error"))
TASK = block(
    {"task_id": Text(), "title": Text()},
    status=TASK_STATUS,
    details=RICH,
    output=RICH,
    sources=Items(SOURCE, least=0),
)
IMAGE_BLOCK = Fields(IMAGE.required, {**IMAGE.optional, "block_id": ID, "title": plain(2000)}, IMAGE.rules)
CARD = block(
    {},
    one_of("title", "body", "hero_image", "subtitle"),
    title=text(150),
    subtitle=text(150),
    body=text(200),
    icon=Kinds({"image": IMAGE}),
    hero_image=Kinds({"image": IMAGE}),
    actions=Items(Kinds({"button": BUTTON}), 5),
)
CHILD = Kinds()

BLOCKS = Kinds(
    {
        "section": block(
            {},
            one_of("text", "fields"),
            text=text(3000),
            fields=Items(text(2000), 10),
            accessory=IN_SECTION,
            expand=Flag(),
        ),
        "header": block({"text": plain(150)}, level=Number(1, 6)),
        "divider": block({}),
        "image": IMAGE_BLOCK,
        "context": block({"elements": Items(Kinds({"image": IMAGE, **text(2000).shapes}), 10)}),
        "actions": block({"elements": Items(IN_ACTIONS, 25)}),
        "context_actions": block({"elements": Items(ELEMENTS.only("feedback_buttons", "icon_button"), 5)}),
        "input": block(
            {"label": plain(2000), "element": IN_INPUT},
            hint=plain(2000),
            optional=Flag(),
            dispatch_action=Flag(),
        ),
        "markdown": block({"text": Text(MARKDOWN_CHARACTERS)}),
        "rich_text": RICH_TEXT_BLOCK,
        "file": block({"external_id": Text(), "source": Text(choices=("remote",))}),
        "video": block(
            {"alt_text": Text(), "thumbnail_url": URL, "title": plain(200), "video_url": URL},
            author_name=Text(50),
            description=plain(200),
            provider_icon_url=URL,
            provider_name=Text(),
            title_url=URL,
        ),
        "table": block({"rows": Items(Items(CELL, 20), 100)}, same_length_rows, column_settings=Items(COLUMN, 20)),
        "data_table": block(
            {"rows": Items(Items(CELL, 20), 101, 2), "caption": Text()},
            same_length_rows,
            page_size=Number(1, 100),
            row_header_column_index=Number(0, 19),
        ),
        "data_visualization": block({"title": Text(50), "chart": CHART}),
        "alert": block({"text": text(3000)}, level=Text(choices=("default", "info", "warning", "error", "success"))),
        "card": CARD,
        "carousel": block({"elements": Items(Kinds({"card": CARD}), 10)}),
        "container": block(
            {"child_blocks": Items(CHILD, 10)},
            title=text(150),
            rich_text_title=RICH,
            subtitle=text(150),
            icon=Anything(),
            is_collapsible=Flag(),
            default_collapsed=Flag(),
            has_header_divider=Flag(),
            width=Text(choices=("narrow", "default", "wide", "full")),
        ),
        "plan": block({"title": Text()}, tasks=Items(Kinds({"task_card": TASK}), least=0)),
        "task_card": TASK,
    }
)
CHILD.shapes = {kind: shape for kind, shape in BLOCKS.shapes.items() if kind not in ("container", "carousel")}
VIEW_KINDS = BLOCKS.only(
    "section", "header", "divider", "image", "context", "actions", "input", "rich_text", "video", "alert"
)

MODAL = Fields(
    {"blocks": Items(VIEW_KINDS, VIEW_BLOCKS, least=0), "title": plain(24)},
    {
        "submit": plain(24),
        "close": plain(24),
        "callback_id": Text(255, 0),
        "private_metadata": Text(3000, 0),
        "external_id": Text(255, 0),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
HOME = Fields(
    {"blocks": Items(VIEW_KINDS, VIEW_BLOCKS, least=0)},
    {"callback_id": Text(255, 0), "private_metadata": Text(3000, 0), "external_id": Text(255, 0)},
)
# Fields of a view that the app received, sent back by apps that change and resend it.
RETURNED = frozenset(
    ["id", "team_id", "app_id", "app_installed_team_id", "bot_id", "root_view_id", "previous_view_id", "state", "hash"]
)


def check_blocks(blocks: Any, kinds: Kinds, most: int, pointer: str) -> list[str]:
    """What is wrong with a list of blocks."""
    wrong: list[str] = []
    Items(kinds, most, least=0).check(blocks, pointer, wrong)
    if not wrong:
        check_ids(blocks, pointer, wrong)
    return wrong


def check_ids(blocks: list[Json], pointer: str, wrong: list[str]) -> None:
    """A block_id is used once in a message or view, an action_id once in a block."""
    seen: set[str] = set()
    for position, one in enumerate(blocks):
        block_id = one.get("block_id")
        if block_id in seen:
            say(wrong, f"block_id already exists: {block_id}", f"{pointer}/{position}/block_id")
        if block_id:
            seen.add(block_id)
        actions = [element["action_id"] for element in elements_of(one) if element.get("action_id")]
        if len(set(actions)) < len(actions):
            say(wrong, "action_id already exists in this block", f"{pointer}/{position}")


def characters(value: Any) -> int:
    """How many characters of text a block shows."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(one) for key, one in value.items() if not (key == "text" and own))
    return sum(characters(one) for one in value) if isinstance(value, list) else 0


def check_message_blocks(blocks: Any, pointer: str = "/blocks") -> None:
    """Raises SlackError `invalid_blocks`, `invalid_blocks_format` or `msg_blocks_too_long`."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format", f"[ERROR] must be an array [json-pointer:{pointer}]")
    wrong = check_blocks(blocks, BLOCKS, MESSAGE_BLOCKS, pointer)
    if not wrong and sum(len(one["text"]) for one in blocks if one["type"] == "markdown") > MARKDOWN_CHARACTERS:
        say(wrong, f"markdown blocks must be less than {MARKDOWN_CHARACTERS + 1} characters together", pointer)
    if wrong:
        raise SlackError("invalid_blocks", *wrong)
    shown = characters(blocks)
    if shown > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long", f"[ERROR] {shown} characters, {MESSAGE_CHARACTERS} allowed")


def check_attachments(attachments: Any) -> None:
    """Raises SlackError `too_many_attachments` or `invalid_attachments`."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for position, one in enumerate(attachments):
        if one.get("blocks"):
            check_message_blocks(one["blocks"], pointer=f"/attachments/{position}/blocks")


def check_view(view: Any, kind: str | None = None) -> None:
    """Raises SlackError `invalid_arguments` or `view_too_large` for what is no modal or Home view, as asked."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise SlackError("invalid_arguments", "[ERROR] must be of type modal or home [json-pointer:/view/type]")
    if kind and view["type"] != kind:
        raise SlackError("invalid_arguments", f"[ERROR] must be of type {kind} [json-pointer:/view/type]")
    wrong: list[str] = []
    given = {key: value for key, value in view.items() if key != "type" and key not in RETURNED}
    (MODAL if view["type"] == "modal" else HOME).check(given, "/view", wrong)
    if not wrong:
        check_ids(view["blocks"], "/view/blocks", wrong)
        if view["type"] == "modal" and not view.get("submit") and any(one["type"] == "input" for one in view["blocks"]):
            say(wrong, "missing required field: submit, since there are inputs", "/view")
    if wrong:
        raise SlackError("invalid_arguments", *wrong)
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
