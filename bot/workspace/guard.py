"""Who may talk to the workspace: programs on this machine, and its own page; no other page open in a browser."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Following a link to the page, as from a mail, is no attempt to drive the workspace.
NAVIGABLE = ("/inspector", "/archives/", "/files/", "/assets/")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def refusal(request: web.Request) -> str | None:
    """Why a request is refused, or None.

    A foreign `Host` is DNS rebinding; a foreign `Origin` is another page's script; a foreign `Sec-Fetch-Site` is
    another page's image or form, for which browsers send no `Origin`.
    """
    try:
        hostname = urlsplit(f"//{request.host}").hostname
    except ValueError:
        hostname = None
    if hostname not in LOOPBACK:
        return "This server answers to 127.0.0.1 and localhost only."
    origin = request.headers.get("Origin")
    if origin is not None and origin.rstrip("/") != f"http://{request.host}":
        return "Requests from other pages are refused."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        navigation = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
        if not navigation or not (request.path == "/" or request.path.startswith(NAVIGABLE)):
            return "Requests from other pages are refused."
    return None


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses foreign requests with 403."""
    reason = refusal(request)
    if reason:
        return web.Response(status=403, text=f"{reason}\n")
    return await handler(request)
