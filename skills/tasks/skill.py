"""The tasks skill: `/task`, its buttons, forms and shortcut, and what it does by itself."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from index.search import QuestionVectors
from skills.base import Place, Request, Services, Skill
from skills.reply import Form, Json, Part, Reply
from skills.tasks import actions as names
from skills.tasks.store import MIGRATIONS
from skills.text import Text

if TYPE_CHECKING:
    from skills.tasks.work import Work


class TasksSkill(Skill):
    name: ClassVar[str] = "tasks"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    commands: ClassVar[Mapping[str, str]] = {"/task": "tasks.usage"}
    actions: ClassVar[frozenset[str]] = names.PRESSED
    shortcuts: ClassVar[frozenset[str]] = frozenset({names.MAKE_TASK})
    forms: ClassVar[frozenset[str]] = names.FORMS
    opens_form: ClassVar[frozenset[str]] = names.OPENING | {names.MAKE_TASK}
    due: ClassVar[frozenset[str]] = frozenset({names.DAY, names.WEEK})
    examples: ClassVar[Path | None] = Path(__file__).parent / "examples.jsonl"
    migrations: ClassVar[Path | None] = MIGRATIONS
    reads_all: ClassVar[bool] = True
    ticks: ClassVar[Mapping[str, float]] = {"remind": 1.0, "advance": 2.0, "track": 2.0, "forget": 3600.0}

    def __init__(self) -> None:
        self._work: Work | None = None

    @property
    def work(self) -> Work | None:
        """What the skill works with; None before the bot has begun."""
        return self._work

    async def begin(self, services: Services) -> None:
        # Beside the start: its grammars take half a second to compile.
        await asyncio.to_thread(importlib.import_module, "skills.tasks.work")
        await self._at_work(services).teamwork.linking.__aenter__()

    async def end(self) -> None:
        if self._work is not None:
            await self._work.teamwork.linking.__aexit__(None, None, None)

    async def tick(self, name: str, services: Services) -> None:
        if self._work is not None:
            await self._work.tick(name)

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        return await self._at_work(services).handle(request)

    async def form(self, request: Request, services: Services) -> Form | None:
        return await self._at_work(services).form(request)

    async def check(self, request: Request, services: Services) -> Mapping[str, Text]:
        return await self._at_work(services).check(request)

    async def concerns(self, request: Request, services: Services) -> bool:
        """What changes the task of the thread ("no, @ben should do it"), and what plainly asks for something."""
        return await self._at_work(services).concerns(request)

    async def recognises(self, request: Request, services: Services) -> QuestionVectors | None:
        """What says that something has to be done, where nobody else makes anything of it."""
        return request.vectors if await self._at_work(services).recognises(request) else None

    async def hear(self, team: str, place: Place, message: Mapping[str, Json], services: Services) -> None:
        await self._at_work(services).hear(team, place, message)

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return await self._at_work(services).home(request)

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes, services: Services) -> int:
        return await self._at_work(services).receive(hook, headers, body)

    def _at_work(self, services: Services) -> Work:
        if self._work is None:
            from skills.tasks.work import Work

            self._work = Work(services)
        return self._work
