"""Cases and drafts in the database. What one person may do once is an update that names the state which it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.support.cases.models import CaseRow, DraftRow

Sessions = async_sessionmaker[AsyncSession]


async def case(sessions: Sessions, team: str, id: str) -> CaseRow | None:
    """Returns a case."""
    async with sessions() as session:
        row = await session.get(CaseRow, id)
    return row if row is not None and row.team == team else None


async def open_case(sessions: Sessions, team: str, channel: str, thread: str) -> CaseRow | None:
    """Returns the newest case of a conversation that is not closed."""
    query = (
        select(CaseRow)
        .where(CaseRow.team == team, CaseRow.channel == channel, CaseRow.thread == thread, CaseRow.status != "closed")
        .order_by(CaseRow.opened_at.desc())
        .limit(1)
    )
    async with sessions() as session:
        return (await session.scalars(query)).first()


async def change_case(sessions: Sessions, id: str, frm: Sequence[str], values: Mapping[str, Any]) -> CaseRow | None:
    """Changes a case whose status is one of `frm` and returns it; None when it is in another."""
    async with sessions.begin() as session:
        changed = await session.execute(
            update(CaseRow)
            .where(CaseRow.id == id, CaseRow.status.in_(list(frm)))
            .values(**values)
            .returning(CaseRow.id)
        )
        if changed.first() is None:
            return None
        return await session.get(CaseRow, id, populate_existing=True)


async def draft(sessions: Sessions, team: str, id: str) -> DraftRow | None:
    """Returns a draft."""
    async with sessions() as session:
        row = await session.get(DraftRow, id)
    return row if row is not None and row.team == team else None


async def decide_draft(
    sessions: Sessions, id: str, decision: str, status: str, by: str, at: float, text: str | None = None
) -> DraftRow | None:
    """Settles a waiting draft by the request `decision` and returns it; None when somebody else was first.

    The same decision done again, after a crash, returns the draft as well.
    """
    values: dict[str, Any] = {"status": status, "decision": decision, "decided_by": by, "decided_at": at}
    if text is not None:
        values["text"] = text
    async with sessions.begin() as session:
        await session.execute(update(DraftRow).where(DraftRow.id == id, DraftRow.status == "waiting").values(**values))
        row = await session.get(DraftRow, id, populate_existing=True)
    return row if row is not None and row.decision == decision else None


async def supersede_drafts(sessions: Sessions, team: str, channel: str, thread: str, but: str) -> list[DraftRow]:
    """Marks the conversation's waiting drafts, `but` one, as superseded by a newer message, and returns them."""
    where = (
        DraftRow.team == team,
        DraftRow.channel == channel,
        DraftRow.thread == thread,
        DraftRow.status == "waiting",
        DraftRow.card != "",
        DraftRow.id != but,
    )
    async with sessions.begin() as session:
        rows = list((await session.scalars(select(DraftRow).where(*where))).all())
        for row in rows:
            row.status = "superseded"
    return rows
