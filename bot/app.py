"""Builds the Bolt app and what brings it its requests: a socket, or signed HTTP.

https://docs.slack.dev/tools/bolt-python/
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.inbox import ENVELOPE_HEADER
from bot.slack import Identity
from skills.base import HookRefused

# Bolt logs whole payloads at lower levels.
bolt_log = logging.getLogger("deskhand.bolt")
bolt_log.setLevel(logging.ERROR)
socket_log = logging.getLogger("deskhand.socket")
socket_log.setLevel(logging.WARNING)

PING_SECONDS = 3.0
"""How soon a connection that was cut is noticed."""
CLOSE_SECONDS = 1.0
"""How long the other side may take to end what it has begun."""
LARGEST_BODY = 4 * 1024 * 1024
EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/health"
HOOKS_PATH = "/hooks/{skill}/{hook}"


def build_app(client: AsyncWebClient, identity: Identity, signing_secret: str | None) -> AsyncApp:
    """Returns an app without listeners. `signing_secret`: requests over HTTP are verified by it; None: a socket."""
    authorized = AuthorizeResult(
        enterprise_id=identity.enterprise_id,
        team_id=identity.team_id,
        team=identity.team,
        url=identity.url,
        bot_user_id=identity.user_id,
        bot_id=identity.bot_id,
        bot_token=client.token,
        bot_scopes=sorted(identity.scopes),
    )

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        # Bolt's own asks auth.test again, and an event that comes while that fails is acked and lost.
        # The client that it made for this request has read a proxy from the environment.
        context.client.proxy = client.proxy
        return authorized

    return AsyncApp(
        # Bolt sets the level of the logger of this name with every request.
        name=bolt_log.name,
        logger=bolt_log,
        client=client,
        authorize=authorize,
        signing_secret=signing_secret or "",
        request_verification_enabled=signing_secret is not None,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        raise_error_for_unhandled_request=True,
    )


class SocketHandler(AsyncSocketModeHandler):
    """Bolt's Socket Mode, with each envelope's id kept and a new address asked for after a failed connection."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        expect: Callable[[Mapping[str, Any]], Awaitable[bool]],
    ) -> None:
        """`expect` is asked before Bolt gets a payload whether it needs no more than the ack."""
        self.app = app
        self._expect = expect
        self.app_token = app_token
        self.client = SocketModeClient(
            app_token=app_token, logger=socket_log, web_client=client, ping_interval=PING_SECONDS
        )
        self.client.proxy = client.proxy
        self.client.aiohttp_client_session = _OneUseAddresses(  # type: ignore[assignment]
            self.client, self.client.aiohttp_client_session
        )
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def close(self) -> None:
        """Closes the socket, waiting a moment for the other side to agree."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.client.close(), CLOSE_SECONDS)  # type: ignore[no-untyped-call]
        client = self.client
        for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        if await self._expect(req.payload):
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            return
        headers: dict[str, Any] = {**(build_headers(req) or {}), ENVELOPE_HEADER: req.envelope_id}
        request = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=headers)
        response = await self.app.async_dispatch(request)
        await send_async_response(client, req, response, 0.0)


class _OneUseAddresses:
    """The socket client's HTTP session. The address of a socket serves once; the SDK tries the same one for ever."""

    def __init__(self, client: SocketModeClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def close(self) -> None:
        await self._session.close()

    async def ws_connect(self, *arguments: Any, **options: Any) -> Any:
        try:
            return await self._session.ws_connect(*arguments, **options)
        except Exception:
            self._client.wss_uri = None
            raise


Hook = Callable[[str, str, Mapping[str, str], bytes], Awaitable[int]]
"""Takes what was sent to a skill's hook: the skill's name, the hook, headers and body. Raises `HookRefused`."""


class HttpServer:
    """`GET /health` for balancers, `POST /hooks/SKILL/HOOK` for other programs and, with signed HTTP, Slack's requests.

    It listens only while the bot is ready.
    """

    def __init__(self, app: AsyncApp | None, hook: Hook | None) -> None:
        """`app` takes Slack's requests, whose signatures it verifies; None where they come through a socket."""
        self._app = app
        self._hook = hook
        server = web.Application(client_max_size=LARGEST_BODY)
        if app is not None:
            server.router.add_post(EVENTS_PATH, self._events)
        server.router.add_get(HEALTH_PATH, self._health)
        server.router.add_post(HOOKS_PATH, self._hooked)
        self._runner = web.AppRunner(server, access_log=None, handle_signals=False, shutdown_timeout=CLOSE_SECONDS)

    async def start(self, listening: socket.socket) -> None:
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        """Answers what has arrived, and stops listening."""
        await self._runner.cleanup()

    async def _events(self, request: web.Request) -> web.Response:
        assert self._app is not None  # noqa: S101  (the route is there with it only)
        return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    async def _hooked(self, request: web.Request) -> web.Response:
        if self._hook is None:
            raise web.HTTPNotFound
        names = request.match_info
        try:
            new = await self._hook(names["skill"], names["hook"], request.headers, await request.read())
        except HookRefused as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response({"ok": True, "new": new})
