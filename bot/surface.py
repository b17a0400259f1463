"""Puts the surface of the bot together: skills, people, listeners and notices on a runtime."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

from bot.answers import Answers
from bot.disturbing import Disturbing
from bot.features import Features
from bot.flood import Flood
from bot.handling import Handling
from bot.home import Home
from bot.listeners import register_listeners
from bot.listeners.messages import foresee
from bot.memberships import Memberships
from bot.notices import ToldFaults
from bot.people import People
from bot.policy import Policies
from bot.router import Router
from bot.runtime import Runtime
from bot.services import BotServices
from bot.streams import Streams
from skills.base import Skill
from skills.catalogs import LANGUAGES, Catalogs
from skills.classifiers.champions import Champions
from skills.learning.settings import LearningSettings

if TYPE_CHECKING:
    from index.library import Library
    from skills.llm import ChatModel


log = logging.getLogger("deskhand.surface")

GREETING_SECONDS = 5.0
"""How soon after the start whoever installed the bot is greeted, if nobody was."""


async def attach_surface(
    runtime: Runtime, skills: Sequence[Skill], library: Library, router: Router, llm: ChatModel | None = None
) -> Home:
    """Registers everything that answers people on `runtime`, and greets whoever installed it once it runs."""
    features = Features()
    settings = runtime.settings
    catalogs = Catalogs(skill.catalogs for skill in skills)
    for language in LANGUAGES:
        # Read beside the rest of the start, so that nobody's first question waits for it.
        asyncio.get_running_loop().run_in_executor(None, catalogs.messages, language)
    people = People(runtime.client, runtime.database, features, settings.admins.people)
    services = BotServices(
        clock=runtime.clock,
        library=library,
        champions=Champions(runtime.database.sessions, settings.data / "models", library.choice.encoders),
        learning=LearningSettings(**dict(settings.learning)),
        database=runtime.database,
        llm=llm,
        people=people,
        memberships=Memberships(runtime.client, people, features),
        policies=Policies(runtime.database),
        answers=Answers(runtime.database),
        skills=skills,
        catalogs=catalogs,
        due=runtime.due,
        put=runtime.outbox.post,
        sockets=lambda: int(runtime.ready and settings.app_token is not None),
        permalink=partial(_permalink, runtime.client, features),
        disturbing=Disturbing(runtime.client, features, runtime.clock),
        data=settings.data,
        # SQLite's folder is locked for one process, whose claims of before its restart are its own.
        replica="alone" if runtime.database.is_sqlite else runtime.replica.id,
        allow_private=settings.monitor.allow_private,
        reviewers=settings.reviewers.people,
    )
    await services.champions.follow()
    handling = Handling(
        services,
        router,
        Streams(runtime.client, features),
        Flood(settings.slack.requests_per_minute),
        runtime.identity.user_id,
        settings.slack.bots,
    )
    home = Home(services, runtime.client, features, version("deskhand"))
    runtime.inbox.notices = runtime.outbox.notices = ToldFaults(services)
    runtime.inbox.foresee = partial(foresee, handling)
    runtime.due.handler = handling.due
    runtime.hook = handling.receive
    runtime.ticks.register("greeting", GREETING_SECONDS, lambda: home.greet(runtime.identity.team_id))
    register_listeners(runtime.app, handling, home)
    for skill in skills:
        runtime.resources.push_async_callback(skill.end)
        for name, seconds in skill.ticks.items():
            runtime.ticks.register(f"{skill.name}.{name}", seconds, partial(skill.tick, name, services))
    beginning = asyncio.create_task(_begin(skills, services))
    runtime.resources.callback(beginning.cancel)
    return home


async def _permalink(client: AsyncWebClient, features: Features, channel: str, ts: str) -> str | None:
    """https://docs.slack.dev/reference/methods/chat.getPermalink"""
    found = await features.attempt(
        "chat.getPermalink", lambda: client.chat_getPermalink(channel=channel, message_ts=ts)
    )
    return str(found["permalink"]) if found else None


async def _begin(skills: Sequence[Skill], services: BotServices) -> None:
    for skill in skills:
        try:
            await skill.begin(services)
        except Exception:
            log.exception("a skill could not begin; it loads with its first request", extra={"skill": skill.name})
