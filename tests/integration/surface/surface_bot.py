"""The whole bot, in process, in a local workspace: real Bolt, real sockets, real database, a small real index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from bot.discovery import installed_skills, migration_branches
from bot.home import Home
from bot.router import Router
from bot.runtime import Runtime, run
from bot.surface import attach_surface
from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
from index.types import Document, Section
from skills.base import Skill
from skills.llm import ChatModel

REFUNDS = "Refunds go back to the card that paid. A refund takes 5 working days after the parcel has reached us."
REFUNDS_ZH = "退款会退回原来的付款方式。收到退货后，退款需要 5 个工作日。"
SHIPPING = "Standard shipping costs 4.90 euro. Express shipping takes one day and costs 12 euro."


@dataclass
class RunningBot:
    """The bot at work in its workspace."""

    workspace: RunningWorkspace
    runtime: Runtime
    home: Home


Start = Callable[..., AbstractAsyncContextManager[RunningBot]]


@asynccontextmanager
async def running(
    workspace: RunningWorkspace,
    data: Path,
    encoders: list[Encoder],
    router: Router,
    more: tuple[Skill, ...] = (),
    llm: ChatModel | None = None,
    **settings: Any,
) -> AsyncIterator[RunningBot]:
    values: dict[str, Any] = {
        "data": data,
        "slack": {"api_url": workspace.api_url, **settings.pop("slack", {})},
        "bot_token": SecretStr(workspace.bot_token),
        "app_token": SecretStr(workspace.app_token),
        **settings,
    }
    began: asyncio.Future[RunningBot] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    skills = (*installed_skills(), *more)
    libraries: list[Library] = []

    async def attach(runtime: Runtime) -> None:
        library = await Library.open(runtime.database.sessions, encoders, data / "index")
        libraries.append(library)
        await library.add(TEAM_ID, [_page("Refunds", REFUNDS), _page("退款", REFUNDS_ZH), _page("Shipping", SHIPPING)])
        home = await attach_surface(runtime, skills, library, router, llm)
        began.set_result(RunningBot(workspace, runtime, home))

    task = asyncio.create_task(run(Settings(**values), attach, branches=lambda: migration_branches(skills), stop=stop))
    try:
        await asyncio.wait((task, began), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await workspace.wait_for_sockets(1)
        yield began.result()
    finally:
        stop.set()
        await task
        for library in libraries:
            await library.close()


def _page(title: str, text: str) -> Document:
    return Document(
        key=title,
        title=title,
        sections=(Section((), text, line=3),),
        source=title,
        place=f"handbook/{title}.md",
        link=f"https://handbook.example/{title}",
    )
