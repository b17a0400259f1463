"""Block Kit and views: what Slack takes passes, what it refuses is named by its place."""

import copy
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from bot.workspace.block_kit import BLOCKS, check_attachments, check_message_blocks, check_view
from bot.workspace.errors import SlackError

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v", text: str = "t") -> Json:
    return {"text": plain(text), "value": value}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("b"), **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def chart(**fields: Any) -> Json:
    data = [{"label": "a", "value": 1}, {"label": "b", "value": 2.5}]
    plot = {"type": "line", "series": [{"name": "s", "data": data}], "axis_config": {"categories": ["a", "b"]}}
    return {"type": "data_visualization", "title": "Chart", "chart": plot | fields}


def table(rows: int, columns: int) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "data_table", "caption": "c", "rows": [[cell] * columns] * rows}


FEEDBACK = {
    "type": "feedback_buttons",
    "positive_button": {"text": plain("+"), "value": "1"},
    "negative_button": {"text": plain("-"), "value": "0"},
}
GOOD: list[Json] = [
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [plain("f")] * 10, "accessory": button(value="v", style="primary")},
    {"type": "section", "text": plain("t"), "expand": True, "block_id": "b" * 255},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "i", "title": plain("t")},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "i"},
    {"type": "context", "elements": [mrkdwn("c"), {"type": "image", "image_url": "https://x", "alt_text": "a"}]},
    actions(*[button(action_id=str(number)) for number in range(25)]),
    {"type": "context_actions", "elements": [FEEDBACK, {"type": "icon_button", "icon": "trash", "text": plain("x")}]},
    {"type": "markdown", "text": "**m**"},
    rich("r"),
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, rich("b")]]},
    table(101, 20),
    chart(),
    {"type": "data_visualization", "title": "P", "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
    {"type": "alert", "text": mrkdwn("a"), "level": "warning"},
    {"type": "card", "title": mrkdwn("t"), "body": plain("b"), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "title": plain("t")}]},
    {"type": "container", "title": plain("t"), "child_blocks": [{"type": "divider"}]},
    {"type": "plan", "title": "p", "tasks": [{"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}]},
]


def wrong(block: Json) -> str:
    with pytest.raises(SlackError) as caught:
        check_message_blocks([block])
    assert caught.value.error == "invalid_blocks"
    return "; ".join(caught.value.messages)


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_what_slack_takes_passes(block: Json) -> None:
    check_message_blocks([copy.deepcopy(block)])


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (
            {"type": "section", "text": mrkdwn("x" * 3001)},
            "must be less than 3001 characters [json-pointer:/blocks/0/te",
        ),
        ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters"),
        ({"type": "section"}, "must define one of: text, fields"),
        ({"type": "section", "fields": [plain("f")] * 11}, "no more than 10 items allowed"),
        ({"type": "section", "fields": [plain("f" * 2001)]}, "must be less than 2001 characters"),
        ({"type": "section", "text": "plain"}, "must be an object"),
        ({"type": "section", "text": plain("t"), "colour": "red"}, "invalid additional property: colour"),
        ({"type": "header", "text": mrkdwn("h")}, "unsupported type: mrkdwn"),
        ({"type": "header", "text": plain("h" * 151)}, "must be less than 151 characters"),
        ({"type": "image", "image_url": "https://x"}, "missing required field: alt_text"),
        ({"type": "image", "alt_text": "a"}, "must define one of: image_url, slack_file"),
        ({"type": "context", "elements": [plain("c")] * 11}, "no more than 10 items allowed"),
        (actions(), "must have at least 1 items"),
        (actions(*[button()] * 26), "no more than 25 items allowed"),
        (actions(button(text=plain("b" * 76))), "must be less than 76 characters"),
        (actions(button(value="v" * 2001)), "must be less than 2001 characters"),
        (actions(button(action_id="a" * 256)), "must be less than 256 characters"),
        (actions(button(style="blue")), "must be one of: primary, danger"),
        (actions(button(action_id="a"), button(action_id="a")), "action_id already exists"),
        (actions({"type": "static_select"}), "must define one of: options, option_groups"),
        (actions({"type": "static_select", "options": [option()] * 101}), "no more than 100 items"),
        (actions({"type": "static_select", "options": [option(text="t" * 76)]}), "must be less than 76"),
        (actions({"type": "static_select", "options": [option(value="v" * 151)]}), "must be less than 151"),
        (actions({"type": "static_select", "options": [option()], "initial_option": option("z")}), "must match an opt"),
        (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items"),
        (actions({"type": "users_select", "placeholder": plain("p" * 151)}), "must be less than 151"),
        (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
        ({"type": "context_actions", "elements": [FEEDBACK] * 6}, "no more than 5 items"),
        ({"type": "context_actions", "elements": [button()]}, "unsupported type: button"),
        ({"type": "markdown", "text": "m" * 12_001}, "must be less than 12001"),
        (table(102, 1), "no more than 101 items"),
        (table(2, 21), "no more than 20 items"),
        (table(1, 1), "must have at least 2 items"),
        ({"type": "data_table", "rows": table(2, 1)["rows"]}, "missing required field: caption"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], []]}, "at least 1 items"),
        (chart() | {"title": "t" * 51}, "must be less than 51"),
        (chart(axis_config={"categories": ["a"]}), "labels must match the axis categories"),
        (chart(series=chart()["chart"]["series"] * 7), "no more than 6 items"),
        (chart(series=chart()["chart"]["series"] * 2), "unique names"),
        ({"type": "alert", "text": mrkdwn("a"), "level": "loud"}, "must be one of"),
        ({"type": "card"}, "must define one of"),
        ({"type": "hologram"}, "unsupported type: hologram"),
        ({"type": ["section"]}, "unsupported type"),
        ({"type": "divider", "block_id": ""}, "must be more than 0 characters"),
    ],
)
def test_what_slack_refuses_is_named(block: Json, fault: str) -> None:
    assert fault in wrong(block)


