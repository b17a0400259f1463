"""The bot as a process: start, ready, stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from bot import due as due_rows
from bot.app import Hook, HttpServer, SocketHandler, build_app
from bot.clock import Clock
from bot.config import Settings
from bot.due import Due
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.replica import BEAT_SECONDS, Replica
from bot.scheduler import Ticks
from bot.sending import Courier
from bot.slack import Identity, SlackError, check_app_token, identify, open_session, web_client
from bot.store import inbox_rows, outbox_rows
from bot.store.engine import Database, database_url
from bot.store.lock import DataLock
from bot.store.upgrade import open_database
from bot.turns import Turns

log = logging.getLogger("deskhand.runtime")

DUE_SECONDS = 1.0
RETENTION_SECONDS = 3600.0
KEEP_DELIVERIES = 2 * 86400.0
"""Slack repeats a delivery for minutes, and for up to a day where delayed events are on."""
KEEP_ANSWERS = 90 * 86400.0
DELETED_AT_ONCE = 1000

# A stop has 10 seconds in all, and `deskhand local` gives the bot 8 of them.
TICK_SECONDS = 2.0
WORK_SECONDS = 3.5
SEND_SECONDS = 1.5


class PortTaken(Exception):
    """The port can't be listened on; the message is one sentence."""


@dataclass
class Runtime:
    """The running parts, for what is attached to them (listeners, skills, status)."""

    settings: Settings
    session: aiohttp.ClientSession
    client: AsyncWebClient
    identity: Identity
    database: Database
    replica: Replica
    app: AsyncApp
    inbox: Inbox
    outbox: Outbox
    due: Due
    clock: Clock
    ticks: Ticks
    resources: contextlib.AsyncExitStack
    """Closed on the way out, while the database is still open: what is attached leaves here what it opened."""
    started: float = field(default_factory=time.time)
    """Epoch seconds."""
    ready: bool = False
    hook: Hook | None = None
    """Takes what other programs send."""


Attach = Callable[[Runtime], Awaitable[None]]


async def run(
    settings: Settings,
    attach: Attach,
    *,
    port: int = 3000,
    prepare: Sequence[Callable[[], object]] = (),
    branches: Callable[[], Sequence[Path]] = tuple,
    stop: asyncio.Event | None = None,
) -> None:
    """Runs the bot until SIGINT, SIGTERM or `stop`.

    `prepare` are slow loads without need of the database (imports, models): each runs in a thread from the first
    moment on. `attach` registers listeners on `runtime.app` and sets `inbox.notices`, `outbox.notices` and
    `due.handler`; when it returns, the bot is ready. `branches` returns the folders of migrations beside the bot's own.
    Without an app token it listens on `port`. Raises `SlackError`, `DatabaseError` or `PortTaken`, each with one
    sentence for the person who starts it.
    """
    began = time.monotonic()
    stop = stop or asyncio.Event()
    with _signals(stop):
        starting = asyncio.create_task(_start(settings, attach, port, prepare, branches))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.wait((starting,))
                return
        finally:
            stopped.cancel()
            if not starting.done():
                starting.cancel()
        process = starting.result()
        log.info("ready", extra={"seconds": time.monotonic() - began, "team": process.runtime.identity.team_id})
        try:
            await stop.wait()
        finally:
            await process.stop()
        log.info("stopped")


async def _start(
    settings: Settings,
    attach: Attach,
    port: int,
    prepare: Sequence[Callable[[], object]],
    branches: Callable[[], Sequence[Path]],
) -> _Process:
    async with contextlib.AsyncExitStack() as opened:
        loading = [asyncio.create_task(asyncio.to_thread(load)) for load in prepare]
        for task in loading:
            opened.push_async_callback(_end, task)
        bot_token = settings.bot_token.get_secret_value() if settings.bot_token else None
        app_token = settings.app_token.get_secret_value() if settings.app_token else None
        secret = settings.signing_secret.get_secret_value() if settings.signing_secret else None
        if bot_token is None:
            raise SlackError("SLACK_BOT_TOKEN is not set; set it, or try Deskhand without Slack: deskhand local")
        if app_token is None and secret is None:
            raise SlackError(
                "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set; set one of them"
            )
        listening = None
        if app_token is None:
            listening = opened.enter_context(_bound(port))
        elif settings.hooks.port is not None:
            listening = opened.enter_context(_bound(settings.hooks.port, "[hooks] port"))
        url = database_url(settings.database.url, settings.data)
        if url.get_backend_name() == "sqlite":
            opened.callback(DataLock(Path(url.database or settings.data).parent).release)
        session = await opened.enter_async_context(open_session())
        client = web_client(bot_token, settings.slack.api_url, session)
        checking = asyncio.create_task(_check(client, app_token))
        opened.push_async_callback(_end, checking)
        database = await open_database(
            settings.data, settings.database.url, durable=settings.database.durable, branches=branches()
        )
        opened.push_async_callback(database.close)
        resources = await opened.enter_async_context(contextlib.AsyncExitStack())
        identity = await checking

        replica = Replica(database)
        clock = Clock()
        # The outbox answers 429 and faults itself, by channel.
        courier = Courier(web_client(bot_token, settings.slack.api_url, session, retries=False), session)
        outbox = Outbox(database, courier, replica.id)
        inbox = Inbox(database, outbox, replica.id, Turns())
        app = build_app(client, identity, None if app_token is not None else secret)
        inbox.attach(app, identity.team_id)
        due = Due(database, outbox, replica.id, clock)
        runtime = Runtime(
            settings, session, client, identity, database, replica, app, inbox, outbox, due, clock, Ticks(), resources
        )
        await attach(runtime)
        await asyncio.gather(*loading)
        process = _Process(runtime, listening, app_token)
        await process.begin()
        process.opened = opened.pop_all()
        return process


