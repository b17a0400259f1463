"""The server: one aiohttp application on loopback that answers as Slack does."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.workspace import levers, pages, web_api
from bot.workspace.api.chat import post_when_due
from bot.workspace.guard import guard
from bot.workspace.workspace import Workspace

SHUTDOWN_SECONDS = 0.5
LARGEST_REQUEST = 1 << 30  # Slack takes files up to 1 GB


def application(workspace: Workspace) -> web.Application:
    """The aiohttp application of a workspace."""
    app = web.Application(middlewares=[guard], client_max_size=LARGEST_REQUEST)
    app[web_api.WORKSPACE] = workspace
    app.add_routes([*web_api.routes(), *levers.routes(), web.get("/link", workspace.sockets.accept), *pages.routes()])
    return app


@asynccontextmanager
async def serving(data: Path, listening: socket.socket) -> AsyncIterator[Workspace]:
    """A workspace that answers on a bound loopback socket while the context lasts, and keeps its state in `data`."""
    workspace = Workspace(data)
    runner = web.AppRunner(application(workspace), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        host, port = listening.getsockname()[:2]
        workspace.url = f"http://{host}:{port}"
        await web.SockSite(runner, listening).start()
        schedule = asyncio.create_task(post_when_due(workspace))
        try:
            yield workspace
        finally:
            schedule.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await schedule
            await workspace.sockets.disconnect("close")
            workspace.feed.close()
    finally:
        await runner.cleanup()
        workspace.close()
