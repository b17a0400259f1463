"""Starting: what is wrong is said in one sentence; what is ready listens."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import time
from pathlib import Path

import aiohttp
import pytest
from killing import SMALL_BOT, BotProcess
from slack_sdk.signature import SignatureVerifier
from small_bot import SmallBot
from starting import StartBot, settings_for

from bot.runtime import PortTaken, run
from bot.slack import SlackError
from bot.store.errors import DatabaseInUse, DatabaseTooNew, DatabaseUnreachable
from bot.workspace.testing import RunningWorkspace

SECRET = "0123456789abcdef"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN is refused"),
        ({"bot_token": "xapp-deskhand"}, "it should begin with xoxb-"),
        ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN is refused"),
        ({"app_token": "xoxb-deskhand"}, "it should begin with xapp-"),
        ({"bot_token": None}, "SLACK_BOT_TOKEN is not set"),
        ({"app_token": None}, "neither SLACK_APP_TOKEN"),
    ],
)
async def test_a_wrong_token_is_named(
    workspace: RunningWorkspace, tmp_path: Path, wrong: dict[str, str | None], says: str
) -> None:
    with pytest.raises(SlackError, match=says):
        await asyncio.wait_for(run(settings_for(workspace, tmp_path / "bot", **wrong), SmallBot().attach), 10)


async def test_a_second_bot_on_the_same_data_is_refused(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    async with start_bot():
        with pytest.raises(DatabaseInUse, match="another Deskhand bot"):
            async with start_bot():
                pass


async def test_a_newer_database_is_refused(workspace: RunningWorkspace, start_bot: StartBot, tmp_path: Path) -> None:
    async with start_bot():
        pass
    with sqlite3.connect(tmp_path / "bot" / "deskhand.db") as connection:
        connection.execute("INSERT INTO alembic_version VALUES ('bot_9999')")
    connection.close()
    with pytest.raises(DatabaseTooNew, match="bot_9999"):
        async with start_bot():
            pass


async def test_a_file_that_is_no_database_is_refused(
    workspace: RunningWorkspace, start_bot: StartBot, tmp_path: Path
) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "deskhand.db").write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseUnreachable, match="damaged"):
        async with start_bot():
            pass


async def test_a_postgres_server_that_is_away_is_named(workspace: RunningWorkspace, start_bot: StartBot) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DatabaseUnreachable, match="cannot be reached") as refused:
        async with start_bot(database={"url": f"postgres://deskhand:hush@127.0.0.1:{port}/nowhere"}):
            pass
    assert "hush" not in str(refused.value)


async def test_signed_http_is_answered_and_nothing_else(workspace: RunningWorkspace, tmp_path: Path) -> None:
    bot, stop = SmallBot(), asyncio.Event()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = settings_for(workspace, tmp_path / "bot", app_token=None, signing_secret=SECRET)
    running = asyncio.create_task(run(settings, bot.attach, port=port, stop=stop))
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session:
        await _healthy(session, url)
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": "T0LOCAL",
                "event_id": "Ev1",
                "event": {
                    "type": "message",
                    "channel": workspace.channel("general"),
                    "user": workspace.user_id("ana"),
                    "text": f"<@{workspace.bot_user}> flat",
                    "ts": "1700000000.000100",
                },
            }
        )
        assert await _deliver(session, url, body, SECRET) == 200
        assert await _deliver(session, url, body, SECRET) == 200
        assert await _deliver(session, url, body, "another secret") == 401
        other = settings_for(workspace, tmp_path / "other", app_token=None, signing_secret=SECRET)
        with pytest.raises(PortTaken):
            await run(other, SmallBot().attach, port=port)
    stop.set()
    await running
    assert len(bot.seen) == 1
    assert len([entry for entry in workspace.log("call") if entry["method"] == "chat.postMessage"]) == 1


async def _healthy(session: aiohttp.ClientSession, url: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            async with session.get(f"{url}/health") as response:
                assert response.status == 200
                return
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.02)
    raise AssertionError("the port was never listened on")


async def _deliver(session: aiohttp.ClientSession, url: str, body: str, secret: str) -> int:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(signature),
    }
    async with session.post(f"{url}/slack/events", data=body, headers=headers) as response:
        return response.status


async def test_a_proxy_in_the_environment_is_not_used_for_this_machine(
    workspace: RunningWorkspace, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    ana = workspace.person("ana")
    ana.client.proxy = None
    async with start_bot():
        ts = await ana.dm("one")
        await ana.wait_for_reply("deskhand", ts)


async def test_a_message_that_ends_every_process_is_given_up_and_the_others_are_answered(
    workspace: RunningWorkspace, start_bot: StartBot, tmp_path: Path
) -> None:
    ana = workspace.person("ana")
    doomed = BotProcess(workspace, SMALL_BOT, tmp_path / "bot", tmp_path / "bot.log")
    await doomed.start()
    poison = await ana.dm("poison")
    harmless = await ana.dm("harmless")
    for _ in range(4):
        assert doomed.process is not None
        assert await asyncio.wait_for(doomed.process.wait(), 10) == 9
        await workspace.wait_for_sockets(0)
        await doomed.start_unwatched()
    await ana.wait_for_reply("deskhand", harmless)
    notice = await ana.wait_for_reply("deskhand", poison)
    assert notice["text"] == "this was given up"
    assert await doomed.terminate() == 0
