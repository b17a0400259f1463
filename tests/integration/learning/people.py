"""People who say what they think of answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.desk import DeskSkill
from skills.base import Person, Place, Request
from skills.catalogs import Catalogs
from skills.classifiers.feedback.collected import Written
from skills.classifiers.feedback.models import CorrectionRow, ExampleRow

TEAM = "T0TEST"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAY = Catalogs([DeskSkill.catalogs])
_ids = count(1)


@dataclass
class Learning:
    """What `collect` uses of the bot's services."""

    sessions: async_sessionmaker[AsyncSession]

    async def examples(self) -> list[ExampleRow]:
        async with self.sessions() as session:
            return list(await session.scalars(select(ExampleRow).order_by(ExampleRow.at, ExampleRow.id)))

    async def corrections(self) -> list[CorrectionRow]:
        async with self.sessions() as session:
            return list(await session.scalars(select(CorrectionRow).order_by(CorrectionRow.id)))


def request(who: str, **more: Any) -> Request:
    """A press of `who`."""
    zone = ZoneInfo("UTC")
    fields: dict[str, Any] = {
        "id": f"r{next(_ids)}",
        "team": TEAM,
        "person": Person(who, who.lower(), "en-US", zone),
        "place": Place("C1", "channel", message="1.0"),
        "say": SAY.say("en-US", zone),
        "now": NOW,
        "kind": "action",
    }
    return Request(**{**fields, **more})


def written(text: str, author: str = "U_ANA", **more: Any) -> Written:
    """What `author` wrote, read as a question about an order."""
    fields: dict[str, Any] = {"language": "en", "predicted": "order_status", "probability": 0.8, "margin": 0.5}
    return Written(text, author, **{**fields, **more})
