"""The whole bot, in process, in a local workspace: real Bolt, real sockets, real database, a small real index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from in_process import bot_in_process

from bot.home import Home
from bot.router import Router
from bot.runtime import Runtime
from bot.surface import attach_surface
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
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
    async def attach(runtime: Runtime, skills: Sequence[Skill], library: Library) -> RunningBot:
        return RunningBot(workspace, runtime, await attach_surface(runtime, skills, library, router, llm))

    pages = {"Refunds": REFUNDS, "退款": REFUNDS_ZH, "Shipping": SHIPPING}
    async with bot_in_process(workspace, data, encoders, pages, attach, more, **settings) as bot:
        yield bot
