"""Taking no part in learning: what is kept of past conversations no longer holds the person's words.

Questions, and what was said in threads, are emptied; so are cases that are closed and drafts that are settled. The rows
stay, for the numbers and so that a thread goes on. What people are still working on keeps its words until it is done
(`unlearn_done`), and `skills.classifiers.feedback.collected` learns nothing of it.
"""

from __future__ import annotations

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.classifiers.feedback.opting_out import has_opted_out
from skills.support.cases.models import CaseRow, DraftRow
from skills.support.conversations.models import ConversationRow, TurnRow, in_conversation
from skills.support.conversations.threads import alone


async def unlearn(sessions: async_sessionmaker[AsyncSession], team: str, person: str) -> int:
    """Empties what a person wrote in past conversations, and returns how many questions were kept."""
    theirs = exists().where(in_conversation(), ConversationRow.asker == person)
    # What was asked by command, or in somebody else's thread, is kept under their own name.
    own = TurnRow.thread.endswith(alone(person), autoescape=True)
    async with sessions.begin() as session:
        emptied = await session.scalars(
            update(TurnRow)
            .where(TurnRow.team == team, TurnRow.question != "", or_(theirs, own))
            .values(question="")
            .returning(TurnRow.id)
            .execution_options(synchronize_session=False)
        )
        count = len(emptied.all())
        said = select(ConversationRow).where(ConversationRow.team == team, ConversationRow.asker == person)
        for row in await session.scalars(said):
            row.state = {**row.state, "said": [], "question": ""}
        await _empty_done(session, team, person)
    return count


async def unlearn_done(sessions: async_sessionmaker[AsyncSession], team: str, person: str) -> None:
    """Empties the closed cases and settled drafts of somebody who takes no part in learning."""
    if await has_opted_out(sessions, team, person):
        async with sessions.begin() as session:
            await _empty_done(session, team, person)


async def _empty_done(session: AsyncSession, team: str, person: str) -> None:
    closed = select(CaseRow).where(CaseRow.team == team, CaseRow.asker == person, CaseRow.status == "closed")
    for case in await session.scalars(closed):
        case.about = {**case.about, "said": []}
    settled = DraftRow.status.not_in(("waiting", "rejected"))
    await session.execute(
        update(DraftRow)
        .where(DraftRow.team == team, DraftRow.asker == person, settled)
        .values(question="")
        .execution_options(synchronize_session=False)
    )
