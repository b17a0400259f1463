"""Opens what the index commands work on: database, index, sources, and the team that is meant."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from bot import knowledge
from bot.cli.output import Options, Refused
from bot.config import Settings
from bot.discovery import SkillError, installed_skills, migration_branches
from bot.slack import SlackError, identify, open_session, web_client
from bot.store.engine import Database
from bot.store.errors import DatabaseError
from bot.store.upgrade import open_database
from bot.workspace import accounts
from index.encoders.sources import EncoderUnavailableError
from index.library import Library
from index.models import DocumentRow
from index.sources import Sources

_SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """The index, for one command; `team` is the one that is meant."""

    settings: Settings
    database: Database
    library: Library
    sources: Sources
    team: str


async def open_store(settings: Settings) -> Database:
    """Returns the database, brought up to date. Raises `Refused` where something is not as it must be."""
    try:
        return await open_database(
            settings.data,
            settings.database.url,
            durable=settings.database.durable,
            branches=migration_branches(installed_skills()),
        )
    except (DatabaseError, SkillError, OSError) as error:
        raise Refused(str(error)) from None


@asynccontextmanager
async def open_index(options: Options, team: str | None) -> AsyncIterator[OpenIndex]:
    """Opens the index under `options`. Raises `Refused` where something is not as it must be."""
    settings = options.settings()
    try:
        opened = knowledge.encoders(settings)
        reranker = knowledge.reranker(settings)
    except (EncoderUnavailableError, OSError) as error:
        raise Refused(str(error)) from None
    database = await open_store(settings)
    try:
        meant = team or await meant_team(settings, database, DocumentRow.team)
        library = await Library.open(database.sessions, opened.encoders, knowledge.snapshots(settings), reranker)
        try:
            sources = Sources(database.sessions, library, knowledge.load_settings(settings))
            yield OpenIndex(settings, database, library, sources, meant)
        finally:
            await library.close()
    finally:
        await database.close()


async def meant_team(settings: Settings, database: Database, teams_in: InstrumentedAttribute[str]) -> str:
    """Returns the workspace that the bot token opens; without one the only team that `teams_in` names, else the local.

    Raises `Refused` where it names several.
    """
    if settings.bot_token is not None:
        try:
            async with open_session() as session:
                client = web_client(settings.bot_token.get_secret_value(), settings.slack.api_url, session)
                return (await identify(client)).team_id
        except SlackError as error:
            raise Refused(str(error)) from None
    async with database.sessions() as session:
        teams = sorted(await session.scalars(select(teams_in).distinct()))
    if len(teams) > 1:
        raise Refused(f"the database holds several teams ({', '.join(teams)}): name one with --team")
    return teams[0] if teams else accounts.TEAM_ID


async def principals(index: OpenIndex, names: Sequence[str]) -> frozenset[str]:
    """Returns the ids of channels and people given as ids or as names. Raises `Refused` for an unknown name."""
    wanted = {name: name.removeprefix("#").removeprefix("@") for name in names}
    unresolved = {name for name, bare in wanted.items() if not _SLACK_ID.fullmatch(bare)}
    known = await _names(index) if unresolved else {}
    for name in unresolved:
        if wanted[name].casefold() not in known:
            raise Refused(f"{name}: no channel or person of that name is known; give its id (C… or U…)")
    return frozenset(known[bare.casefold()] if name in unresolved else bare for name, bare in wanted.items())


async def _names(index: OpenIndex) -> dict[str, str]:
    if index.settings.bot_token is None:
        if index.team != accounts.TEAM_ID:
            raise Refused(
                "names of channels and people can be looked up only with SLACK_BOT_TOKEN set; give ids instead"
            )
        return {name: id_ for id_, name, _, _ in accounts.CHANNELS} | {one.handle: one.id for one in accounts.MEMBERS}
    from slack_sdk.errors import SlackApiError

    found: dict[str, str] = {}
    async with open_session() as session:
        client = web_client(index.settings.bot_token.get_secret_value(), index.settings.slack.api_url, session)
        try:
            pages: Any = await client.conversations_list(types="public_channel,private_channel", limit=1000)
            async for page in pages:
                found |= {channel["name"].casefold(): channel["id"] for channel in page["channels"]}
            pages = await client.users_list(limit=1000)
            async for page in pages:
                found |= {member["name"].casefold(): member["id"] for member in page["members"]}
        except SlackApiError as error:
            raise Refused(f"names can't be looked up in Slack ({error.response['error']}); give ids instead") from None
    return found
