"""The whole bot in this process, in a local workspace: real Bolt, real sockets, real database, a small real index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.config import Settings
from bot.discovery import installed_skills, migration_branches
from bot.runtime import Runtime, run
from bot.workspace.accounts import TEAM_ID
from bot.workspace.testing import RunningWorkspace
from index.encoders.base import Encoder
from index.library import Library
from index.types import Document, Section
from skills.base import Skill

Began = TypeVar("Began")


@asynccontextmanager
async def bot_in_process(
    workspace: RunningWorkspace,
    data: Path,
    encoders: list[Encoder],
    pages: Mapping[str, str],
    attach: Callable[[Runtime, Sequence[Skill], Library], Awaitable[Began]],
    more: tuple[Skill, ...] = (),
    **settings: Any,
) -> AsyncIterator[Began]:
    """Yields what `attach` returns once the bot is connected. `pages` are in the index by title, `more` are skills."""
    values: dict[str, Any] = {
        "data": data,
        "slack": {"api_url": workspace.api_url, **settings.pop("slack", {})},
        "bot_token": SecretStr(workspace.bot_token),
        "app_token": SecretStr(workspace.app_token),
        **settings,
    }
    began: asyncio.Future[Began] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    skills = (*installed_skills(), *more)
    libraries: list[Library] = []

    async def begin(runtime: Runtime) -> None:
        library = await Library.open(runtime.database.sessions, encoders, data / "index")
        libraries.append(library)
        await library.add(TEAM_ID, [_page(title, text) for title, text in pages.items()])
        began.set_result(await attach(runtime, skills, library))

    task = asyncio.create_task(run(Settings(**values), begin, branches=lambda: migration_branches(skills), stop=stop))
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
