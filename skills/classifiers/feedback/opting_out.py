"""Taking no part in learning: what a person wrote or judged is removed, and nothing is collected from then on."""

from __future__ import annotations

import time

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.feedback.models import ExampleRow, OptOutRow

Sessions = async_sessionmaker[AsyncSession]


async def has_opted_out(sessions: Sessions, team: str, person: str) -> bool:
    """Returns whether nothing is learned from a person."""
    async with sessions() as session:
        return await session.get(OptOutRow, (team, person)) is not None


async def opted_out(sessions: Sessions, team: str) -> list[str]:
    """Returns the ids of those of a team from whom nothing is learned."""
    async with sessions() as session:
        return list(await session.scalars(select(OptOutRow.person).where(OptOutRow.team == team)))


async def opt_out(sessions: Sessions, team: str, person: str) -> int:
    """Removes every example that the person wrote or labelled; returns how many."""
    async with sessions.begin() as session:
        if await session.get(OptOutRow, (team, person)) is None:
            session.add(OptOutRow(team=team, person=person, at=time.time()))
            await session.flush()
        theirs = or_(ExampleRow.author == person, ExampleRow.judge == person)
        removed = delete(ExampleRow).where(ExampleRow.team == team, theirs).returning(ExampleRow.id)
        return len((await session.scalars(removed)).all())


async def opt_in(sessions: Sessions, team: str, person: str) -> None:
    """Lets the person's texts and feedback be collected again from now on."""
    async with sessions.begin() as session:
        await session.execute(delete(OptOutRow).where(OptOutRow.team == team, OptOutRow.person == person))
