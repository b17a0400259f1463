"""`/workspace/…`: a person's clicks, the log, and the levers. JSON in, JSON out, always HTTP 200."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.workspace.accounts import find_person
from bot.workspace.errors import SlackError
from bot.workspace.interactions import interact
from bot.workspace.web_api import WORKSPACE, answer
from bot.workspace.workspace import Workspace

Json = dict[str, Any]
Lever = Callable[[Workspace, Json], Awaitable[Json]]

LONGEST_WAIT = 60.0


async def read_json(request: web.Request) -> Json:
    """The request's body. Raises SlackError `invalid_json` or `invalid_arguments`."""
    text = await request.text()
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(body, dict):
        raise SlackError("invalid_arguments", "the body is a JSON object")
    return body


def posted(lever: Lever) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A lever as a request handler: its answer with `ok`, or the error that it raised."""

    async def handle(request: web.Request) -> web.Response:
        try:
            fields = await lever(request.app[WORKSPACE], await read_json(request))
        except SlackError as error:
            return answer(error.body())
        return answer({"ok": True, **fields})

    return handle


def number(text: str, least: float = 0.0) -> float:
    """A number of a query, `least` for what is none."""
    try:
        return max(float(text), least)
    except ValueError:
        return least


async def show_log(request: web.Request) -> web.Response:
    """The log after entry N."""
    workspace = request.app[WORKSPACE]
    entries = workspace.journal.after(int(number(request.query.get("after", "0"))))
    return answer({"sockets": len(workspace.sockets.connections), "entries": entries})


async def show_clock(request: web.Request) -> web.Response:
    """The time; with `offset` and `wait` it answers when the clock is moved, at the latest after so many seconds."""
    clock = request.app[WORKSPACE].clock
    if "wait" in request.query:
        seconds = min(number(request.query["wait"]), LONGEST_WAIT)
        await clock.wait_for_change(number(request.query.get("offset", "0")), seconds)
    return answer({"now": clock.now(), "offset": clock.offset})


async def show_views(request: web.Request) -> web.Response:
    """A person's open modals and Home."""
    workspace = request.app[WORKSPACE]
    person = find_person(request.query.get("user"))
    if person is None:
        return answer(SlackError("user_not_found").body())
    return answer({"views": workspace.views.open_for(person.id), "home": workspace.views.homes.get(person.id)})


async def move_clock(workspace: Workspace, body: Json) -> Json:
    """Moves the clock forward."""
    seconds = body.get("advance_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise SlackError("invalid_arguments", "advance_seconds is a number of seconds, 0 or more")
    workspace.clock.advance(seconds)
    workspace.feed.send_all("clock", now=workspace.clock.now(), offset=workspace.clock.offset)
    return {"now": workspace.clock.now()}


async def set_fault(workspace: Workspace, body: Json) -> Json:
    """Makes the next calls of a method fail."""
    workspace.faults.set(body)
    return {}


async def redeliver(workspace: Workspace, body: Json) -> Json:
    """Sends an event again."""
    return {"envelope_id": workspace.sockets.redeliver(str(body.get("envelope_id")))}


async def disconnect(workspace: Workspace, body: Json) -> Json:
    """Closes or cuts the sockets."""
    how = body.get("how", "close")
    if how not in ("close", "abort"):
        raise SlackError("invalid_arguments", "how is close or abort")
    await workspace.sockets.disconnect(how)
    return {}


async def unknown(request: web.Request) -> web.Response:
    """What no lever answers."""
    return answer(SlackError("not_found").body())


def routes() -> list[web.RouteDef]:
    """The addresses of this module."""
    return [
        web.get("/workspace/log", show_log),
        web.get("/workspace/clock", show_clock),
        web.get("/workspace/views", show_views),
        web.post("/workspace/interact", posted(interact)),
        web.post("/workspace/clock", posted(move_clock)),
        web.post("/workspace/fault", posted(set_fault)),
        web.post("/workspace/redeliver", posted(redeliver)),
        web.post("/workspace/disconnect", posted(disconnect)),
        web.route("*", "/workspace/{name:.*}", unknown),
    ]
