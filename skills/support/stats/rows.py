"""What the statistics read of the tables: turns, cases, drafts and support channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.cases.models import CaseRow, DraftRow
from skills.support.conversations.models import TurnRow
from skills.support.settings.models import ChannelRow
from skills.support.stats.reckoning import Taken, Turn

if TYPE_CHECKING:
    pass

Sessions = async_sessionmaker[AsyncSession]


async def turns(sessions: Sessions, team: str, since: float) -> list[Turn]:
    """Returns a team's turns since a time (epoch seconds)."""
    columns = (
        TurnRow.at,
        TurnRow.channel,
        TurnRow.thread,
        TurnRow.path,
        TurnRow.intent,
        TurnRow.drafted,
        TurnRow.verdict,
    )
    async with sessions() as session:
        rows = await session.execute(select(*columns).where(TurnRow.team == team, TurnRow.at >= since))
        return [Turn(*row) for row in rows]


async def taken(sessions: Sessions, team: str, since: float) -> list[Taken]:
    """Returns the cases that were opened and the drafts that were made and sent since a time."""
    cases = select(CaseRow).where(CaseRow.team == team, CaseRow.opened_at >= since)
    sent = DraftRow.status.in_(("sent", "edited"))
    drafts = select(DraftRow).where(DraftRow.team == team, DraftRow.made_at >= since, sent)
    async with sessions() as session:
        handed = [
            Taken(row.channel, row.thread, row.opened_at, row.replied_at or row.claimed_at, row.closed_at)
            for row in await session.scalars(cases)
        ]
        approved = [
            Taken(row.channel, row.thread, row.made_at, row.decided_at, None) for row in await session.scalars(drafts)
        ]
    return handed + approved


async def channels(sessions: Sessions, team: str) -> list[str]:
    """Returns the support channels."""
    async with sessions() as session:
        return list(await session.scalars(select(ChannelRow.channel).where(ChannelRow.team == team)))
