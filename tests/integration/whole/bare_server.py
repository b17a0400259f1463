"""The least that a Slack-compatible server may be: three methods and a socket, `unknown_method` for the rest."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

TEAM, BOT_USER, PERSON, CHANNEL = "T1", "UBOT", "U01", "C01GEN"


class BareServer:
    """`url` is for SLACK_API_URL. What the bot posts lies in `posts`; what it called, in `calls`."""

    def __init__(self) -> None:
        self.url = ""
        self.scopes = ""
        self.posts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.calls: list[str] = []
        self.connected = asyncio.Event()
        self.acked: set[str] = set()
        self._socket: web.WebSocketResponse | None = None
        self._numbers = itertools.count(1)

    def message(self, text: str) -> dict[str, Any]:
        """Returns the body of a new event: PERSON writes `text` in CHANNEL."""
        number = next(self._numbers)
        ts = f"1790000000.{number:06}"
        event = {
            "type": "message",
            "channel": CHANNEL,
            "channel_type": "channel",
            "user": PERSON,
            "text": text,
            "ts": ts,
        }
        return {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event_id": f"Ev{number}",
            "event_time": 1790000000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": {**event, "event_ts": ts},
        }

    async def deliver(self, body: dict[str, Any], envelope: str) -> None:
        """Sends an event down the open socket."""
        assert self._socket is not None
        frame = {"type": "events_api", "envelope_id": envelope, "payload": body, "accepts_response_payload": False}
        await self._socket.send_str(json.dumps(frame))

    async def call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        arguments = dict(await request.post()) or (await request.json() if request.can_read_body else {})
        match method:
            case "auth.test":
                who = {"url": "https://bare.example/", "team": "Bare", "user": "deskhand", "bot_id": "B1"}
                headers = {"x-oauth-scopes": self.scopes} if self.scopes else None
                return web.json_response({"ok": True, "team_id": TEAM, "user_id": BOT_USER, **who}, headers=headers)
            case "apps.connections.open":
                return web.json_response({"ok": True, "url": self.url.replace("http", "ws").replace("/api/", "/link")})
            case "chat.postMessage":
                ts = f"1790000001.{next(self._numbers):06}"
                await self.posts.put({**arguments, "ts": ts})
                return web.json_response(
                    {"ok": True, "channel": arguments.get("channel"), "ts": ts, "message": {"ts": ts}}
                )
        return web.json_response({"ok": False, "error": "unknown_method"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = web.WebSocketResponse()
        await self._socket.prepare(request)
        await self._socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.connected.set()
        async for frame in self._socket:
            if frame.type == WSMsgType.TEXT and "envelope_id" in (answer := json.loads(frame.data)):
                self.acked.add(answer["envelope_id"])
        return self._socket


@asynccontextmanager
async def bare_server() -> AsyncIterator[BareServer]:
    """A server on a free port of this machine."""
    server = BareServer()
    app = web.Application()
    app.add_routes([web.route("*", "/api/{method}", server.call), web.get("/link", server.link)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/api/"
    try:
        yield server
    finally:
        await runner.cleanup()
