"""Socket Mode: who gets an envelope, what waits, what is sent again."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.workspace import sockets
from bot.workspace.testing import RunningWorkspace, running_workspace

Json = dict[str, Any]


class BareSocket:
    """A socket that acks only what it is told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    @classmethod
    async def open(cls, workspace: RunningWorkspace) -> "BareSocket":
        answer = await workspace.client("deskhand").apps_connections_open(app_token=workspace.app_token)
        return cls(await workspace.session.ws_connect(answer["url"]))

    async def receive(self) -> Json:
        frame: Json = json.loads((await self.socket.receive(timeout=5)).data)
        return frame

    async def ack(self, frame: Json, payload: Json | None = None) -> None:
        answer = {"envelope_id": frame["envelope_id"]}
        await self.socket.send_json(answer | ({"payload": payload} if payload else {}))


async def test_a_socket_is_greeted_and_its_address_is_good_once(workspace: RunningWorkspace) -> None:
    answer = await workspace.client("deskhand").apps_connections_open(app_token=workspace.app_token)
    socket = BareSocket(await workspace.session.ws_connect(answer["url"]))
    hello = await socket.receive()
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"]["app_id"].startswith("A")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await workspace.session.ws_connect(answer["url"])
    assert (await workspace.get("/workspace/log"))["sockets"] == 1
    await socket.socket.close()
    await workspace.wait_for_sockets(0)
    assert [entry["state"] for entry in workspace.log("socket")] == ["opened", "closed"]


async def test_an_envelope_has_all_fields_that_the_sdk_reads(workspace: RunningWorkspace) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await workspace.person("ana").post("general", "hello")
    frame = await socket.receive()
    assert {key: frame[key] for key in ("type", "accepts_response_payload", "retry_attempt", "retry_reason")} == {
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": 0,
        "retry_reason": "",
    }
    body = frame["payload"]
    assert (body["type"], body["team_id"]) == ("event_callback", "T0LOCAL")
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == workspace.bot_user
    await socket.ack(frame)
    await workspace.wait_until_idle()
    await socket.socket.close()


async def test_events_wait_for_a_socket_and_come_in_order(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    texts = [f"message {number}" for number in range(5)]
    for text in texts:
        await ana.post("general", text)
    assert workspace.log("envelope") == []
    socket = await BareSocket.open(workspace)
    await socket.receive()
    frames = [await socket.receive() for _ in texts]
    assert [frame["payload"]["event"]["text"] for frame in frames] == texts
    assert {frame["retry_attempt"] for frame in frames} == {0}
    await socket.socket.close()


async def test_one_envelope_goes_to_one_socket_in_turn(workspace: RunningWorkspace) -> None:
    first, second = await BareSocket.open(workspace), await BareSocket.open(workspace)
    assert [(await one.receive())["num_connections"] for one in (first, second)] == [1, 2]
    for text in ("a", "b"):
        await workspace.person("ana").post("general", text)
    texts = [(await one.receive())["payload"]["event"]["text"] for one in (first, second)]
    assert sorted(texts) == ["a", "b"]
    for one in (first, second):
        await one.socket.close()


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_an_event_whose_socket_closes_before_its_ack_is_sent_again(workspace: RunningWorkspace, how: str) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await workspace.person("ana").post("general", "hold on")
    frame = await socket.receive()
    assert (await workspace.lever("disconnect", {"how": how}))["ok"]
    await workspace.wait_for_sockets(0)
    closing = await socket.socket.receive()
    assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)
    again = await BareSocket.open(workspace)
    await again.receive()
    resent = await again.receive()
    assert resent["payload"]["event_id"] == frame["payload"]["event_id"]
    assert resent["envelope_id"] != frame["envelope_id"]
    assert resent["retry_attempt"] == 1
    await again.ack(resent)
    await workspace.wait_until_idle()
    await again.socket.close()


async def test_an_ack_may_come_late_and_on_another_socket(workspace: RunningWorkspace) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await workspace.person("ana").post("general", "hold on")
    frame = await socket.receive()
    await workspace.disconnect()
    await workspace.wait_for_sockets(0)
    again = await BareSocket.open(workspace)
    await again.receive()
    await again.receive()
    await again.ack(frame)
    await workspace.wait_until_idle()
    first = workspace.log("envelope")[0]
    assert first["ack_ms"] > 0
    await again.socket.close()


async def test_an_unacked_event_is_sent_again_after_the_timeout(
    workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "RETRY_SECONDS", (0.1, 0.1, 60.0))
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await workspace.person("ana").post("general", "slow")
    frames = [await socket.receive() for _ in range(3)]
    assert [(frame["retry_attempt"], frame["retry_reason"]) for frame in frames] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    await socket.ack(frames[0])
    await workspace.wait_until_idle()
    await socket.socket.close()


