"""What was said between a customer and the bot in one thread, and what it waits for: kept over turns and restarts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Place, Request
from skills.support.conversations.models import ConversationRow

SAID_MOST = 8
LONGEST = 500
"""How many of the asker's messages are kept, and how many characters of each: for slots, and for the card."""

OPEN_SECONDS = 7 * 86400.0
"""How long after its last turn a thread is still the support skill's."""
ALONE_SECONDS = 1800.0
"""The same where there is no thread: a command, or a new line in the conversation with the bot."""
KEPT_SECONDS = 90 * 86400.0


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation stands.

    `intent` was answered or asked about last; `pending_intent` waits for `pending_slot`, which was asked for `asked`
    times. `stage` of the fall-back: choice, rephrase. `question` is the message that the matter began with.
    """

    said: tuple[tuple[str, str], ...] = ()
    question: str = ""
    intent: str = ""
    pending_intent: str = ""
    pending_slot: str = ""
    asked: int = 0
    stage: str = ""
    language: str = ""

    def heard(self, ts: str, text: str) -> State:
        """Returns the state with one more message of the asker's."""
        if any(known == ts for known, _ in self.said):
            return self
        return replace(self, said=(*self.said, (ts, text[:LONGEST]))[-SAID_MOST:])

    def settled(self) -> State:
        """Returns the state with nothing waited for any longer."""
        return replace(self, pending_intent="", pending_slot="", asked=0, stage="")

    @property
    def texts(self) -> tuple[str, ...]:
        """What the asker said, oldest first."""
        return tuple(text for _, text in self.said)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation; `thread` as in `ConversationRow`."""

    team: str
    channel: str
    thread: str
    asker: str
    state: State = field(default_factory=State)


def thread_of(request: Request) -> str:
    """Returns under which thread a request's conversation is kept."""
    place = request.place
    return place.thread or place.message or alone(request.person.id)


def alone(person: str) -> str:
    """Returns the name of what one person says where there is no thread."""
    return f"~{person}"


class Conversations:
    """Keeps conversations; which threads are open is known in memory, other replicas' within `REFRESH` seconds."""

    REFRESH = 10.0

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str], float] = {}
        self._read_at = 0.0
        self._forgot_at = 0.0

    async def is_open(self, sessions: async_sessionmaker[AsyncSession], team: str, place: Place) -> bool:
        """Returns whether what is said in `place` goes on with a conversation.

        In a conversation with one person so may any thread, once a colleague has written there without one.
        """
        await self._refresh(sessions)
        if not place.thread:
            return False
        now = time.time()
        if now - self._open.get((team, place.channel, place.thread), 0.0) < OPEN_SECONDS:
            return True
        return place.kind == "dm" and any(
            of == team and channel == place.channel and thread.startswith("~") and now - at < OPEN_SECONDS
            for (of, channel, thread), at in self._open.items()
        )

    async def find(self, sessions: async_sessionmaker[AsyncSession], request: Request) -> Conversation | None:
        """Returns the conversation that a message or command goes on with; None for one that begins."""
        thread = thread_of(request) if request.place.thread or not request.place.message else ""
        if not thread:
            return None
        async with sessions() as session:
            row = await session.get(ConversationRow, (request.team, request.place.channel, thread))
        if row is None:
            return None
        found = _conversation(row)
        alone_here = thread.startswith("~")
        if alone_here and not (found.state.pending_intent or found.state.stage):
            return None
        return None if time.time() - row.updated_at > (ALONE_SECONDS if alone_here else OPEN_SECONDS) else found

    async def get(
        self, sessions: async_sessionmaker[AsyncSession], team: str, channel: str, thread: str
    ) -> Conversation | None:
        """Returns a conversation by where it is."""
        async with sessions() as session:
            row = await session.get(ConversationRow, (team, channel, thread))
        return None if row is None else _conversation(row)

    async def keep(self, sessions: async_sessionmaker[AsyncSession], conversation: Conversation) -> None:
        """Stores where a conversation stands."""
        now = time.time()
        async with sessions.begin() as session:
            await session.merge(
                ConversationRow(
                    team=conversation.team,
                    channel=conversation.channel,
                    thread=conversation.thread,
                    asker=conversation.asker,
                    state=asdict(conversation.state),
                    updated_at=now,
                )
            )
        self._open[conversation.team, conversation.channel, conversation.thread] = now

    async def forget_message(self, sessions: async_sessionmaker[AsyncSession], team: str, place: Place) -> None:
        """Drops the words of a deleted message; a conversation that began with it goes as a whole."""
        if not place.message:
            return
        where = (ConversationRow.team == team, ConversationRow.channel == place.channel)
        async with sessions.begin() as session:
            await session.execute(delete(ConversationRow).where(*where, ConversationRow.thread == place.message))
            row = await session.get(ConversationRow, (team, place.channel, place.thread or place.message))
            if row is not None:
                said = [one for one in row.state.get("said", []) if one[0] != place.message]
                await session.execute(
                    update(ConversationRow)
                    .where(*where, ConversationRow.thread == row.thread)
                    .values(state={**row.state, "said": said})
                )
        self._open.pop((team, place.channel, place.message), None)

    async def _refresh(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        if time.monotonic() - self._read_at < self.REFRESH and self._read_at:
            return
        self._read_at = time.monotonic()
        since = time.time() - OPEN_SECONDS
        async with sessions() as session:
            query = select(
                ConversationRow.team, ConversationRow.channel, ConversationRow.thread, ConversationRow.updated_at
            ).where(ConversationRow.updated_at > since)
            self._open = {(row.team, row.channel, row.thread): row.updated_at for row in await session.execute(query)}
        if time.monotonic() - self._forgot_at > 3600 or not self._forgot_at:
            self._forgot_at = time.monotonic()
            async with sessions.begin() as session:
                await session.execute(
                    delete(ConversationRow).where(ConversationRow.updated_at < time.time() - KEPT_SECONDS)
                )


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(row.team, row.channel, row.thread, row.asker, _state(row.state))


def _state(kept: Mapping[str, Any]) -> State:
    said = tuple((str(ts), str(text)) for ts, text in kept.get("said", ()))
    known = {name: kept[name] for name in State.__dataclass_fields__ if name in kept and name != "said"}
    return State(said=said, **known)
