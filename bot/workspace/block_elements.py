"""Limits of Block Kit's elements and composition objects (docs.slack.dev/reference/block-kit, slack_sdk 3.47)."""

from typing import Any

from bot.workspace.shapes import Anything, Fields, Flag, Items, Kinds, Number, Shape, Text, not_both, one_of, say

Json = dict[str, Any]

ID = Text(255)
URL = Text(3000)
DATE = Text(form=r"\d{4}-\d\d-\d\d")
DECIMAL = Text(form=r"-?\d+(\.\d+)?")


def plain(most: int, least: int = 1) -> Kinds:
    """A plain_text object of limited length."""
    return Kinds({"plain_text": Fields({"text": Text(most, least)}, {"emoji": Flag()})})


def text(most: int) -> Kinds:
    """A plain_text or mrkdwn object of limited length."""
    mrkdwn = Fields({"text": Text(most)}, {"verbatim": Flag(), "emoji": Flag()})
    return Kinds({"plain_text": plain(most).shapes["plain_text"], "mrkdwn": mrkdwn})


CONFIRM = Fields(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": Text(choices=("primary", "danger"))},
)
OPTION = Fields({"text": text(75), "value": Text(150)}, {"description": text(75), "url": URL})
PLAIN_OPTION = Fields({"text": plain(75), "value": Text(150)}, {"description": plain(75), "url": URL})
GROUP = Fields({"label": plain(75), "options": Items(PLAIN_OPTION, 100)})
FILTER = Fields(
    {},
    {
        "include": Items(Text(choices=("im", "mpim", "private", "public"))),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
)
TRIGGERS = Items(Text(choices=("on_enter_pressed", "on_character_entered")))
DISPATCH = Fields({"trigger_actions_on": TRIGGERS})
SLACK_FILE = Fields({}, {"id": Text(), "url": URL}, (one_of("id", "url"),))
IMAGE = Fields(
    {"alt_text": Text(2000)}, {"image_url": URL, "slack_file": SLACK_FILE}, (one_of("image_url", "slack_file"),)
)
FEEDBACK_BUTTON = Fields({"text": plain(75), "value": Text(2000)}, {"accessibility_label": Text(75)})


def initial_among_options(value: Json, pointer: str, wrong: list[str]) -> None:
    """An initial option must be one of the options, word for word."""
    options = [*(value.get("options") or [])]
    options += [option for group in value.get("option_groups") or [] for option in group["options"]]
    initial = [
        *(value.get("initial_options") or []),
        *([value["initial_option"]] if value.get("initial_option") else []),
    ]
    if any(option not in options for option in initial):
        say(wrong, "initial options must match an option", pointer)


def element(**optional: Shape) -> dict[str, Shape]:
    """The optional fields of most interactive elements, and more."""
    return {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag(), **optional}


def select(options: dict[str, Shape], *, multiple: bool = False, required: dict[str, Shape] | None = None) -> Fields:
    """A select menu."""
    more: dict[str, Shape] = {"max_selected_items": Number(1)} if multiple else {}
    return Fields(required or {}, element(placeholder=plain(150), **options, **more))


def static_select(*, multiple: bool = False) -> Fields:
    """A select menu that lists its options."""
    initial: dict[str, Shape] = (
        {"initial_options": Items(PLAIN_OPTION, 100)} if multiple else {"initial_option": PLAIN_OPTION}
    )
    more: dict[str, Shape] = {"max_selected_items": Number(1)} if multiple else {}
    return Fields(
        {},
        element(
            placeholder=plain(150), options=Items(PLAIN_OPTION, 100), option_groups=Items(GROUP, 100), **initial, **more
        ),
        (one_of("options", "option_groups"), not_both("options", "option_groups"), initial_among_options),
    )


def text_input(**optional: Shape) -> Fields:
    """An input into which people type."""
    return Fields({}, element(placeholder=plain(150), dispatch_action_config=DISPATCH, **optional))


BUTTON = Fields(
    {"text": plain(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": Text(2000),
        "style": Text(choices=("primary", "danger")),
        "confirm": CONFIRM,
        "accessibility_label": Text(75),
        "agent_prompt": Text(4000),
        "agent_prompt_display": Anything(),
        "visible_to_user_ids": Items(Text(), 10),
    },
)

ELEMENTS = Kinds(
    {
        "button": BUTTON,
        "image": IMAGE,
        "checkboxes": Fields(
            {"options": Items(OPTION, 10)}, element(initial_options=Items(OPTION, 10)), (initial_among_options,)
        ),
        "radio_buttons": Fields(
            {"options": Items(OPTION, 10)}, element(initial_option=OPTION), (initial_among_options,)
        ),
        "overflow": Fields({"options": Items(PLAIN_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
        "datepicker": Fields({}, element(initial_date=DATE, placeholder=plain(150))),
        "timepicker": Fields(
            {}, element(initial_time=Text(form=r"\d\d:\d\d"), timezone=Text(), placeholder=plain(150))
        ),
        "datetimepicker": Fields({}, element(initial_date_time=Number(10**9, 10**10 - 1))),
        "static_select": static_select(),
        "multi_static_select": static_select(multiple=True),
        "external_select": select({"initial_option": PLAIN_OPTION, "min_query_length": Number(0)}),
        "multi_external_select": select(
            {"initial_options": Items(PLAIN_OPTION, 100), "min_query_length": Number(0)}, multiple=True
        ),
        "users_select": select({"initial_user": Text()}),
        "multi_users_select": select({"initial_users": Items(Text(), least=0)}, multiple=True),
        "conversations_select": select(
            {
                "initial_conversation": Text(),
                "default_to_current_conversation": Flag(),
                "response_url_enabled": Flag(),
                "filter": FILTER,
            }
        ),
        "multi_conversations_select": select(
            {
                "initial_conversations": Items(Text(), least=0),
                "default_to_current_conversation": Flag(),
                "filter": FILTER,
            },
            multiple=True,
        ),
        "channels_select": select({"initial_channel": Text(), "response_url_enabled": Flag()}),
        "multi_channels_select": select({"initial_channels": Items(Text(), least=0)}, multiple=True),
        "plain_text_input": text_input(
            initial_value=Text(3000, 0), multiline=Flag(), min_length=Number(0, 3000), max_length=Number(1, 3000)
        ),
        "email_text_input": text_input(initial_value=Text(3000, 0)),
        "url_text_input": text_input(initial_value=Text(3000, 0)),
        "number_input": Fields(
            {"is_decimal_allowed": Flag()},
            element(
                placeholder=plain(150),
                dispatch_action_config=DISPATCH,
                initial_value=DECIMAL,
                min_value=DECIMAL,
                max_value=DECIMAL,
            ),
        ),
        "rich_text_input": text_input(initial_value=Anything(), min_lines=Number(1), max_lines=Number(1)),
        "file_input": Fields({}, element(filetypes=Items(Text()), max_files=Number(1, 10))),
        "feedback_buttons": Fields(
            {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, {"action_id": ID}
        ),
        "icon_button": Fields(
            {"icon": Text(choices=("trash",)), "text": plain(75)},
            {
                "action_id": ID,
                "value": Text(2000),
                "confirm": CONFIRM,
                "accessibility_label": Text(75),
                "visible_to_user_ids": Items(Text(), 10),
            },
        ),
        "workflow_button": Fields(
            {"text": plain(75), "workflow": Anything()},
            {"action_id": ID, "style": Text(choices=("primary", "danger")), "accessibility_label": Text(75)},
        ),
    }
)

MENUS = tuple(kind for kind in ELEMENTS.shapes if kind.endswith("select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker")
IN_ACTIONS = ELEMENTS.only(
    "button", "checkboxes", "radio_buttons", "overflow", "rich_text_input", "workflow_button", *PICKERS, *MENUS
)
IN_SECTION = ELEMENTS.only(
    "button", "image", "checkboxes", "radio_buttons", "overflow", "workflow_button", *PICKERS, *MENUS
)
IN_INPUT = ELEMENTS.only(
    "checkboxes",
    "radio_buttons",
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    *PICKERS,
    *MENUS,
)
