"""The server: one aiohttp application on loopback that answers as Slack does."""

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.workspace import levers, pages, web_api
from bot.workspace.api.chat import post_when_due
from bot.workspace.errors import PortTakenError
from bot.workspace.guard import guard
from bot.workspace.workspace import Workspace

HOST = "127.0.0.1"
LARGEST_REQUEST = 1 << 30  # Slack takes files up to 1 GB


def application(workspace: Workspace) -> web.Application:
    """The aiohttp application of a workspace."""
    app = web.Application(middlewares=[guard], client_max_size=LARGEST_REQUEST)
    app[web_api.WORKSPACE] = workspace
    app.add_routes([*web_api.routes(), *levers.routes(), web.get("/link", workspace.sockets.accept), *pages.routes()])
    return app


@asynccontextmanager
async def running(data: Path, port: int = 0) -> AsyncIterator[Workspace]:
    """A workspace that listens on 127.0.0.1 while the context lasts; port 0 takes a free one.

    Raises PortTakenError when another program has the port. What waits for the app is kept in `data`.
    """
    workspace = Workspace(data)
    runner = web.AppRunner(application(workspace), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(port) from error
            raise
        workspace.url = f"http://{HOST}:{runner.addresses[0][1]}"
        schedule = asyncio.create_task(post_when_due(workspace))
        try:
            yield workspace
        finally:
            schedule.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await schedule
            await workspace.sockets.disconnect("close")
    finally:
        await runner.cleanup()
        workspace.close()


async def serve(data: Path, port: int, listening: Callable[[str], None] | None = None) -> None:
    """Runs the workspace until cancelled; `listening` is told its address. Raises PortTakenError."""
    async with running(data, port) as workspace:
        if listening:
            listening(workspace.url)
        await asyncio.Event().wait()
