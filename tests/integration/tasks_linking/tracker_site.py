"""A local server with what GitHub's and Jira's have in common: faults on demand, signed webhooks, and a moved clock."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
TOKEN = "not-a-real-token"
SECRET = "not-a-real-secret"
FAULTS = ("500 before", "500 after", "cut before", "cut after", "429", "crash before", "crash after")


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook's request, signed."""

    headers: Mapping[str, str]
    body: bytes


@dataclass
class TrackerSite:
    """Answers as one tracker does. `faults` befall the next requests, each one; `sent` are webhooks on their way.

    `before` is awaited once, by read and write, when an issue was read or is about to be written: for edits that come
    in between. `crash` is called by the faults of that name: it is to stop who asked.
    """

    clock: MovedClock
    address: str = ""
    faults: deque[str] = field(default_factory=deque)
    asked: list[tuple[str, str]] = field(default_factory=list)
    polls: list[tuple[str, bool]] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    before: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    crash: Callable[[], None] = lambda: None

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def log(self, request: web.Request) -> None:
        self.asked.append((request.method, request.path))

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.log(request)
        fault = self.faults.popleft() if self.faults else ""
        kind, _, when = fault.partition(" ")
        if kind == "429":
            return web.json_response({"message": "slow down"}, status=429, headers={"Retry-After": "7"})
        if kind == "403":
            reset = str(int(self.clock.now().timestamp()) + 50)
            limited = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, "Date": _http_date(self.clock.now())}
            return web.json_response({"message": "API rate limit exceeded"}, status=403, headers=limited)
        if kind == "status":
            return web.json_response({"message": "no"}, status=int(when))
        if kind == "hang":
            await asyncio.sleep(30)
        if when != "before":
            if _is_write(request) and (hook := self.before.pop("write", None)):
                await hook()
            response = await handler(request)
            if request.method == "GET" and request.path[-1].isdigit() and (hook := self.before.pop("read", None)):
                await hook()
        if kind in ("500",):
            return web.json_response({"message": "Server Error"}, status=500)
        if kind in ("cut", "crash", "late"):
            if kind == "crash":
                self.crash()
            if kind == "late":
                await asyncio.sleep(30)
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return response


def _is_write(request: web.Request) -> bool:
    return request.method in ("POST", "PATCH", "PUT") and not request.path.endswith("/search/jql")


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@asynccontextmanager
async def running(site: TrackerSite) -> AsyncIterator[TrackerSite]:
    """Serves a site on a port of its own."""
    app = web.Application(middlewares=[site.middleware])
    app.add_routes(site.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    site.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


def _http_date(at: datetime) -> str:
    return at.strftime("%a, %d %b %Y %H:%M:%S GMT")
