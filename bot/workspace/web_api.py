"""`/api/METHOD`, response URLs, and the addresses of uploaded files."""

import json
import time
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.workspace.accounts import Caller
from bot.workspace.api import METHODS, Call
from bot.workspace.arguments import bot_scopes, check_call, find_caller, read_arguments, take_token
from bot.workspace.database import dumps
from bot.workspace.errors import STATE_ERRORS, SlackError
from bot.workspace.faults import Fault
from bot.workspace.responses import respond
from bot.workspace.workspace import Workspace

Json = dict[str, Any]

WORKSPACE: web.AppKey[Workspace] = web.AppKey("workspace", Workspace)
# Shown by browsers as they are; anything else is downloaded, so that no upload becomes a page of this origin.
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/pdf")


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON response."""
    return web.Response(text=dumps(body), status=status, content_type="application/json", headers=headers)


async def call_method(request: web.Request) -> web.Response:
    """Answers one Web API call and logs it."""
    workspace = request.app[WORKSPACE]
    name = request.match_info["method"]
    started = time.perf_counter()
    caller: Caller | None = None
    arguments: Json = {}
    try:
        arguments = await read_arguments(request)
        caller = find_caller(take_token(request, arguments))
        fault = workspace.faults.take(name) if caller.is_app else None
        if fault:
            response, body = failed(fault)
        else:
            if name not in METHODS:
                raise SlackError("unknown_method", req_method=name)
            checked = check_call(name, arguments, caller)
            body = {"ok": True, **await METHODS[name](Call(workspace, caller, checked))}
            scopes = {"x-oauth-scopes": ",".join(sorted(bot_scopes()))} if caller.kind == "bot" else None
            response = answer(body, headers=scopes)
    except SlackError as error:
        body = error.body()
        response = answer(body)
        if caller is not None and caller.is_app and error.error not in STATE_ERRORS:
            workspace.journal.violation(name, error.what())
    log_call(workspace, name, caller.label if caller else None, started, response.status, arguments, body)
    return response


def failed(fault: Fault) -> tuple[web.Response, Json]:
    """The response and body of a call that meets a fault."""
    body: Json = {"ok": False, "error": fault.error}
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return answer(body, status=fault.status, headers=headers), body


def log_call(
    workspace: Workspace, method: str, token: str | None, started: float, status: int, arguments: Json, body: Json
) -> None:
    """Writes a call into the log."""
    fields: Json = {"method": method, "token": token, "status": status}
    if not body["ok"]:
        fields["error"] = body["error"]
    ms = round((time.perf_counter() - started) * 1000, 3)
    workspace.journal.add("call", {"arguments": arguments, "response": body}, **fields, ms=ms)


async def use_response_url(request: web.Request) -> web.Response:
    """Answers a command or click: the text `ok`, or an error with status 404 (used up, expired) or 400."""
    workspace = request.app[WORKSPACE]
    started = time.perf_counter()
    given: Json = {}
    body: Json = {"ok": True}
    status = 200
    fault = workspace.faults.take("response_url")
    if fault:
        response, body = failed(fault)
        log_call(workspace, "response_url", "bot", started, response.status, given, body)
        return response
    try:
        try:
            given = json.loads(await request.text())
        except ValueError as error:
            raise SlackError("invalid_payload") from error
        if not isinstance(given, dict):
            raise SlackError("invalid_payload")
        respond(workspace, workspace.responses.use(request.match_info["secret"]), given)
    except SlackError as error:
        body, status = error.body(), 404 if error.error in ("used_url", "expired_url") else 400
        if error.error not in STATE_ERRORS:
            workspace.journal.violation("response_url", error.what())
    log_call(workspace, "response_url", "bot", started, status, given, body)
    return web.Response(text="ok") if body["ok"] else answer(body, status=status)


async def upload(request: web.Request) -> web.Response:
    """Takes the bytes of a file, raw or as the first file of a form."""
    content = b""
    if request.content_type == "multipart/form-data":
        for field in (await request.post()).values():
            if isinstance(field, web.FileField):
                content = field.file.read()
                break
    else:
        content = await request.read()
    try:
        request.app[WORKSPACE].files.fill(request.match_info["secret"], content)
    except SlackError:
        return web.Response(status=404, text="This upload address is unknown.\n")
    return web.Response(text=f"OK - {len(content)}")


async def download(request: web.Request) -> web.Response:
    """A file's bytes, for whom its token lets read it."""
    workspace = request.app[WORKSPACE]
    arguments = dict(request.query)
    try:
        caller = find_caller(take_token(request, arguments))
        body, content = workspace.files.load(request.match_info["file"])
    except SlackError as error:
        return web.Response(status=404 if error.error == "file_not_found" else 401, text=f"{error.error}\n")
    seen = {channel["id"] for channel in workspace.channels.seen_by(caller.user)}
    if content is None or not workspace.files.may_read(body, caller.user, seen):
        return web.Response(status=404, text="file_not_found\n")
    inline = body["mimetype"] in SHOWN and "download" not in request.query
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(body['name'])}"
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=content, content_type=body["mimetype"], headers=headers)


def routes() -> list[web.RouteDef]:
    """The addresses of this module."""
    return [
        web.route("*", "/api/{method}", call_method),
        web.post("/hooks/{secret}", use_response_url),
        web.post("/upload/{secret}", upload),
        web.get("/files/{team}-{file}/{secret}", download),
    ]
