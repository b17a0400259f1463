"""What all tables of the skill derive from; every row carries its team. Each package holds its own in `models`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
"""Folder of the Alembic branch `support`."""


class Base(DeclarativeBase):
    pass


def row_id(team: str, *parts: str) -> str:
    """Returns the id of what a request made: the same when it is done again after a crash."""
    return hashlib.sha256("\n".join((team, *parts)).encode()).hexdigest()[:32]


async def add_once(sessions: async_sessionmaker[AsyncSession], row: Base) -> bool:
    """Stores a new row; returns False when it is there already."""
    async with sessions.begin() as session:
        if await session.get(type(row), inspect(row).mapper.primary_key_from_instance(row)) is not None:
            return False
        session.add(row)
    return True