async def _check(client: AsyncWebClient, app_token: str | None) -> Identity:
    """Returns who the bot is. Raises `SlackError` for a token that Slack refuses."""
    if app_token is None:
        return await identify(client)
    identity, _ = await asyncio.gather(identify(client), check_app_token(client, app_token))
    return identity


async def _end(task: asyncio.Task[Any]) -> None:
    """Ends `task`, whatever it came to: another fault is being told already."""
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()


class _Process:
    """What begins when everything is loaded, and ends in order."""

    def __init__(self, runtime: Runtime, listening: socket.socket | None, app_token: str | None) -> None:
        self.runtime = runtime
        self.opened = contextlib.AsyncExitStack()
        self._following: asyncio.Task[None] | None = None
        self._socket: SocketHandler | None = None
        self._http: HttpServer | None = None
        self._listening = listening
        self._app_token = app_token

    async def begin(self) -> None:
        runtime = self.runtime
        await runtime.replica.beat()
        if runtime.settings.clock_url is not None:
            self._following = asyncio.create_task(runtime.clock.follow(runtime.settings.clock_url, runtime.session))
        runtime.clock.on_change(lambda: runtime.ticks.soon("due"))
        runtime.ticks.register("due", DUE_SECONDS, lambda: runtime.due.tick(runtime.replica.alive))
        runtime.ticks.register("retention", RETENTION_SECONDS, lambda: forget_old(runtime.database))
        if not runtime.database.is_sqlite:
            runtime.ticks.register("replicas", BEAT_SECONDS, self._beat)
        await self._recover()
        runtime.ticks.start()
        if self._app_token is not None:
            self._socket = SocketHandler(runtime.app, self._app_token, runtime.client, runtime.inbox.expect)
            await self._socket.client.connect()  # type: ignore[no-untyped-call]
        if self._listening is not None:
            self._http = HttpServer(runtime.app if self._app_token is None else None, runtime.hook)
            await self._http.start(self._listening)
        runtime.ready = True

    async def stop(self) -> None:
        """Takes no more, finishes what was accepted or leaves it stored, and closes everything."""
        runtime = self.runtime
        runtime.ready = False
        if self._socket is not None:
            await self._socket.close()
        if self._http is not None:
            await self._http.stop()
        await runtime.ticks.stop(TICK_SECONDS)
        if self._following is not None:
            self._following.cancel()
        await asyncio.gather(runtime.inbox.finish(WORK_SECONDS), runtime.due.finish(WORK_SECONDS))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runtime.outbox.drained(), SEND_SECONDS)
        await runtime.outbox.stop(SEND_SECONDS)
        await runtime.database.run(partial(_give_back, runtime.replica.id))
        await runtime.replica.leave()
        await self.opened.aclose()

    async def _beat(self) -> None:
        await self.runtime.replica.beat()
        await self._recover()

    async def _recover(self) -> None:
        alive = await self.runtime.replica.alive()
        await self.runtime.outbox.recover(alive)
        await self.runtime.inbox.recover(alive)


async def forget_old(database: Database) -> None:
    """Deletes what is older than it is kept, a thousand rows in a transaction."""
    now = time.time()
    for forget, keep in (
        (inbox_rows.forget, KEEP_DELIVERIES),
        (outbox_rows.forget, KEEP_ANSWERS),
        (due_rows.forget, KEEP_ANSWERS),
    ):
        deleted = DELETED_AT_ONCE
        while deleted == DELETED_AT_ONCE:
            deleted = await database.run(partial(forget, before=now - keep, limit=DELETED_AT_ONCE))


def _give_back(owner: str, connection: Connection) -> None:
    inbox_rows.give_back(connection, owner)
    outbox_rows.give_back(connection, owner)
    due_rows.give_back(connection, owner)


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _bound(port: int, setting: str = "--port") -> socket.socket:
    """Returns a socket that holds the port, which `setting` chose, but lets nobody in before the bot is ready."""
    listening = socket.socket(socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if listening.family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(("", port))
    except OSError as error:
        listening.close()
        raise PortTaken(f"port {port} cannot be used ({error.strerror}); choose another with {setting}") from None
    return listening
