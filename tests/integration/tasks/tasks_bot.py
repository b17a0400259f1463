"""The whole bot in process, in a local workspace, and what people do with its tasks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from in_process import bot_in_process
from messages import words

from bot.home import Home
from bot.router import Router
from bot.runtime import Runtime
from bot.surface import attach_surface
from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
from skills.base import Skill
from skills.tasks.proposing.proposing import look_back
from skills.tasks.skill import TasksSkill

Json = dict[str, Any]
Start = Callable[..., AbstractAsyncContextManager["TasksBot"]]

HOUR, DAY = 3600.0, 86_400.0
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class TasksBot:
    """The bot at work, and people who use it."""

    workspace: RunningWorkspace
    runtime: Runtime
    home: Home
    skill: TasksSkill

    @property
    def now(self) -> datetime:
        """The time in Berlin, where Ana and Ben live."""
        return datetime.fromtimestamp(self.runtime.clock.timestamp(), BERLIN)

    def user(self, handle: str) -> str:
        """Returns how a message mentions somebody."""
        return f"<@{self.workspace.user_id(handle)}>"

    async def learned(self) -> None:
        """Has what was finished learned from now, and not in ten minutes."""
        assert self.skill.work is not None
        teamwork = self.skill.work.teamwork
        teamwork.learning.expire()
        await look_back(teamwork, TEAM_ID)
        await teamwork.learning.settle()

    async def begin_at(self, weekday: int, hour: int) -> None:
        """Moves the clock on to the next such moment in Berlin (0 is Monday)."""
        now = self.now
        ahead = (weekday - now.weekday()) % 7 * DAY + (hour - now.hour) * HOUR - now.minute * 60 - now.second
        self.workspace.advance_clock(ahead if ahead > 0 else ahead + 7 * DAY)
        await self.until(lambda: _is(self.now.weekday() == weekday and self.now.hour == hour), "the clock")

    async def said(self, who: str, text: str, *, channel: str = "general") -> tuple[str, Json]:
        """Mentions the bot with a text; returns the message's ts and the first answer in its thread."""
        person = self.workspace.person(who)
        ts = await person.mention(channel, text)
        return ts, await person.wait_for_reply(channel, ts, timeout=20)

    async def dm(self, who: str, text: str) -> tuple[str, Json]:
        """Writes to the bot alone; returns the message's ts and the first answer."""
        person = self.workspace.person(who)
        ts = await person.dm(text)
        return ts, await person.wait_for_reply("deskhand", ts, timeout=20)

    async def replied(self, who: str, ts: str, text: str, *, channel: str = "general", says: str = "") -> Json:
        """Writes into a thread and returns what is said to it."""
        person = self.workspace.person(who)
        seen = {one["ts"] for one in await person.replies(channel, ts)}
        await person.post(channel, text, thread_ts=ts)
        return await person.wait_for_reply(
            channel, ts, lambda one: one["ts"] not in seen and says in words(one), timeout=20
        )

    async def command(self, who: str, text: str, *, channel: str = "general", says: str = "") -> Json:
        """Types `/task text` and returns the answer."""
        person = self.workspace.person(who)
        before = {one["ts"] for one in await person.history(channel)}
        await person.command(channel, "/task", text)

        async def look() -> Json | None:
            new = [one for one in await person.history(channel) if one["ts"] not in before and says in words(one)]
            return new[0] if new else None

        found: Json = await self.until(look, f"an answer to /task {text}")
        return found

    async def told(self, who: str, text: str, *, channel: str = "deskhand", timeout: float = 20.0) -> Json:  # noqa: ASYNC109
        """Waits for a message that says `text` in somebody's conversation with the bot, the newest first."""
        person = self.workspace.person(who)

        async def look() -> Json | None:
            return next((one for one in await person.history(channel) if text in words(one)), None)

        found: Json = await self.until(look, f"“{text}” to {who}", timeout)
        return found

    async def press(self, who: str, message: Json, action: str, *, channel: str = "general", **choice: Any) -> Json:
        """Presses a button, or chooses in a menu, and returns the workspace's answer."""
        answer = await self.workspace.person(who).click(channel, message, action, **choice)
        assert answer["ok"], answer
        return answer

    async def fresh(self, who: str, message: Json, text: str, *, channel: str = "general", thread: str = "") -> Json:
        """Waits until a message says `text`, and returns it as it is then."""
        person = self.workspace.person(who)

        async def look() -> Json | None:
            shown = await (person.replies(channel, thread) if thread else person.history(channel))
            return next((one for one in shown if one["ts"] == message["ts"] and text in words(one)), None)

        found: Json = await self.until(look, f"the message to say “{text}”")
        return found

    async def until(self, look: Callable[[], Awaitable[Any]], what: str, timeout: float = 20.0) -> Any:  # noqa: ASYNC109
        """Returns what `look` finds, once it finds something."""
        end = time.monotonic() + timeout
        while not (found := await look()):
            assert time.monotonic() < end, f"waited {timeout} s for {what}"
            await asyncio.sleep(0.05)
        return found


async def _is(value: bool) -> bool:
    return value


def steps(message: Json) -> set[str]:
    """Returns the action ids of a message's buttons and menus."""
    return {
        element["action_id"]
        for block in message.get("blocks", ())
        for element in (block.get("elements", ()) if block["type"] == "actions" else ())
    }


def options(message: Json, action: str) -> dict[str, str]:
    """Returns the labels of a menu's options by value."""
    return {
        option["value"]: option["text"]["text"]
        for block in message.get("blocks", ())
        for element in (block.get("elements", ()) if block["type"] == "actions" else ())
        if element["action_id"] == action
        for option in element.get("options", ())
    }


@asynccontextmanager
async def running(
    workspace: RunningWorkspace, data: Path, encoders: list[Encoder], router: Router, **settings: Any
) -> AsyncIterator[TasksBot]:
    async def attach(runtime: Runtime, skills: Sequence[Skill], library: Library) -> TasksBot:
        home = await attach_surface(runtime, skills, library, router)
        skill = next(one for one in skills if isinstance(one, TasksSkill))
        return TasksBot(workspace, runtime, home, skill)

    settings = {"monitor": {"allow_private": True}, "clock_url": f"{workspace.url}/workspace/clock", **settings}
    async with bot_in_process(workspace, data, encoders, {}, attach, **settings) as bot:
        yield bot
