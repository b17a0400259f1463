"""Slash commands and response URLs."""

import time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.workspace.testing import RunningWorkspace

Json = dict[str, Any]


async def test_a_command_carries_slacks_fields(workspace: RunningWorkspace, app: AsyncApp, connect: Any) -> None:
    seen: list[Json] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, command: Json) -> None:
        seen.append(command)
        await ack()

    await connect(app)
    ana = workspace.person("ana")
    assert await ana.command("support", "/ask", "about <@U0LOCALBEN> in <#C0GENERAL>") == {"ok": True}
    (command,) = seen
    assert {key: command[key] for key in ("command", "text", "channel_id", "channel_name", "user_id", "user_name")} == {
        "command": "/ask",
        "text": "about <@U0LOCALBEN|ben> in <#C0GENERAL|general>",
        "channel_id": workspace.channel("support"),
        "channel_name": "support",
        "user_id": ana.id,
        "user_name": "ana",
    }
    assert command["is_enterprise_install"] == "false"
    assert command["team_id"] == "T0LOCAL"
    assert command["response_url"].startswith(workspace.url)
    assert await ana.history("support") == []


async def test_unknown_commands_and_unseen_channels_are_refused(workspace: RunningWorkspace) -> None:
    with pytest.raises(SlackApiError, match="unknown_command"):
        await workspace.person("ana").command("general", "/nothing")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await workspace.person("dana").command("support", "/ask")


async def test_what_an_ack_says_is_ephemeral_unless_it_says_otherwise(
    workspace: RunningWorkspace, app: AsyncApp, connect: Any
) -> None:
    @app.command("/ask")
    async def ask(ack: AsyncAck, command: Json) -> None:
        if command["text"] == "loud":
            await ack(text="to all", response_type="in_channel")
        else:
            await ack("to you")

    await connect(app)
    ana, ben = workspace.person("ana"), workspace.person("ben")
    await ana.command("general", "/ask", "quiet")
    await ana.command("general", "/ask", "loud")
    mine = [(message["text"], message.get("is_ephemeral", False)) for message in await ana.history("general")]
    assert mine == [("to all", False), ("to you", True)]
    assert [message["text"] for message in await ben.history("general")] == ["to all"]


async def test_a_response_url_answers_five_times(workspace: RunningWorkspace, app: AsyncApp, connect: Any) -> None:
    statuses: list[int] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        for number in range(6):
            statuses.append((await respond(f"answer {number}")).status_code)

    await connect(app)
    ana = workspace.person("ana")
    await ana.command("general", "/ask", "six times")
    await workspace.until(lambda: len(statuses) == 6, "six answers")
    assert statuses == [200] * 5 + [404]
    history = await ana.history("general")
    assert [message["text"] for message in history] == [f"answer {number}" for number in (4, 3, 2, 1, 0)]
    assert all(message["is_ephemeral"] for message in history)
    calls = [entry for entry in workspace.log("call") if entry["method"] == "response_url"]
    assert [call.get("error") for call in calls] == [None] * 5 + ["used_url"]
    assert [entry["what"] for entry in workspace.violations()] == ["used_url"]


async def test_a_response_url_ends_after_thirty_minutes(
    workspace: RunningWorkspace, app: AsyncApp, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await connect(app)
    await workspace.person("ana").command("general", "/ask", "later")
    now = time.time()
    monkeypatch.setattr("bot.workspace.hooks.time.time", lambda: now + 1801)
    async with workspace.session.post(urls[0], json={"text": "too late"}) as response:
        assert response.status == 404
        assert (await response.json())["error"] == "expired_url"


async def test_a_response_is_checked_as_a_post_is(workspace: RunningWorkspace, app: AsyncApp, connect: Any) -> None:
    urls: list[str] = []

    @app.command("/ask")
    async def ask(ack: AsyncAck, command: Json) -> None:
        urls.append(command["response_url"])
        await ack(blocks=[{"type": "header"}])

    await connect(app)
    await workspace.person("ana").command("general", "/ask")
    for body, error in (
        ({}, "no_text"),
        ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
        ({"text": "x", "response_type": "loud"}, "invalid_arguments"),
    ):
        async with workspace.session.post(urls[0], json=body) as response:
            assert response.status == 400
            assert (await response.json())["error"] == error
    methods = [entry["method"] for entry in workspace.violations()]
    assert sorted(methods) == ["ack", "response_url", "response_url", "response_url"]
