"""What was said before: the outbox read as a record, for buttons, follow-ups, edits and deletions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store.engine import Database
from bot.store.models import OutboxRow
from index.types import Turn
from skills.base import Answer, Place

PRIVATE = ("ephemeral", "respond")
"""Kinds of answers that one person alone has seen."""

_POSTED = (OutboxRow.kind == "post") | ((OutboxRow.kind == "update") & OutboxRow.target.is_(None))
"""Messages for all who read along. An update without a target is an answer that was streamed."""

TURNS = 6
"""How many earlier turns of a thread a follow-up question is read with."""

_columns = (
    OutboxRow.id,
    OutboxRow.kind,
    OutboxRow.channel,
    OutboxRow.thread,
    OutboxRow.person,
    OutboxRow.payload,
    OutboxRow.skill,
    OutboxRow.asker,
    OutboxRow.question,
    OutboxRow.question_ts,
    OutboxRow.memory,
    OutboxRow.created_at,
)


class Answers:
    """Looks up earlier answers, one indexed query each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, team: str, id: str, place: Place) -> Answer | None:
        """Returns the answer with that id, if it was given in the channel of `place`."""

        def read(connection: Connection) -> Row[Any] | None:
            query = select(*_columns).where(
                OutboxRow.team == team, OutboxRow.id == id, OutboxRow.channel == place.channel
            )
            return connection.execute(query).first()

        row = await self._database.run(read)
        return None if row is None else _answer(row, place)

    async def standing_at(self, team: str, place: Place) -> Answer | None:
        """Returns the answer whose message is the first of the thread `place.thread`; None where none is."""

        def read(connection: Connection) -> Row[Any] | None:
            query = select(*_columns).where(
                OutboxRow.team == team, OutboxRow.channel == place.channel, OutboxRow.ts == place.thread
            )
            return connection.execute(query.order_by(OutboxRow.seq)).first()

        row = await self._database.run(read) if place.thread else None
        return None if row is None else _answer(row, place)

    async def to_question(self, team: str, channel: str, ts: str) -> Sequence[Answer]:
        """Returns the posted answers to the message `ts`, in the order in which they were posted."""

        def read(connection: Connection) -> Sequence[Row[Any]]:
            query = (
                select(*_columns)
                .where(
                    OutboxRow.team == team,
                    OutboxRow.channel == channel,
                    OutboxRow.question_ts == ts,
                    _POSTED,
                )
                .order_by(OutboxRow.seq)
            )
            return connection.execute(query).all()

        place = Place(channel, "channel", message=ts)
        return [_answer(row, place) for row in await self._database.run(read)]

    async def turns(self, team: str, channel: str, thread: str, person: str, ts: str) -> tuple[Turn, ...] | None:
        """Returns what was asked and answered in a thread before the message `ts`, oldest first.

        None when the bot has not joined the thread. What others than `person` were told privately is left out, and so
        is what was said to the message itself before it was edited.
        """

        def read(connection: Connection) -> Sequence[Row[Any]]:
            query = (
                select(*_columns)
                .where(
                    OutboxRow.team == team,
                    OutboxRow.channel == channel,
                    OutboxRow.thread == thread,
                    _POSTED | OutboxRow.kind.in_(PRIVATE),
                )
                .order_by(OutboxRow.seq.desc())
                .limit(TURNS)
            )
            return connection.execute(query).all()

        rows = await self._database.run(read)
        if not any(row.kind not in PRIVATE for row in rows):
            return None
        turns: list[Turn] = []
        for row in reversed(rows):
            if row.question_ts == ts or (row.kind in PRIVATE and row.asker != person):
                continue
            if row.question:
                turns.append(Turn("user", row.question))
            turns.append(Turn("agent", str(row.payload.get("text", ""))))
        return tuple(turns)

    async def known(self, team: str, channel: str, stamps: Collection[str]) -> frozenset[str]:
        """Returns which of these messages' ts are recorded as answers."""
        query = select(OutboxRow.ts).where(
            OutboxRow.team == team, OutboxRow.channel == channel, OutboxRow.ts.in_(list(stamps))
        )
        found = await self._database.run(lambda connection: connection.execute(query).scalars().all())
        return frozenset(ts for ts in found if ts is not None)

    async def said_at(self, team: str, channel: str, ts: str) -> str | None:
        """Returns the id of the answer to a question that stands in this message; None for any other message."""
        query = select(OutboxRow.id).where(
            OutboxRow.team == team, OutboxRow.channel == channel, OutboxRow.ts == ts, OutboxRow.question != ""
        )
        return await self._database.run(lambda connection: connection.execute(query).scalars().first())

    async def latest(self, team: str, person: str, count: int, but: str) -> Sequence[tuple[Answer, float]]:
        """Returns the latest answers to `person`'s questions, the newest first, with their epoch seconds.

        Those of the skill `but` are left out; what a command settled was no question (see `outgoing`).
        """

        def read(connection: Connection) -> Sequence[Row[Any]]:
            query = (
                select(*_columns)
                .where(
                    OutboxRow.team == team, OutboxRow.asker == person, OutboxRow.question != "", OutboxRow.skill != but
                )
                .order_by(OutboxRow.seq.desc())
                .limit(count)
            )
            return connection.execute(query).all()

        rows = await self._database.run(read)
        return [(_answer(row, Place(row.channel, "channel")), row.created_at) for row in rows]


def _answer(row: Row[Any], place: Place) -> Answer:
    return Answer(
        id=row.id,
        skill=row.skill,
        asker=row.asker,
        question=row.question,
        place=Place(row.channel, place.kind, row.thread, row.question_ts),
        memory=row.memory,
    )
