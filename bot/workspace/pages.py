"""The page: its files, its state and feed, and what only it asks for."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.workspace.accounts import find_person
from bot.workspace.errors import SlackError
from bot.workspace.levers import number, posted
from bot.workspace.messages import full_ts
from bot.workspace.web_api import WORKSPACE, answer
from bot.workspace.workspace import Workspace

Json = dict[str, Any]

BUNDLE = Path(str(files("bot.workspace"))) / "page" / "dist"
# Shown in a frame of another page, it could be made to take a person's clicks.
PAGE_HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": "frame-ancestors 'none'"}
NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Deskhand: local workspace</title>
<body style="font-family: sans-serif; max-width: 40em; margin: 4em auto">
<h1>The workspace runs, its page has not been built yet</h1>
<p>Type <code>make install</code> in the project's folder, then load this page again.
The bot, the Web API and <a href="/workspace/log">the log</a> work without it.</p>
"""


async def index(request: web.Request) -> web.StreamResponse:
    """The page itself, or what to do when it has not been built."""
    page = BUNDLE / "index.html"
    if not page.is_file():
        return web.Response(text=NOT_BUILT, content_type="text/html", headers=PAGE_HEADERS)
    return web.FileResponse(page, headers=PAGE_HEADERS)


async def asset(request: web.Request) -> web.StreamResponse:
    """A file of the bundle."""
    path = (BUNDLE / request.match_info["path"]).resolve()
    if not path.is_relative_to(BUNDLE.resolve()) or not path.is_file():
        return web.Response(status=404, text="There is nothing here.\n")
    return web.FileResponse(path)


async def archive(request: web.Request) -> web.StreamResponse:
    """A permalink: the page at that message."""
    stamp = request.match_info["stamp"]
    target = f"/?channel={request.match_info['channel']}&ts={stamp[:-6]}.{stamp[-6:]}"
    thread_ts = request.query.get("thread_ts", "")
    if thread_ts.replace(".", "").isdigit():
        target += f"&thread_ts={thread_ts}"
    raise web.HTTPFound(target)


def person_id(handle_or_id: Any) -> str:
    """A person's id. Raises SlackError `user_not_found`."""
    person = find_person(handle_or_id)
    if person is None:
        raise SlackError("user_not_found")
    return person.id


async def state(request: web.Request) -> web.Response:
    """All that the page needs to start as a person."""
    try:
        return answer(request.app[WORKSPACE].snapshot(person_id(request.query.get("user"))))
    except SlackError as error:
        return answer(error.body())


async def feed(request: web.Request) -> web.StreamResponse:
    """The stream of changes for a person's page."""
    workspace = request.app[WORKSPACE]
    try:
        user = person_id(request.query.get("user"))
    except SlackError as error:
        return answer(error.body(), status=404)
    log = request.query.get("log") == "1"
    return await workspace.feed.serve(request, user, lambda: workspace.snapshot(user), log=log)


async def detail(request: web.Request) -> web.Response:
    """An entry of the log with its payload, or its arguments and response."""
    journal = request.app[WORKSPACE].journal
    n = int(number(request.query.get("n", "0")))
    entry = next(iter(journal.after(n - 1)), None)
    if entry is None or entry["n"] != n or n not in journal.details:
        return answer({"ok": False, "error": "not_found"})
    return answer({"ok": True, "entry": entry, "detail": journal.details[n]})


async def mark_read(workspace: Workspace, body: Json) -> Json:
    """Counts a channel as read up to a message."""
    user = person_id(body.get("user"))
    channel = workspace.channels.visible(str(body.get("channel")), user)
    workspace.mark_read(channel["id"], user, full_ts(str(body.get("ts", ""))))
    return {}


async def stop(workspace: Workspace, body: Json) -> Json:
    """The stop button of a working agent: the app gets `agent_session_stopped`."""
    user = person_id(body.get("user"))
    channel = workspace.channels.visible(str(body.get("channel")), user)
    thread_ts = full_ts(str(body.get("thread_ts", "")))
    session = workspace.presence.sessions.get(f"{channel['id']}:{thread_ts}")
    if session is None or session["status"] != "processing":
        raise SlackError("session_not_found")
    event = {
        "type": "agent_session_stopped",
        "channel": channel["id"],
        "thread_ts": thread_ts,
        "user": user,
        "streaming_message_ts": workspace.messages.streaming(channel["id"], thread_ts),
        "event_ts": workspace.messages.next_ts(),
    }
    workspace.events.in_channel(channel, event)
    return {}


def routes() -> list[web.RouteDef]:
    """The addresses of this module."""
    return [
        web.get("/", index),
        web.get("/inspector", index),
        web.get(r"/archives/{channel}/p{stamp:\d{16}}", archive),
        web.get("/page/state", state),
        web.get("/page/feed", feed),
        web.get("/page/detail", detail),
        web.post("/page/read", posted(mark_read)),
        web.post("/page/stop", posted(stop)),
        web.get("/{path:.+}", asset),
    ]
