"""`deskhand local`: the workspace server in this process, the bot in a child that is started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

from bot.cli.output import Options, Refused

_HOST = "127.0.0.1"
_STOP_SECONDS = 8.0
"""How long the bot may take to finish what it acked: the whole command has 10 seconds to exit."""
_QUICK_DEATH = 5.0
"""A bot that lives shorter than this is started again only after a pause, which doubles."""


def run_local(options: Options, port: int, *, with_bot: bool) -> None:
    """Serves until SIGINT or SIGTERM. Raises `Refused` when the port is taken or the settings can't be used."""
    with _listen(port) as listening:
        data = options.settings().data
        asyncio.run(_serve(data, listening, _BotProcess(options, data, port) if with_bot else None))


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
    except OSError as error:
        listening.close()
        raise Refused(f"port {port} on {_HOST} cannot be used ({error.strerror}); choose another with --port") from None
    listening.listen(128)
    return listening


async def _serve(data: Path, listening: socket.socket, bot: _BotProcess | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # The child's imports take most of the time to ready, so it starts before this process imports its own.
    keeping = asyncio.create_task(bot.keep_running()) if bot is not None else None
    await asyncio.sleep(0)
    from bot.workspace.server import serving

    async with serving(data, listening):
        host, port = listening.getsockname()
        print(f"Deskhand's local workspace: http://{host}:{port}/", file=sys.stderr, flush=True)
        await stop.wait()
        if keeping is not None:
            # The workspace still answers while the bot finishes what it accepted.
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping


class _BotProcess:
    """`deskhand run` against this workspace, as a child process."""

    def __init__(self, options: Options, data: Path, port: int) -> None:
        url = f"http://{_HOST}:{port}"
        self._command = [sys.executable, "-m", "bot", "--data", str(data), "run", "--under-local"]
        if options.config is not None:
            self._command += ["--config", str(options.config)]
        if options.verbose:
            self._command.append("--verbose")
        self._environment = {
            **os.environ,
            "SLACK_API_URL": f"{url}/api/",
            "SLACK_BOT_TOKEN": "xoxb-deskhand",
            "SLACK_APP_TOKEN": "xapp-deskhand",
            "DESKHAND_CLOCK_URL": f"{url}/workspace/clock",
        }

    async def keep_running(self) -> None:
        """Starts the bot, and again whenever it dies; when cancelled, lets it finish and returns."""
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            # A session of its own: Ctrl-C in the terminal reaches this process alone, which stops the bot in order.
            # The pipe closes when this process dies, however it dies, and tells the bot to stop.
            process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, start_new_session=True, stdin=asyncio.subprocess.PIPE
            )
            try:
                code = await process.wait()
            except asyncio.CancelledError:
                await _finish(process)
                raise
            lived = time.monotonic() - began
            pause = 0.0 if lived > _QUICK_DEATH else min(30.0, max(1.0, pause * 2))
            again = f"again in {pause:.0f} s" if pause else "again now"
            print(f"The bot stopped (exit code {code}); starting it {again}.", file=sys.stderr, flush=True)


async def _finish(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
