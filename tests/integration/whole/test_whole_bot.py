"""The bot as it is started, `deskhand run` in a process of its own, against servers that only speak Slack."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from bare_server import BOT_USER, TEAM, BareServer, bare_server
from slack_sdk.signature import SignatureVerifier

from bot.start import HANDBOOK
from bot.workspace.testing import RunningWorkspace, running_workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
START_SECONDS = 60
STOP_SECONDS = 10


async def deskhand(
    *arguments: str, data: Path, stdout: int | None = None, stderr: int | None = None, **environment: str
) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    command = [sys.executable, "-m", "bot", "--data", str(data), *arguments]
    return await asyncio.create_subprocess_exec(
        *command, env={**kept, **environment}, cwd=data.parent, stdout=stdout, stderr=stderr
    )


@asynccontextmanager
async def running_bot(data: Path, *arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await deskhand("run", *arguments, data=data, **environment)
    try:
        yield process
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), STOP_SECONDS) == 0
        assert time.monotonic() - began < STOP_SECONDS
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def handbook(tmp_path: Path) -> Path:
    """A data folder whose index holds one page, for the team of the bare server."""
    page = tmp_path / "refunds.md"
    page.write_text("# Refunds\n\nRefunds take 5 working days after the parcel has come back.\n", encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    added = await deskhand("index", "add", str(page), "--team", TEAM, data=data)
    assert await added.wait() == 0
    return data


async def answer(server: BareServer) -> dict[str, Any]:
    return await asyncio.wait_for(server.posts.get(), 20)


async def test_a_server_with_three_methods_is_enough_by_socket_mode(handbook: Path) -> None:
    async with bare_server() as server:
        tokens = {"SLACK_API_URL": server.url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
        async with running_bot(handbook, **tokens):
            await asyncio.wait_for(server.connected.wait(), START_SECONDS)
            body = server.message(f"<@{BOT_USER}> how long do refunds take?")
            await server.deliver(body, "envelope-1")
            said = await answer(server)
            await server.deliver(body, "envelope-2")
            await server.deliver(
                {**body, "event_id": "EvTwin", "event": {**body["event"], "type": "app_mention"}}, "envelope-3"
            )
            await server.deliver(
                server.message(f"<@{BOT_USER}> and how long do refunds take on Mondays?"), "envelope-4"
            )
            following = await answer(server)
        assert "5 working days" in said["text"]
        assert said["thread_ts"] == body["event"]["ts"]
        assert following["thread_ts"] != said["thread_ts"]
        assert server.acked == {"envelope-1", "envelope-2", "envelope-3", "envelope-4"}
        assert server.posts.empty()


async def test_signed_http_answers_and_refuses_what_is_not_signed(handbook: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with bare_server() as server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as slack:
        tokens = {"SLACK_API_URL": server.url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET}
        async with running_bot(handbook, "--port", str(port), **tokens):
            for _ in range(START_SECONDS * 10):
                try:
                    if (await slack.get("/health")).status_code == httpx.codes.OK:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
            body = json.dumps(server.message(f"<@{BOT_USER}> how long do refunds take?"))
            refused = await slack.post("/slack/events", content=body, headers=signed(body, "another secret"))
            taken = await slack.post("/slack/events", content=body, headers=signed(body, SECRET))
            said = await answer(server)
            again = await slack.post("/slack/events", content=body, headers=signed(body, SECRET))
        assert (refused.status_code, taken.status_code, again.status_code) == (401, 200, 200)
        assert "5 working days" in said["text"]
        assert server.posts.empty()


def signed(body: str, secret: str) -> dict[str, str]:
    now = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body)
    assert signature is not None
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature,
    }


async def test_missing_scopes_are_named_by_the_doctor_and_in_the_log_of_a_run(handbook: Path) -> None:
    async with bare_server() as server:
        server.scopes = "app_mentions:read,chat:write"
        tokens = {"SLACK_API_URL": server.url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
        doctor = await deskhand("doctor", "--json", data=handbook, stdout=asyncio.subprocess.PIPE, **tokens)
        said, _ = await doctor.communicate()
        findings = {finding["what"]: finding for finding in json.loads(said)["findings"]}
        assert doctor.returncode == 1
        assert findings["scopes"]["state"] == "fault"
        assert "im:history" in findings["scopes"]["says"]
        assert "chat:write" not in findings["scopes"]["says"]
        run = await deskhand("run", data=handbook, stderr=asyncio.subprocess.PIPE, **tokens)
        await asyncio.wait_for(server.connected.wait(), START_SECONDS)
        run.terminate()
        _, log = await run.communicate()
        assert run.returncode == 0
        assert b"im:history" in log


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[RunningWorkspace]:
    """The local workspace with its handbook, and the bot as a process of its own."""
    data = tmp_path / "data"
    async with running_workspace(data) as workspace:
        tokens = {
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
        }
        added = await deskhand("index", "add", str(HANDBOOK), data=data)
        assert await added.wait() == 0
        async with running_bot(data, **tokens):
            await asyncio.wait_for(workspace.wait_for_sockets(1), START_SECONDS)
            yield workspace


async def test_a_persons_own_client_gets_the_right_answers_with_their_sources(shop: RunningWorkspace) -> None:
    ana, chen = shop.person("ana"), shop.person("chen")
    ts = await ana.mention("general", "how long do refunds take?")
    said = await ana.wait_for_reply("general", ts, timeout=20)
    assert "5 working days" in said["text"]
    assert "refunds.md" in said["text"]
    ts = await chen.mention("general", "退款需要多久？")
    said = await chen.wait_for_reply("general", ts, timeout=20)
    assert "5 个工作日" in said["text"]
    assert "refunds-zh.md" in said["text"]
    await ana.command("general", "/ask", "how much is express shipping?")
    said = await ana.wait_for_message("general", lambda message: "12 euro" in message["text"], timeout=20)
    assert said["is_ephemeral"]
    ts = await ana.dm("within how many days can I return something?")
    said = await ana.wait_for_reply("deskhand", ts, timeout=20)
    assert "30 days" in said["text"]
    assert shop.violations() == []
