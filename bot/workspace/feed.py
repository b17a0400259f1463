"""The stream of changes that the page follows (Server-Sent Events), one queue per open page."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from bot.workspace.database import dumps

Json = dict[str, Any]

PING_SECONDS = 15.0


class Feed:
    """Hands frames to the pages that are open for a person."""

    def __init__(self) -> None:
        self.pages: dict[str, set[asyncio.Queue[str | None]]] = {}
        self.inspectors: set[asyncio.Queue[str | None]] = set()

    def watched(self, users: Iterable[str]) -> list[str]:
        """Those of the members who have a page open: frames for others need not be made."""
        return [user for user in users if self.pages.get(user)] if self.pages else []

    def send(self, users: Iterable[str], kind: str, **fields: Any) -> None:
        """Sends a frame to the pages of these members."""
        watched = self.watched(users)
        if watched:
            frame = dumps({"type": kind, **fields})
            for user in watched:
                for page in self.pages[user]:
                    page.put_nowait(frame)

    def send_all(self, kind: str, **fields: Any) -> None:
        """Sends a frame to every open page."""
        self.send(list(self.pages), kind, **fields)

    def send_entry(self, entry: Json) -> None:
        """Sends a log entry to the pages that show the log."""
        if self.inspectors:
            frame = dumps({"type": "log", "entry": entry})
            for page in self.inspectors:
                page.put_nowait(frame)

    def close(self) -> None:
        """Ends every stream, so that the server need not wait for pages that stay open."""
        for pages in self.pages.values():
            for page in pages:
                page.put_nowait(None)

    async def serve(
        self, request: web.Request, user: str, snapshot: Callable[[], Json], *, log: bool
    ) -> web.StreamResponse:
        """Streams frames to one page, the snapshot first, until the page or the server goes."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.pages.setdefault(user, set()).add(queue)
        if log:
            self.inspectors.add(queue)
        queue.put_nowait(dumps(snapshot()))
        try:
            with contextlib.suppress(ConnectionError):
                while True:
                    try:
                        frame = await asyncio.wait_for(queue.get(), PING_SECONDS)
                        if frame is None:
                            break
                        await response.write(f"data: {frame}\n\n".encode())
                    except TimeoutError:
                        await response.write(b": ping\n\n")
        finally:
            self.inspectors.discard(queue)
            self.pages[user].discard(queue)
            if not self.pages[user]:
                del self.pages[user]
        return response
