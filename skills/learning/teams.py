"""Which teams there is something to learn for."""

from __future__ import annotations

from sqlalchemy import select

from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.versions import Sessions
from skills.support.book.rows import Books


async def teams_that_learn(sessions: Sessions) -> list[str]:
    """Returns the teams that have an answer book, or from whose people something was collected, in order."""
    async with sessions() as session:
        heard = set(await session.scalars(select(ExampleRow.team).distinct()))
    return sorted(heard | set(await Books(sessions).teams()))
