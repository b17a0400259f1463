"""What skills may use of the bot: `skills.base.Services`, and what the bot's own skill uses beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.answers import Answers
from bot.delivery import Outgoing
from bot.disturbing import Disturbing
from bot.due import Due
from bot.memberships import Memberships
from bot.outgoing import answer_id
from bot.people import People
from bot.policy import Policies
from bot.rendering import render_reply
from bot.store import outbox_rows
from bot.store.engine import Database
from bot.store.models import InboxRow
from index.types import Audience
from skills.base import Answer, Clock, Person, Place, Request, Skill
from skills.catalogs import Catalogs, Say
from skills.reply import Json, Reply

if TYPE_CHECKING:
    from index.library import Library
    from skills.classifiers.champions import Champions
    from skills.learning.settings import LearningSettings
    from skills.llm import ChatModel

Put = Callable[[Sequence[Outgoing]], Awaitable[object]]
"""Stores what is to be said, and begins to send it."""


@dataclass(frozen=True, slots=True)
class Queues:
    """How much waits: deliveries being worked on, answers not sent yet by state, rows not due yet."""

    open: int
    outbox: Mapping[str, int]
    due: int


@dataclass(slots=True)
class BotServices:
    """The bot as its skills see it. `put` stores and sends; `sockets` counts the open ones.

    `permalink` asks for the address of a message, by channel and ts.
    """

    clock: Clock
    library: Library
    champions: Champions
    learning: LearningSettings
    database: Database
    llm: ChatModel | None
    people: People
    memberships: Memberships
    policies: Policies
    answers: Answers
    skills: Sequence[Skill]
    catalogs: Catalogs
    due: Due
    put: Put
    sockets: Callable[[], int]
    permalink: Callable[[str, str], Awaitable[str | None]]
    disturbing: Disturbing
    data: Path
    replica: str
    allow_private: bool
    reviewers: Collection[str] = ()

    sessions: async_sessionmaker[AsyncSession] = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = self.database.sessions

    async def audience(self, request: Request) -> Audience:
        """Returns the principals that the asker holds."""
        return await self.memberships.audience(request.team, request.person, request.place)

    async def readers(self, request: Request) -> Audience:
        """Returns the principals that everybody who can read the request's place holds."""
        return await self.memberships.readers(request.team, request.person, request.place)

    async def post(
        self,
        reply: Reply,
        team: str,
        place: Place,
        key: str,
        *,
        skill: str = "",
        edits: str | None = None,
        under: str | None = None,
        only: str | None = None,
        answering: Answer | None = None,
        say: Say | None = None,
    ) -> str:
        """Queues a post that nobody asked for just now, and returns its answer id; the same `key` is posted once.

        `edits` is the answer id of an earlier post, whose message this one takes the place of; `under` that of one in
        whose thread it stands. `only` is the id of the person who alone sees it in a channel. `answering` names the
        question that the post answers after all (a draft that was approved): its asker, words and message. `say` speaks
        the reader's language; without it English.
        """
        id = self.id_of_post(team, key)
        say = say or self.catalogs.say("en-US", ZoneInfo("UTC"))
        outgoing = Outgoing(
            id,
            team,
            "ephemeral" if only else "post" if edits is None else "update",
            place.channel,
            render_reply(reply, id, say, self.clock.now()),
            thread=None if reply.to == "channel" else place.thread,
            target=edits or under,
            person=only,
            skill=skill,
            memory=reply.memory,
        )
        if answering is not None:
            outgoing = replace(
                outgoing,
                asker=answering.asker,
                question=answering.question,
                question_ts=answering.place.message,
            )
        await self.put([outgoing])
        return id

    def id_of(self, request: Request, number: int) -> str:
        """Returns the answer id under which the `number`-th reply (from 0) to a request is kept."""
        return answer_id(request.team, request.id, number)

    def id_of_post(self, team: str, key: str) -> str:
        """Returns the answer id under which what is posted by `key` is kept."""
        return answer_id(team, key, "post")

    async def standing_at(self, team: str, place: Place) -> Answer | None:
        """Returns which of our answers is the first message of the thread `place.thread`; None where none is."""
        return await self.answers.standing_at(team, place)

    async def direct(self, team: str, person: str) -> Place | None:
        """Returns where a person is spoken to alone, opened when it isn't yet; None where the server has no such."""
        channel = await self.people.direct_channel(team, person)
        return None if channel is None else Place(channel, "dm")

    async def do_not_disturb(self, team: str, people: Collection[str]) -> Mapping[str, float]:
        """Returns until when (epoch seconds) those of `people` are not to be disturbed who are not to be now."""
        return await self.disturbing.until(team, people)

    async def link(self, place: Place) -> str | None:
        """Returns the address of the place's message, or of its thread's first; None where the server tells none."""
        ts = place.message or place.thread
        return await self.permalink(place.channel, ts) if ts else None

    async def person(self, team: str, id: str) -> Person:
        """Returns who has an id."""
        return await self.people.person(team, id)

    async def called(self, team: str, name: str) -> Person | None:
        """Returns the member with an id or name (`ana`, whatever its case); None where there is none."""
        return await self.people.called(team, name)

    async def members(self, team: str, place: Place) -> Sequence[Person] | None:
        """Returns the people who can read a place, deactivated ones and bots left out; in a direct message the team.

        None where the server doesn't tell.
        """
        if place.kind == "dm":
            return await self.people.everyone(team) or None
        ids = await self.memberships.members(team, place.channel)
        if ids is None:
            return None
        found = [await self.people.person(team, id) for id in ids]
        return [one for one in found if not one.is_bot and not one.is_gone]

    def speaking_to(self, person: Person) -> Say:
        """Returns what speaks a person's language, in their zone."""
        return self.catalogs.say(person.locale, person.zone)

    async def in_charge(self, team: str, named: str | None) -> Person | None:
        """Returns the person with an id or name (`ana`), else the first admin; None where nobody is known."""
        found = await self.people.called(team, named) if named else None
        return found or await self.people.first_admin(team)

    async def schedule(
        self, skill: str, kind: str, key: str, due_at: datetime, team: str, payload: Mapping[str, Json]
    ) -> bool:
        """Keeps a row that comes back to `skill` as a `due` request at `due_at`, and returns whether it is a new one.

        The same `key` is kept once.
        """
        return await self.due.schedule(skill, kind, key, due_at, team, payload)

    async def queues(self, team: str) -> Queues:
        """Returns how much waits."""

        due = await self.due.count(team)

        def read(connection: Connection) -> Queues:
            open = select(func.count()).where(InboxRow.done_at.is_(None), InboxRow.team == team)
            return Queues(
                open=connection.execute(open).scalar_one(),
                outbox=outbox_rows.count_states(connection),
                due=due,
            )

        return await self.database.run(read)
