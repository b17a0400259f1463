"""Clicks on messages: buttons, menus, pickers, shortcuts and the answers to them."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]
OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Red", "Green", "Blue")]


def button(action_id: str, value: str) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": value}, "value": value}


def menu(kind: str, **fields: Any) -> Json:
    return {"type": kind, "action_id": kind, **fields}


FEEDBACK: Json = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "helpful"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "not_helpful"},
        }
    ],
}


@pytest.fixture
async def clicks(app: AsyncApp, connect: Callable[[AsyncApp], Awaitable[object]]) -> list[Json]:
    """Payloads of all clicks that a connected app gets."""
    seen: list[Json] = []

    async def record(ack: AsyncAck, body: Json) -> None:
        seen.append(body)
        await ack()

    @app.action({"action_id": re.compile(".*")})
    async def action(ack: AsyncAck, body: Json) -> None:
        await record(ack, body)

    @app.shortcut("save_to_knowledge")
    async def shortcut(ack: AsyncAck, body: Json) -> None:
        await record(ack, body)

    @app.event("message")
    async def message() -> None: ...

    await connect(app)
    return seen


async def bot_post(workspace: RunningWorkspace, *elements: Json, **fields: Any) -> str:
    blocks = [{"type": "actions", "block_id": "row", "elements": list(elements)}] if elements else [FEEDBACK]
    answer = await workspace.client("deskhand").chat_postMessage(
        channel=workspace.channel("general"), text="choose", blocks=blocks, **fields
    )
    return str(answer["ts"])


async def test_a_button_sends_block_actions(workspace: RunningWorkspace, clicks: list[Json]) -> None:
    ana = workspace.person("ana")
    ts = await bot_post(workspace, button("go", "1"), button("stop", "2"))
    assert await ana.click("general", ts, "go") == {"ok": True}
    (payload,) = clicks
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": ana.id, "username": "ana", "name": "ana", "team_id": "T0LOCAL"}
    general = workspace.channel("general")
    assert payload["channel"] == {"id": general, "name": "general"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": general,
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == ts
    assert payload["trigger_id"].count(".") == 2
    assert payload["response_url"].startswith(workspace.url)
    (action,) = payload["actions"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "go",
        "block_id": "row",
        "value": "1",
    }


async def test_feedback_buttons_are_told_apart_by_value(workspace: RunningWorkspace, clicks: list[Json]) -> None:
    ana = workspace.person("ana")
    ts = await bot_post(workspace)
    assert (await ana.click("general", ts, "feedback", value="not_helpful"))["ok"]
    assert clicks[0]["actions"][0]["type"] == "feedback_buttons"
    assert clicks[0]["actions"][0]["value"] == "not_helpful"
    assert (await ana.click("general", ts, "feedback", value="perhaps"))["error"] == "invalid_value"
    assert (await ana.click("general", ts, "feedback"))["error"] == "invalid_value"


async def test_buttons_that_share_an_action_id_are_told_apart_by_value(
    workspace: RunningWorkspace, clicks: list[Json]
) -> None:
    blocks = [{"type": "actions", "block_id": str(n), "elements": [button("pick", str(n))]} for n in (1, 2)]
    bot, ana = workspace.client("deskhand"), workspace.person("ana")
    ts = (await bot.chat_postMessage(channel=workspace.channel("general"), text="t", blocks=blocks))["ts"]
    await ana.click("general", ts, "pick", value="2")
    await ana.click("general", ts, "pick", block_id="1")
    assert [payload["actions"][0]["block_id"] for payload in clicks] == ["2", "1"]
    assert (await ana.click("general", ts, "pick", value="3"))["error"] == "invalid_value"


@pytest.mark.parametrize(
    ("element", "choice", "held"),
    [
        (menu("static_select", options=OPTIONS), {"selected_option": "green"}, {"selected_option": OPTIONS[1]}),
        (menu("radio_buttons", options=OPTIONS), {"selected_option": "red"}, {"selected_option": OPTIONS[0]}),
        (menu("overflow", options=OPTIONS), {"selected_option": "blue"}, {"selected_option": OPTIONS[2]}),
        (
            menu("checkboxes", options=OPTIONS),
            {"selected_options": ["red", "blue"]},
            {"selected_options": [OPTIONS[0], OPTIONS[2]]},
        ),
        (
            menu("multi_static_select", options=OPTIONS),
            {"selected_options": []},
            {"selected_options": []},
        ),
        (menu("users_select"), {"selected_user": "U0LOCALBEN"}, {"selected_user": "U0LOCALBEN"}),
        (menu("multi_users_select"), {"selected_users": ["U0LOCALBEN"]}, {"selected_users": ["U0LOCALBEN"]}),
        (menu("channels_select"), {"selected_channel": "C0RANDOM"}, {"selected_channel": "C0RANDOM"}),
        (
            menu("conversations_select"),
            {"selected_conversation": "C0SUPPORT"},
            {"selected_conversation": "C0SUPPORT"},
        ),
        (menu("datepicker"), {"selected_date": "2026-12-01"}, {"selected_date": "2026-12-01"}),
        (menu("timepicker"), {"selected_time": "09:30"}, {"selected_time": "09:30"}),
        (menu("datetimepicker"), {"selected_date_time": 1_800_000_000}, {"selected_date_time": 1_800_000_000}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else "",
)
async def test_menus_and_pickers_send_what_was_chosen(
    workspace: RunningWorkspace, clicks: list[Json], element: Json, choice: Json, held: Json
) -> None:
    ts = await bot_post(workspace, element)
    assert (await workspace.person("ana").click("general", ts, element["type"], **choice))["ok"]
    action = clicks[0]["actions"][0]
    assert action["type"] == element["type"]
    assert {key: action[key] for key in held} == held
    if element["type"] != "overflow":
        assert clicks[0]["state"]["values"]["row"][element["type"]] == {"type": element["type"], **held}


@pytest.mark.parametrize(
    ("element", "choice", "error"),
    [
        (menu("static_select", options=OPTIONS), {"selected_option": "pink"}, "invalid_value"),
        (menu("static_select", options=OPTIONS), {"selected_date": "2026-12-01"}, "invalid_arguments"),
        (menu("static_select", options=OPTIONS), {}, "invalid_arguments"),
        (menu("checkboxes", options=OPTIONS), {"selected_options": "red"}, "invalid_value"),
        (menu("users_select"), {"selected_user": "U404"}, "invalid_value"),
        (menu("datepicker"), {"selected_date": "2026-13-01"}, "invalid_value"),
        (menu("datepicker"), {"selected_date": "20261201"}, "invalid_value"),
        (menu("timepicker"), {"selected_time": "25:00"}, "invalid_value"),
        (menu("datetimepicker"), {"selected_date_time": "soon"}, "invalid_value"),
        (menu("static_select", options=OPTIONS), {"query": "re"}, "invalid_arguments"),
    ],
)
async def test_what_a_person_cannot_choose_is_refused(
    workspace: RunningWorkspace, clicks: list[Json], element: Json, choice: Json, error: str
) -> None:
    ts = await bot_post(workspace, element)
    assert (await workspace.person("ana").click("general", ts, element["type"], **choice))["error"] == error
    assert clicks == []


async def test_an_external_menu_is_filled_by_the_app(
    workspace: RunningWorkspace, app: AsyncApp, clicks: list[Json]
) -> None:
    queries: list[str] = []

    @app.options("external_select")
    async def options(ack: AsyncAck, payload: Json) -> None:
        queries.append(payload["value"])
        await ack(options=[one for one in OPTIONS if payload["value"] in one["value"]])

    ana = workspace.person("ana")
    ts = await bot_post(workspace, menu("external_select", min_query_length=0))
    answer = await ana.click("general", ts, "external_select", query="re")
    assert answer == {"ok": True, "options": OPTIONS[:2]}
    assert (await ana.click("general", ts, "external_select", selected_option="red"))["ok"]
    assert clicks[0]["actions"][0]["selected_option"] == OPTIONS[0]
    assert (await ana.click("general", ts, "external_select", selected_option="blue"))["error"] == "invalid_value"
    assert queries == ["re"]


async def test_clicks_on_what_is_not_there_are_refused(workspace: RunningWorkspace, clicks: list[Json]) -> None:
    ana, dana = workspace.person("ana"), workspace.person("dana")
    ts = await bot_post(workspace, button("go", "1"))
    plain = await ana.post("general", "no buttons")
    assert (await ana.click("general", ts, "nowhere"))["error"] == "action_not_found"
    assert (await ana.click("general", plain, "go"))["error"] == "action_not_found"
    assert (await ana.click("general", "1.000000", "go"))["error"] == "message_not_found"
    assert (await dana.click("support", ts, "go"))["error"] == "channel_not_found"
    assert (await ana.interact(action_id="go"))["error"] == "invalid_arguments"
    assert (await ana.interact())["error"] == "invalid_arguments"
    assert (await workspace.lever("interact", {"user": "nobody", "tab": "home"}))["error"] == "user_not_found"
    assert clicks == []


async def test_buttons_inside_cards_and_containers_can_be_pressed(
    workspace: RunningWorkspace, clicks: list[Json]
) -> None:
    card = {"type": "card", "title": {"type": "plain_text", "text": "t"}, "actions": [button("in_card", "1")]}
    nameless = button("x", "2")
    del nameless["action_id"]
    row = {"type": "actions", "elements": [nameless]}
    blocks = [{"type": "carousel", "elements": [card]}, {"type": "container", "child_blocks": [row]}]
    bot, ana = workspace.client("deskhand"), workspace.person("ana")
    posted = await bot.chat_postMessage(channel=workspace.channel("general"), text="t", blocks=blocks)
    given_name = posted["message"]["blocks"][1]["child_blocks"][0]["elements"][0]["action_id"]
    for action_id in ("in_card", given_name):
        assert (await ana.click("general", posted["ts"], action_id))["ok"]
    assert [payload["actions"][0]["value"] for payload in clicks] == ["1", "2"]


async def test_a_button_for_some_is_no_button_for_others(workspace: RunningWorkspace, clicks: list[Json]) -> None:
    element = button("mine", "1") | {"visible_to_user_ids": [workspace.user_id("ana")]}
    ts = await bot_post(workspace, element)
    assert (await workspace.person("ben").click("general", ts, "mine"))["error"] == "action_not_found"
    assert (await workspace.person("ana").click("general", ts, "mine"))["ok"]


async def test_share_posts_an_ephemeral_answer_and_removes_it(
    workspace: RunningWorkspace, app: AsyncApp, connect: Any
) -> None:
    containers: list[Json] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        row = {"type": "actions", "elements": [button("share", "a1")]}
        await respond(text="five days", blocks=[row])

    @app.action("share")
    async def share(ack: AsyncAck, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
        await ack()
        containers.append(body)
        await client.chat_postMessage(channel=body["channel"]["id"], text="shared: five days")
        await respond(delete_original=True)

    @app.event("message")
    async def message() -> None: ...

    await connect(app)
    ana = workspace.person("ana")
    await ana.command("general", "/ask", "refunds")
    answer = await ana.wait_for_message("general")
    assert answer["is_ephemeral"]
    assert (await workspace.person("ben").click("general", answer, "share"))["error"] == "message_not_found"
    assert (await ana.click("general", answer, "share"))["ok"]
    assert [message["text"] for message in await ana.history("general")] == ["shared: five days"]
    assert containers[0]["container"]["is_ephemeral"] is True
    assert "message" not in containers[0]
    assert workspace.violations() == []


async def test_a_response_can_replace_the_message_and_stays_in_its_thread(
    workspace: RunningWorkspace, app: AsyncApp, connect: Any
) -> None:
    @app.action("go")
    async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="replaced", replace_original=True)
        await respond(text="only you")
        await respond(text="all of you", response_type="in_channel")

    @app.event("message")
    async def message() -> None: ...

    await connect(app)
    ana = workspace.person("ana")
    root = await ana.post("general", "root")
    ts = await bot_post(workspace, button("go", "1"), thread_ts=root)
    await ana.click("general", ts, "go")
    thread = await ana.replies("general", root)
    assert [(one["text"], one.get("is_ephemeral", False)) for one in thread] == [
        ("root", False),
        ("replaced", False),
        ("only you", True),
        ("all of you", False),
    ]
    assert "blocks" not in thread[1]
    assert [message["ts"] for message in await ana.history("general")] == [root]


async def test_a_message_shortcut_carries_the_message(workspace: RunningWorkspace, clicks: list[Json]) -> None:
    ana = workspace.person("ana")
    root = await workspace.person("ben").post("support", "worth keeping")
    assert await ana.shortcut("save_to_knowledge", "support", root) == {"ok": True}
    (payload,) = clicks
    assert (payload["type"], payload["callback_id"]) == ("message_action", "save_to_knowledge")
    assert (payload["message_ts"], payload["message"]["text"]) == (root, "worth keeping")
    assert payload["channel"]["name"] == "support"
    assert payload["user"]["name"] == "ana"
    for field in ("trigger_id", "response_url", "action_ts", "team"):
        assert payload[field]
    assert (await ana.shortcut("no_such", "support", root))["error"] == "action_not_found"
    assert (await ana.shortcut("save_to_knowledge"))["error"] == "action_not_found"
    assert (await workspace.person("dana").shortcut("save_to_knowledge", "support", root))["error"] == (
        "channel_not_found"
    )
    assert (await ana.shortcut("save_to_knowledge", "support", "1.000000"))["error"] == "message_not_found"


async def test_an_input_sends_nothing_until_a_button_is_pressed(
    workspace: RunningWorkspace, clicks: list[Json]
) -> None:
    date = {"type": "input", "block_id": "when", "label": {"type": "plain_text", "text": "When"}}
    date["element"] = {"type": "datepicker", "action_id": "date"}
    row = {"type": "actions", "elements": [button("go", "1")]}
    bot, ana = workspace.client("deskhand"), workspace.person("ana")
    ts = (await bot.chat_postMessage(channel=workspace.channel("general"), text="t", blocks=[date, row]))["ts"]
    assert await ana.click("general", ts, "date", selected_date="2026-12-01") == {"ok": True}
    assert clicks == []
    await ana.click("general", ts, "go")
    assert clicks[0]["state"]["values"]["when"]["date"]["selected_date"] == "2026-12-01"