async def test_waiting_and_unacked_events_survive_a_restart(tmp_path: Path) -> None:
    async with running_workspace(tmp_path) as workspace:
        socket = await BareSocket.open(workspace)
        await socket.receive()
        await workspace.person("ana").post("general", "sent")
        sent = await socket.receive()
        await workspace.disconnect("abort")
        await workspace.wait_for_sockets(0)
        await workspace.person("ana").post("general", "waiting")
    async with running_workspace(tmp_path) as workspace:
        socket = await BareSocket.open(workspace)
        await socket.receive()
        frames = [await socket.receive() for _ in range(2)]
        assert [frame["payload"]["event"]["text"] for frame in frames] == ["sent", "waiting"]
        assert frames[0]["payload"]["event_id"] == sent["payload"]["event_id"]
        assert frames[0]["retry_attempt"] >= 1
        assert frames[1]["retry_attempt"] == 0
        for frame in frames:
            await socket.ack(frame)
        await workspace.wait_until_idle()
        await socket.socket.close()
    async with running_workspace(tmp_path) as workspace:
        assert workspace.workspace.sockets.unsettled() == 0


async def test_commands_and_clicks_do_not_wait(workspace: RunningWorkspace) -> None:
    ana = workspace.person("ana")
    with pytest.raises(SlackApiError, match="no_ack"):
        await ana.command("general", "/ask", "anyone?")
    assert (await ana.shortcut("save_to_knowledge", "general", await ana.post("general", "x")))["error"] == "no_ack"


async def test_a_silent_bot_means_no_ack_after_three_seconds(workspace: RunningWorkspace) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    started = asyncio.get_running_loop().time()
    with pytest.raises(SlackApiError, match="no_ack"):
        await workspace.person("ana").command("general", "/ask", "anyone?")
    assert 2.9 < asyncio.get_running_loop().time() - started < 3.6
    (entry,) = workspace.log("envelope")
    assert entry["type"] == "slash_commands"
    assert entry["ack_ms"] is None
    await socket.socket.close()


async def test_an_event_is_redelivered_by_the_lever(workspace: RunningWorkspace) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await workspace.person("ana").post("general", "again")
    frame = await socket.receive()
    await socket.ack(frame)
    answer = await workspace.lever("redeliver", {"envelope_id": frame["envelope_id"]})
    again = await socket.receive()
    assert answer == {"ok": True, "envelope_id": again["envelope_id"]}
    assert again["envelope_id"] != frame["envelope_id"]
    assert again["payload"] == frame["payload"]
    assert again["retry_attempt"] == 1
    await socket.ack(again)
    assert await workspace.lever("redeliver", {"envelope_id": "none"}) == {"ok": False, "error": "envelope_not_found"}
    await socket.socket.close()


async def test_an_eleventh_socket_is_turned_away(workspace: RunningWorkspace) -> None:
    open_sockets = [await BareSocket.open(workspace) for _ in range(10)]
    extra = await BareSocket.open(workspace)
    frame = await extra.receive()
    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
    assert len(workspace.workspace.sockets.connections) == 10
    for socket in open_sockets:
        await socket.socket.close()


async def test_a_frame_that_is_no_ack_is_a_violation(workspace: RunningWorkspace) -> None:
    socket = await BareSocket.open(workspace)
    await socket.receive()
    await socket.socket.send_str("not json")
    await socket.socket.send_json({"envelope_id": "never sent"})
    await workspace.until(lambda: len(workspace.violations()) == 2, "two violations")
    await socket.socket.close()


async def test_bolt_reconnects_after_both_kinds_of_disconnect(
    workspace: RunningWorkspace, app: AsyncApp, connect: Any
) -> None:
    texts: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        texts.append(event["text"])

    await connect(app)
    await workspace.disconnect()
    await workspace.person("ana").post("general", "while away")
    await workspace.until(lambda: texts == ["while away"], "the event after the reconnect", 15)


async def test_no_event_is_lost_while_sockets_come_and_go(workspace: RunningWorkspace) -> None:
    acked: set[str] = set()
    attempts: list[int] = []

    async def consume() -> None:
        """Two sockets' worth of a bot that acks what it can and reconnects at once."""
        while True:
            socket = await BareSocket.open(workspace)
            async for message in socket.socket:
                frame = json.loads(message.data)
                if frame["type"] == "hello":
                    continue
                await asyncio.sleep(0.002)  # long enough for a disconnect to come between event and ack
                with contextlib.suppress(ConnectionError):
                    await socket.ack(frame)
                    acked.add(frame["payload"]["event"]["text"])
                    attempts.append(frame["retry_attempt"])

    consumers = [asyncio.create_task(consume()) for _ in range(2)]
    await workspace.wait_for_sockets(2)
    ana = workspace.person("ana")
    for number in range(60):
        await ana.post("random", str(number))
        if number % 12 == 6:
            await workspace.disconnect("abort" if number % 24 == 6 else "close")
    await workspace.wait_until_idle()
    for consumer in consumers:
        consumer.cancel()
    assert acked == {str(number) for number in range(60)}
    envelopes = workspace.log("envelope")
    assert len({entry["event_id"] for entry in envelopes}) == 60
    assert max(attempts) >= 1
