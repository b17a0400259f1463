"""Everything that `deskhand run` starts: the runtime, the index, the skills and the surface, attached to each other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from bot import knowledge, workspace
from bot.config import Llm, Settings
from bot.discovery import installed_skills, migration_branches
from bot.router import open_router
from bot.runtime import Runtime, run
from bot.slack import MEND_SCOPES
from bot.surface import attach_surface
from bot.workspace import accounts
from index.library import Library
from index.sources import Sources
from skills.support import SupportSkill
from skills.support.book.answer_book import AnswerBook
from skills.support.book.exchange import read_book_file
from skills.support.book.rows import Books
from skills.support.settings.modes import settle_escalation

if TYPE_CHECKING:
    from index.encoders.base import Encoder
    from skills.base import Skill
    from skills.llm import ChatModel

log = logging.getLogger("deskhand.start")

HANDBOOK = Path(workspace.__file__).parent / "handbook"
"""The demo: a handbook for an imaginary shop."""
ANSWERS = Path(workspace.__file__).parent / "answers.yaml"
"""Its answer book."""
ALERTS = "C0ALERTS"
"""The demo's channel in which people take over from the support skill."""

FOLLOW_SECONDS = 15.0
"""How often sources are asked whether their time to be looked at again has come."""


async def start(settings: Settings, *, port: int = 3000, demo: bool = False, stop: asyncio.Event | None = None) -> None:
    """Runs the bot until SIGINT, SIGTERM or `stop`.

    `demo` loads the handbook into the local workspace's index when that is empty. Raises what `bot.runtime.run` and
    `bot.discovery` raise, and `EncoderUnavailableError`, each with one sentence for the person who starts it.
    """
    encoders: Future[Sequence[Encoder]] = Future()
    skills: list[Skill] = []

    def branches() -> Sequence[Path]:
        # Asked for while the encoders load: importing the skills takes its time as well.
        skills.extend(installed_skills())
        return migration_branches(skills)

    async def attach(runtime: Runtime) -> None:
        missing = runtime.identity.missing_scopes()
        if missing:
            log.warning("the token lacks scopes; %s", MEND_SCOPES, extra={"missing": ",".join(missing)})
        opened = await asyncio.wrap_future(encoders)
        folder = knowledge.snapshots(settings)
        library = await Library.open(runtime.database.sessions, opened, folder, knowledge.reranker(settings))
        runtime.resources.push_async_callback(library.close)
        sources = Sources(runtime.database.sessions, library, knowledge.load_settings(settings))
        if demo and runtime.identity.team_id == accounts.TEAM_ID:
            await _load_handbook(library, sources)
            for skill in skills:
                if not isinstance(skill, SupportSkill):
                    continue
                skill.desk.heads.shipped = demo_book
                await _load_answers(runtime)
                await settle_escalation(runtime.database.sessions, accounts.TEAM_ID, ALERTS)
        router = await asyncio.to_thread(open_router, skills, opened)
        await attach_surface(runtime, skills, library, router, _language_model(settings.llm, settings))
        library.follow()
        runtime.ticks.register("sources", FOLLOW_SECONDS, sources.follow)

    await run(
        settings,
        attach,
        port=port,
        prepare=[_filling(encoders, lambda: knowledge.encoders(settings).encoders)],
        branches=branches,
        stop=stop,
    )


def _filling(future: Future[Sequence[Encoder]], load: Callable[[], Sequence[Encoder]]) -> Callable[[], None]:
    def work() -> None:
        try:
            future.set_result(load())
        except Exception as error:
            future.set_exception(error)

    return work


def demo_book() -> AnswerBook:
    """Returns the answer book of the handbook's shop."""
    return read_book_file(ANSWERS).book


async def _load_handbook(library: Library, sources: Sources) -> None:
    if (await library.status(accounts.TEAM_ID)).counts.documents:
        return
    brought = await sources.bring(accounts.TEAM_ID, str(HANDBOOK))
    log.info("the demo handbook is in the index", extra={"pages": brought.documents})


async def _load_answers(runtime: Runtime) -> None:
    """Brings in the answer book of the handbook's shop, unless there ever was one."""
    books = Books(runtime.database.sessions)
    if await books.version(accounts.TEAM_ID):
        return
    book = await asyncio.to_thread(demo_book)
    await books.replace(accounts.TEAM_ID, book, "demo", runtime.clock.now().timestamp())
    log.info("the demo answer book is loaded", extra={"intents": len(book.intents)})


def _language_model(llm: Llm | None, settings: Settings) -> ChatModel | None:
    if llm is None:
        return None
    from skills.llm import ChatModel

    key = settings.llm_key.get_secret_value() if settings.llm_key is not None else None
    return ChatModel(llm.url, llm.model, key, llm.timeout_seconds)
