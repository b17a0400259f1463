"""The whole bot in process, in a local workspace, and what people do with its monitor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from in_process import bot_in_process
from messages import words

from bot.router import Router
from bot.runtime import Runtime
from bot.surface import attach_surface
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
from skills.base import Skill

Json = dict[str, Any]
Start = Callable[..., AbstractAsyncContextManager["MonitorBot"]]

HOUR = 3600.0


@dataclass
class MonitorBot:
    """The bot at work, and Ana, who uses it."""

    workspace: RunningWorkspace
    runtime: Runtime

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.runtime.clock.timestamp(), UTC)

    async def add_watch(self, name: str = "Acme", *, who: str = "ana", **inputs: Any) -> Json:
        """Fills the form of `/monitor add`, and returns what submitting it came to."""
        person = self.workspace.person(who)
        await person.command("general", "/monitor", f"add {name}")
        values = {"words": "acme", "channel": self.workspace.channel("alerts"), **inputs}
        return await person.submit(await self.open_view(who), {key: {key: value} for key, value in values.items()})

    async def open_view(self, who: str = "ana") -> str:
        """Returns the id of the modal on top."""
        views = (await self.workspace.get(f"/workspace/views?user={who}"))["views"]
        return str(views[-1]["id"])

    async def view(self, who: str = "ana") -> Json:
        """Returns the modal on top."""
        view: Json = (await self.workspace.get(f"/workspace/views?user={who}"))["views"][-1]
        return view

    async def told(self, text: str, *, who: str = "ana", channel: str = "general") -> Json:
        """Waits for a message that says `text`, the newest first."""
        person = self.workspace.person(who)

        async def look() -> Json | None:
            return next((one for one in await person.history(channel) if text in words(one)), None)

        found: Json = await self.until(look, f"“{text}” in #{channel}")
        return found

    async def asked(self, text: str, *, who: str = "ana", says: str = "") -> Json:
        """Types `/monitor text`, and returns the answer."""
        person = self.workspace.person(who)
        before = {one["ts"] for one in await person.history("general")}
        await person.command("general", "/monitor", text)

        async def look() -> Json | None:
            new = [one for one in await person.history("general") if one["ts"] not in before and says in words(one)]
            return new[0] if new else None

        found: Json = await self.until(look, f"an answer to /monitor {text}")
        return found

    async def alerts(self) -> list[Json]:
        """Returns the messages in #alerts, the newest first."""
        return await self.workspace.person("ana").history("alerts")

    async def until(self, look: Callable[[], Awaitable[Any]], what: str, timeout: float = 20.0) -> Any:  # noqa: ASYNC109
        """Returns what `look` finds, once it finds something."""
        end = time.monotonic() + timeout
        while not (found := await look()):
            assert time.monotonic() < end, f"waited {timeout} s for {what}"
            await asyncio.sleep(0.05)
        return found


def buttons(message: Json) -> dict[str, str]:
    """Returns the values of a message's buttons by action; of those that share one, the first."""
    found: dict[str, str] = {}
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            found.setdefault(element["action_id"], element.get("value", ""))
    return found


@asynccontextmanager
async def running(
    workspace: RunningWorkspace, data: Path, encoders: list[Encoder], router: Router, **settings: Any
) -> AsyncIterator[MonitorBot]:
    async def attach(runtime: Runtime, skills: Sequence[Skill], library: Library) -> MonitorBot:
        await attach_surface(runtime, skills, library, router)
        return MonitorBot(workspace, runtime)

    settings = {"monitor": {"allow_private": True}, "clock_url": f"{workspace.url}/workspace/clock", **settings}
    async with bot_in_process(workspace, data, encoders, {}, attach, **settings) as bot:
        yield bot
