"""Parses items so that none can hang or bring down the bot: in a process that is killed when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from math import ceil
from pathlib import Path
from types import TracebackType

from index.loaders.kinds import TEXTUAL, Kind
from index.loaders.pages import Reading, UnreadableError
from index.loaders.parsing import parse
from index.loaders.settings import LoadSettings

SMALL = 200_000
"""Bytes up to which text is parsed in a thread of this process: it takes milliseconds, starting a process 0.2 s."""

MAX_ANSWER = 200_000_000
"""Bytes of text that one item may bring, however small it came packed."""

_CHUNK = 1 << 16

PASSED_ON = frozenset({"PATH", "PYTHONPATH", "HOME", "LANG", "SYSTEMROOT", "TEMP"})
"""Environment that a parser may know: tokens are none of its business."""

PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class Sandbox:
    """An async context manager; its process starts with the first item that needs one, and ends with the block."""

    def __init__(self, settings: LoadSettings) -> None:
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Sandbox:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def parse(self, kind: Kind, data: bytes, name: str, charset: str | None = None) -> Reading:
        """The pages in `data`. Raises `UnreadableError` with the reason, of which "takes too long" is one."""
        if kind in TEXTUAL and len(data) <= SMALL:
            return await asyncio.to_thread(parse, kind, data, name, charset)
        seconds = self._settings.parse_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(kind, data, name, charset)
        except TimeoutError as error:
            await self._stop()
            raise UnreadableError(f"takes more than {seconds:g} seconds to read") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self._stop()
            raise UnreadableError("crashed the parser") from error
        except asyncio.CancelledError:
            # Its answer would be taken for the next item's.
            await self._stop()
            raise

    async def _ask(self, kind: Kind, data: bytes, name: str, charset: str | None) -> Reading:
        requests, answers = await self._pipes()
        head = json.dumps({"kind": kind, "name": name, "charset": charset, "length": len(data)})
        requests.write(head.encode() + b"\n" + data)
        await requests.drain()
        answer = json.loads(await answers.readuntil(b"\n"))
        if "why" in answer:
            raise UnreadableError(answer["why"])
        if answer["length"] > MAX_ANSWER:
            await self._stop()
            raise UnreadableError("holds more than 200 MB of text")
        body = await answers.readexactly(answer["length"])
        return await asyncio.to_thread(decode_reading, body)

    async def _pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "index.loaders.worker",
                str(self._settings.max_memory),
                str(ceil(self._settings.parse_seconds) + 5),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name in PASSED_ON},
                cwd=PACKAGE_ROOT,
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise ConnectionError("the parser has no pipes")
        return self._process.stdin, self._process.stdout

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # `wait` returns only when the pipes have ended, and one with unread text in it does not.
        with contextlib.suppress(ConnectionError):
            while process.stdout is not None and await process.stdout.read(_CHUNK):
                pass
        await process.wait()


def decode_reading(body: bytes) -> Reading:
    from pydantic import TypeAdapter

    return TypeAdapter(Reading).validate_json(body)