def test_a_message_has_at_most_fifty_blocks_with_ids_of_their_own() -> None:
    check_message_blocks([{"type": "divider"}] * 50)
    with pytest.raises(SlackError, match="invalid_blocks") as caught:
        check_message_blocks([{"type": "divider"}] * 51)
    assert caught.value.messages == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
    with pytest.raises(SlackError) as caught:
        check_message_blocks([{"type": "divider", "block_id": "same"}] * 2)
    assert "block_id already exists" in caught.value.messages[0]
    for nonsense in ("text", {"type": "divider"}):
        with pytest.raises(SlackError, match="invalid_blocks_format"):
            check_message_blocks(nonsense)
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message_blocks(["text"])


def test_all_blocks_together_are_limited() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks([{"type": "section", "text": mrkdwn("x" * 2700)}] * 5)
    with pytest.raises(SlackError, match="invalid_blocks") as caught:
        check_message_blocks([{"type": "markdown", "text": "x" * 7000}] * 2)
    assert "together" in caught.value.messages[0]


def test_what_the_sdk_builds_passes() -> None:
    built = [
        sdk.SectionBlock(text="t", accessory=sdk.ButtonElement(text="b", action_id="a", value="v")),
        sdk.ActionsBlock(elements=[sdk.DatePickerElement(action_id="d", initial_date="2026-12-01")]),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="c")]),
        sdk.HeaderBlock(text="h"),
        sdk.ContextActionsBlock(
            elements=[
                sdk.FeedbackButtonsElement(
                    action_id="f",
                    positive_button=sdk.FeedbackButtonObject(text="+", value="1", accessibility_label="good"),
                    negative_button=sdk.FeedbackButtonObject(text="-", value="0"),
                )
            ]
        ),
    ]
    check_message_blocks([block.to_dict() for block in built])


def modal(**fields: Any) -> Json:
    return {"type": "modal", "title": plain("t" * 24), "blocks": [{"type": "divider"}], **fields}


INPUT = {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "max_length": 3000}}


def test_views_that_slack_takes_pass() -> None:
    check_view(modal(submit=plain("s"), blocks=[INPUT] * 100, private_metadata="m" * 3000), "modal")
    check_view({"type": "home", "blocks": [{"type": "divider"}]}, "home")
    check_view(View(type="modal", title="t", blocks=[sdk.DividerBlock()]).to_dict())


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (modal(title=plain("t" * 25)), "must be less than 25"),
        (modal(title=mrkdwn("t")), "unsupported type: mrkdwn"),
        (modal(submit=plain("s" * 25)), "must be less than 25"),
        (modal(private_metadata="m" * 3001), "must be less than 3001"),
        (modal(callback_id="c" * 256), "must be less than 256"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items"),
        (modal(blocks=[INPUT]), "missing required field: submit"),
        (modal(blocks=[{"type": "context_actions", "elements": [FEEDBACK]}]), "unsupported type: context_actions"),
        (modal(blocks=[{"type": "markdown", "text": "m"}]), "unsupported type: markdown"),
        (modal(colour="red"), "invalid additional property: colour"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "home", "blocks": [], "submit": plain("s")}, "invalid additional property: submit"),
        ({"type": "workflow_step"}, "must be of type modal or home"),
        ("text", "must be of type modal or home"),
    ],
)
def test_views_that_slack_refuses_are_named(view: Any, fault: str) -> None:
    with pytest.raises(SlackError) as caught:
        check_view(view)
    assert caught.value.error == "invalid_arguments"
    assert fault in "; ".join(caught.value.messages)


def test_a_view_has_at_most_250_kilobytes() -> None:
    options = [option(str(number) + "v" * 140, "t" * 75) for number in range(100)]
    menu = {"type": "static_select", "options": options}
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(submit=plain("s"), blocks=[{**INPUT, "element": menu}] * 12))


def test_attachments_are_counted_and_their_blocks_checked() -> None:
    check_attachments([{"text": "t"}, {"blocks": [{"type": "divider"}]}])
    for attachments, error in (
        ([{}] * 101, "too_many_attachments"),
        ("text", "invalid_attachments"),
        ([{"blocks": [{"type": "?"}]}], "invalid_blocks"),
    ):
        with pytest.raises(SlackError, match=error):
            check_attachments(attachments)


def test_every_block_of_the_sdk_is_known() -> None:
    kinds = {kind.type for kind in sdk.blocks.Block.__subclasses__() if isinstance(kind.type, str)}
    assert kinds - {"call", "auth_provider"} <= set(BLOCKS.shapes)
