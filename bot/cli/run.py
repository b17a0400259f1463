"""`deskhand run`: the bot, in Slack or against any Slack-compatible server."""

from __future__ import annotations

import asyncio
import sys

from bot import event_loop, logs
from bot.cli.output import Options, Refused
from bot.discovery import SkillError
from bot.runtime import PortTaken
from bot.slack import SlackError
from bot.start import start
from bot.store.errors import DatabaseError
from index.encoders.sources import EncoderUnavailableError


def run_bot(options: Options, port: int, *, under_local: bool) -> None:
    """Runs until SIGINT or SIGTERM. Raises `Refused` for what has to be mended before it can start."""
    logs.configure(verbose=options.verbose)
    settings = options.settings()

    async def main() -> None:
        stop = asyncio.Event()
        if under_local:
            await asyncio.get_running_loop().connect_read_pipe(lambda: _Parent(stop), sys.stdin)
        await start(settings, port=port, demo=under_local, stop=stop)

    try:
        event_loop.run(main())
    except (SlackError, DatabaseError, PortTaken, SkillError, EncoderUnavailableError) as error:
        raise Refused(str(error)) from None


class _Parent(asyncio.Protocol):
    """Sets `stop` when standard input ends: `deskhand local` holds the other end, and has died."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop.set()
