"""What became of each question."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.conversations.models import TurnRow

Sessions = async_sessionmaker[AsyncSession]


async def set_verdict(sessions: Sessions, id: str, verdict: str) -> None:
    """Keeps what somebody thought of the answer of a turn."""
    async with sessions.begin() as session:
        await session.execute(update(TurnRow).where(TurnRow.id == id).values(verdict=verdict))
