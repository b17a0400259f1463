"""Modals and App Home."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.testing import RunningWorkspace, running_workspace

Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(name: str, element: Json | None = None, **fields: Any) -> Json:
    element = element or {"type": "plain_text_input", "max_length": 20}
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": {"action_id": name, **element},
        **fields,
    }


def modal(title: str = "First", *blocks: Json, **fields: Any) -> Json:
    shown = list(blocks) or [field("reason"), field("note", optional=True)]
    return {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Send"), "blocks": shown} | (
        fields
    )


class Desk:
    """An app whose shortcut opens a modal, and what its submissions are answered with."""

    def __init__(self) -> None:
        self.first = modal()
        self.answer: Json = {}
        self.submitted: list[Json] = []
        self.closed: list[Json] = []
        self.acted: list[Json] = []
        self.opened: list[Json] = []
        self.on_action: Listener | None = None


@pytest.fixture
async def desk(app: AsyncApp, connect: Callable[[AsyncApp], Awaitable[object]]) -> Desk:
    desk = Desk()

    @app.shortcut("save_to_knowledge")
    async def open_modal(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        desk.opened.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=desk.first)

    @app.view("form")
    async def submit(ack: AsyncAck, body: Json) -> None:
        desk.submitted.append(body)
        await ack(**desk.answer)

    @app.view_closed("form")
    async def close(ack: AsyncAck, body: Json) -> None:
        desk.closed.append(body)
        await ack()

    @app.action("act")
    async def act(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        desk.acted.append(body)
        if desk.on_action:
            await desk.on_action(body, client)

    @app.event("message")
    async def message() -> None: ...

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            row = {"type": "actions", "elements": [{"type": "button", "action_id": "act", "text": plain("Act")}]}
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [row]})

    await connect(app)
    return desk


async def open_modal(workspace: RunningWorkspace) -> Json:
    ana = workspace.person("ana")
    answer = await ana.shortcut("save_to_knowledge", "general", await ana.post("general", "x"))
    assert answer["ok"]
    view: Json = answer["view"]
    return view


async def open_views(workspace: RunningWorkspace) -> list[str]:
    views = (await workspace.get("/workspace/views?user=ana"))["views"]
    return [view["title"]["text"] for view in views]


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_shortcut_opens_a_modal_and_the_click_returns_it(workspace: RunningWorkspace, desk: Desk) -> None:
    started = time.monotonic()
    view = await open_modal(workspace)
    assert time.monotonic() - started < 1
    assert (view["type"], view["callback_id"], view["root_view_id"]) == ("modal", "form", view["id"])
    assert view["hash"]
    assert view["state"]["values"]["reason"]["reason"] == {"type": "plain_text_input", "value": None}
    assert await open_views(workspace) == ["First"]


async def test_a_trigger_opens_one_modal_within_three_seconds(workspace: RunningWorkspace, desk: Desk) -> None:
    await open_modal(workspace)
    bot = workspace.client("deskhand")
    used = desk.opened[0]["trigger_id"]
    assert await refused(bot.views_open(trigger_id=used, view=modal())) == "exchanged_trigger_id"
    assert await refused(bot.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"
    late = workspace.workspace.triggers.new(workspace.user_id("ana"))
    workspace.workspace.triggers.by_id[late].at -= 3.1
    assert await refused(bot.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert len(workspace.violations()) == 3


async def test_a_submission_carries_values_and_closes_the_modal(workspace: RunningWorkspace, desk: Desk) -> None:
    desk.first = modal(private_metadata="kept")
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    assert await ana.submit(view["id"], {"reason": {"reason": "because"}}) == {"ok": True}
    (body,) = desk.submitted
    assert body["type"] == "view_submission"
    assert body["view"]["private_metadata"] == "kept"
    assert body["view"]["state"]["values"] == {
        "reason": {"reason": {"type": "plain_text_input", "value": "because"}},
        "note": {"note": {"type": "plain_text_input", "value": None}},
    }
    assert body["response_urls"] == []
    assert body["trigger_id"]
    assert await open_views(workspace) == []
    assert (await ana.submit(view["id"], {}))["error"] == "view_not_found"


async def test_the_client_refuses_empty_required_and_overlong_inputs_itself(
    workspace: RunningWorkspace, desk: Desk
) -> None:
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    assert set((await ana.submit(view["id"], {}))["errors"]) == {"reason"}
    assert set((await ana.submit(view["id"], {"reason": {"reason": "x" * 21}}))["errors"]) == {"reason"}
    assert desk.submitted == []
    assert await open_views(workspace) == ["First"]


async def test_elements_left_out_keep_what_they_show_and_null_empties_one(
    workspace: RunningWorkspace, desk: Desk
) -> None:
    shown = {"type": "plain_text_input", "initial_value": "as it was"}
    desk.first = modal("First", field("kept", shown), field("emptied", shown, optional=True))
    view = await open_modal(workspace)
    await workspace.person("ana").submit(view["id"], {"emptied": {"emptied": None}})
    values = desk.submitted[0]["view"]["state"]["values"]
    assert values["kept"]["kept"]["value"] == "as it was"
    assert values["emptied"]["emptied"]["value"] is None


async def test_every_kind_of_input_takes_plain_values(workspace: RunningWorkspace, desk: Desk) -> None:
    options = [{"text": plain(name), "value": name} for name in ("a", "b", "c")]
    desk.first = modal(
        "First",
        field("select", {"type": "static_select", "options": options}),
        field("several", {"type": "multi_static_select", "options": options}),
        field("boxes", {"type": "checkboxes", "options": options}, optional=True),
        field("user", {"type": "users_select"}),
        field("channels", {"type": "multi_channels_select"}),
        field("date", {"type": "datepicker", "initial_date": "2026-01-01"}),
        field("number", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        field("mail", {"type": "email_text_input"}),
        field("rich", {"type": "rich_text_input"}, optional=True),
    )
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    values = {
        "select": {"select": "b"},
        "several": {"several": ["a", "c"]},
        "user": {"user": workspace.user_id("ben")},
        "channels": {"channels": ["C0RANDOM"]},
        "number": {"number": "0"},
        "mail": {"mail": "no mail"},
        "rich": {"rich": "words"},
    }
    assert set((await ana.submit(view["id"], values))["errors"]) == {"number", "mail"}
    values |= {"number": {"number": 3}, "mail": {"mail": "a@b.example"}}
    assert (await ana.submit(view["id"], values))["ok"]
    held = desk.submitted[0]["view"]["state"]["values"]
    assert held["select"]["select"]["selected_option"] == options[1]
    assert held["several"]["several"]["selected_options"] == [options[0], options[2]]
    assert held["boxes"]["boxes"]["selected_options"] == []
    assert held["user"]["user"]["selected_user"] == workspace.user_id("ben")
    assert held["channels"]["channels"]["selected_channels"] == ["C0RANDOM"]
    assert held["date"]["date"]["selected_date"] == "2026-01-01"
    assert held["number"]["number"]["value"] == "3"
    assert held["rich"]["rich"]["rich_text_value"]["elements"][0]["elements"][0]["text"] == "words"


async def test_values_that_do_not_fit_the_modal_are_refused(workspace: RunningWorkspace, desk: Desk) -> None:
    options = [{"text": plain("a"), "value": "a"}]
    desk.first = modal("First", field("select", {"type": "static_select", "options": options}))
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    assert (await ana.submit(view["id"], {"select": {"select": "z"}}))["error"] == "invalid_value"
    assert (await ana.submit(view["id"], {"select": {"other": "a"}}))["error"] == "action_not_found"
    assert (await ana.submit(view["id"], {"select": "a"}))["error"] == "invalid_arguments"


async def test_the_app_may_refuse_a_submission(workspace: RunningWorkspace, desk: Desk) -> None:
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    desk.answer = {"response_action": "errors", "errors": {"reason": "Say more."}}
    answer = await ana.submit(view["id"], {"reason": {"reason": "short"}})
    assert answer == {"ok": True, "errors": {"reason": "Say more."}}
    assert await open_views(workspace) == ["First"]
    desk.answer = {"response_action": "errors", "errors": {"nowhere": "?"}}
    await ana.submit(view["id"], {"reason": {"reason": "short"}})
    assert [entry["method"] for entry in workspace.violations()] == ["ack"]


async def test_a_submission_may_update_push_and_clear(workspace: RunningWorkspace, desk: Desk) -> None:
    view = await open_modal(workspace)
    ana, values = workspace.person("ana"), {"reason": {"reason": "r"}}
    desk.answer = {"response_action": "update", "view": modal("Second")}
    second = (await ana.submit(view["id"], values))["view"]
    assert (second["id"], second["title"]["text"]) == (view["id"], "Second")
    assert second["hash"] != view["hash"]
    for title, open_now in (("Third", ["Second", "Third"]), ("Fourth", ["Second", "Third", "Fourth"])):
        desk.answer = {"response_action": "push", "view": modal(title)}
        top = (await workspace.get("/workspace/views?user=ana"))["views"][-1]
        pushed = (await ana.submit(top["id"], values))["view"]
        assert (pushed["root_view_id"], pushed["previous_view_id"]) == (view["id"], top["id"])
        assert await open_views(workspace) == open_now
    top = (await workspace.get("/workspace/views?user=ana"))["views"][-1]
    await ana.submit(top["id"], values)
    assert [entry["what"] for entry in workspace.violations()] == ["push_limit_reached"]
    desk.answer = {"response_action": "clear"}
    await ana.submit(top["id"], values)
    assert await open_views(workspace) == []


async def test_closing_is_told_when_asked_for(workspace: RunningWorkspace, desk: Desk) -> None:
    ana = workspace.person("ana")
    view = await open_modal(workspace)
    assert await ana.close_view(view["id"]) == {"ok": True}
    desk.first = modal(notify_on_close=True)
    view = await open_modal(workspace)
    assert await ana.close_view(view["id"]) == {"ok": True}
    (body,) = desk.closed
    assert (body["type"], body["view"]["id"], body["is_cleared"]) == ("view_closed", view["id"], False)
    assert (await ana.close_view(view["id"]))["error"] == "view_not_found"


async def test_a_view_is_updated_unless_its_hash_is_old(workspace: RunningWorkspace, desk: Desk) -> None:
    view = await open_modal(workspace)
    bot = workspace.client("deskhand")
    updated = await bot.views_update(view_id=view["id"], view=modal("Second"), hash=view["hash"])
    assert updated["view"]["title"]["text"] == "Second"
    assert await refused(bot.views_update(view_id=view["id"], view=modal(), hash=view["hash"])) == "hash_conflict"
    assert await refused(bot.views_update(view_id="V404", view=modal())) == "not_found"
    assert await refused(bot.api_call("views.update", json={"view": modal()})) == "invalid_arguments"


async def test_an_update_keeps_what_was_filled_in(workspace: RunningWorkspace, desk: Desk) -> None:
    row = {"type": "actions", "elements": [{"type": "button", "action_id": "act", "text": plain("More")}]}
    menu = {"type": "static_select", "action_id": "act", "options": [{"text": plain("a"), "value": "a"}]}
    section = {"type": "section", "block_id": "s", "text": plain("Pick"), "accessory": menu}
    desk.first = modal("First", field("reason", optional=True), section, row | {"block_id": "r"})

    async def grow(body: Json, client: AsyncWebClient) -> None:
        blocks = [*body["view"]["blocks"], {"type": "divider"}]
        await client.views_update(view_id=body["view"]["id"], view=modal("Second", *blocks))

    desk.on_action = grow
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    answer = await ana.click_view(view["id"], "act", block_id="s", selected_option="a")
    assert answer["view"]["title"]["text"] == "Second"
    assert answer["view"]["state"]["values"]["s"]["act"]["selected_option"]["value"] == "a"
    (body,) = desk.acted
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["state"]["values"]["s"]["act"]["selected_option"]["value"] == "a"
    assert "response_url" not in body


async def test_a_button_in_a_modal_may_push_another(workspace: RunningWorkspace, desk: Desk) -> None:
    row = {"type": "actions", "elements": [{"type": "button", "action_id": "act", "text": plain("More")}]}
    desk.first = modal("First", row)

    async def push(body: Json, client: AsyncWebClient) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=modal("Second"))

    desk.on_action = push
    view = await open_modal(workspace)
    ana = workspace.person("ana")
    pushed = (await ana.click_view(view["id"], "act"))["view"]
    assert pushed["previous_view_id"] == view["id"]
    assert await open_views(workspace) == ["First", "Second"]
    assert (await ana.click_view(view["id"], "act"))["error"] == "view_not_found"
    await ana.submit(pushed["id"], {"reason": {"reason": "r"}})
    assert await open_views(workspace) == ["First"]


async def test_a_loading_modal_is_returned_at_once(workspace: RunningWorkspace, app: AsyncApp, connect: Any) -> None:
    @app.shortcut("save_to_knowledge")
    async def open_loading(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        loading = {"type": "modal", "title": plain("Loading"), "blocks": []}
        view = (await client.views_open(trigger_id=body["trigger_id"], view=loading))["view"]
        await ack()
        await asyncio.sleep(0.3)
        await client.views_update(view_id=view["id"], view=modal("Loaded"))

    @app.event("message")
    async def message() -> None: ...

    await connect(app)
    view = await open_modal(workspace)
    assert view["title"]["text"] == "Loading"
    for _ in range(100):
        if await open_views(workspace) == ["Loaded"]:
            break
        await asyncio.sleep(0.02)
    assert await open_views(workspace) == ["Loaded"]


async def test_home_is_published_when_opened_and_changed_by_clicks(workspace: RunningWorkspace, desk: Desk) -> None:
    ana = workspace.person("ana")
    home = (await ana.open_home())["view"]
    assert home["type"] == "home"
    assert (await workspace.get("/workspace/views?user=ana"))["home"]["id"] == home["id"]
    assert (await workspace.get("/workspace/views?user=ben"))["home"] is None

    async def change(body: Json, client: AsyncWebClient) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    desk.on_action = change
    changed = (await ana.click_view(home["id"], "act"))["view"]
    assert (changed["id"], changed["blocks"][0]["type"]) == (home["id"], "divider")
    bot = workspace.client("deskhand")
    old = bot.views_publish(user_id=ana.id, view={"type": "home", "blocks": []}, hash=home["hash"])
    assert await refused(old) == "hash_conflict"


async def test_the_messages_tab_is_an_event_of_its_own(workspace: RunningWorkspace, events: list[Json]) -> None:
    ana = workspace.person("ana")
    assert await ana.open_messages() == {"ok": True}
    (event,) = events
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "messages", ana.id)
    assert event["channel"] == workspace.channel("deskhand")
    assert (await ana.interact(tab="elsewhere"))["error"] == "invalid_arguments"


async def test_views_are_there_after_a_restart(tmp_path: Path) -> None:
    async with running_workspace(tmp_path) as workspace:
        trigger = workspace.workspace.triggers.new(workspace.user_id("ana"))
        bot = workspace.client("deskhand")
        view = (await bot.views_open(trigger_id=trigger, view=modal()))["view"]
        await bot.views_publish(user_id=workspace.user_id("ana"), view={"type": "home", "blocks": []})
    async with running_workspace(tmp_path) as workspace:
        views = await workspace.get("/workspace/views?user=ana")
        assert views["views"] == [view]
        assert views["home"]["type"] == "home"
        await workspace.client("deskhand").views_update(view_id=view["id"], view=modal("Second"))
        assert await open_views(workspace) == ["Second"]
