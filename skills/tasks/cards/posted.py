"""The messages that show a task: which there are, and that they are edited when it changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Place, Services
from skills.catalogs import Say
from skills.dialects import INSERT
from skills.reply import Reply
from skills.tasks.store.tables import CardRow
from skills.tasks.store.task import Task

Draw = Callable[[Task, Say], Awaitable[Reply]]
"""Returns the card of a task as it stands now, in somebody's language."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One message that shows a task. `person` is who alone reads it; `version` the one of the task that it shows."""

    answer: str
    place: Place
    person: str | None
    language: str
    version: int


class Cards:
    """Cards kept in place."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def keep(self, task: Task, answer: str, place: Place, say: Say, person: str | None = None) -> None:
        """Remembers that a message shows a task, written by `say`; once, however often it is said."""
        values = {
            "answer": answer,
            "team": task.team,
            "task": task.id,
            "channel": place.channel,
            "place_kind": place.kind,
            "thread": place.thread,
            "person": person,
            "language": say.language,
            "shown": task.version,
        }
        async with self._sessions.begin() as session:
            insert = INSERT[session.get_bind().dialect.name](CardRow).values(values)
            await session.execute(insert.on_conflict_do_nothing())

    async def of(self, task: Task) -> list[Posted]:
        """Returns the messages that show a task, the oldest first."""
        query = select(CardRow).where(CardRow.team == task.team, CardRow.task == task.id).order_by(CardRow.answer)
        async with self._sessions() as session:
            return [_posted(row) for row in await session.scalars(query)]

    async def kept(self, answer: str) -> Posted | None:
        """Returns the message of an answer id, if it is one that is kept in place."""
        async with self._sessions() as session:
            row = await session.get(CardRow, answer)
            return None if row is None else _posted(row)

    async def speaking(self, task: Task, posted: Posted, services: Services) -> Say:
        """Returns what speaks as a message was written: in its language, in the zone of its reader or of the asker."""
        person = await services.person(task.team, posted.person or task.asker)
        return services.speaking_to(person).speaking(posted.language)

    async def refresh(self, task: Task, services: Services, draw: Draw, *, but: str | None = None) -> None:
        """Edits the messages that show an older version of a task; the one with the answer id `but` is left alone."""
        for posted in await self.of(task):
            if posted.version >= task.version or posted.answer == but:
                continue
            say = await self.speaking(task, posted, services)
            await services.post(
                await draw(task, say),
                task.team,
                posted.place,
                f"card:{posted.answer}:{task.version}",
                skill="tasks",
                edits=posted.answer,
                say=say,
            )
            await self._shown(posted.answer, task.version)
        if but is not None:
            await self._shown(but, task.version)

    async def _shown(self, answer: str, version: int) -> None:
        async with self._sessions.begin() as session:
            newer = update(CardRow).where(CardRow.answer == answer, CardRow.shown < version)
            await session.execute(newer.values(shown=version))


def _posted(row: CardRow) -> Posted:
    place = Place(row.channel, cast(Any, row.place_kind), row.thread)
    return Posted(row.answer, place, row.person, row.language, row.shown)
