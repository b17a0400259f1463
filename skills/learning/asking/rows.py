"""What is done with cards' rows: kept once, settled by one press, and found again when their text is to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skills.classifiers.feedback.models import CorrectionRow, ExampleRow
from skills.classifiers.feedback.reviewing import Decision, decide
from skills.classifiers.registry.versions import Sessions
from skills.learning.asking.tables import CardRow


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody says by a card: a `label`, or None to put it aside."""

    person: str
    label: str | None
    at: float


async def of_day(sessions: Sessions, team: str, day: str) -> Sequence[CardRow]:
    """Returns the cards of a day, in order."""
    cards = select(CardRow).where(CardRow.team == team, CardRow.day == day).order_by(CardRow.number)
    async with sessions() as session:
        return (await session.scalars(cards)).all()


async def get(sessions: Sessions, team: str, id: str) -> CardRow | None:
    """Returns a team's card."""
    async with sessions() as session:
        row = await session.get(CardRow, id)
        return row if row is not None and row.team == team else None


async def of_example(sessions: Sessions, team: str, example: str) -> CardRow | None:
    """Returns the card on which an example stands, if any."""
    async with sessions() as session:
        cards = select(CardRow).where(CardRow.team == team, CardRow.example == example)
        return (await session.scalars(cards)).first()


async def waiting(sessions: Sessions, team: str) -> int:
    """Returns how many cards nobody has answered."""
    async with sessions() as session:
        opened = select(func.count()).where(CardRow.team == team, CardRow.state == "open")
        return int(await session.scalar(opened) or 0)


async def keep(sessions: Sessions, team: str, day: str, cards: Sequence[CardRow]) -> Sequence[CardRow]:
    """Keeps the cards of a day and returns them; those that are kept already where another process was faster."""
    try:
        async with sessions.begin() as session:
            session.add_all(cards)
    except IntegrityError:
        return await of_day(sessions, team, day)
    return cards


async def stands(sessions: Sessions, card: CardRow, answer: str) -> None:
    """Writes down under which answer's id a card stands."""
    card.answer = answer
    async with sessions.begin() as session:
        await session.execute(update(CardRow).where(CardRow.id == card.id).values(answer=answer))


async def example_of(sessions: Sessions, card: CardRow) -> ExampleRow | None:
    """Returns what a card is about; None where that was forgotten."""
    async with sessions() as session:
        return await session.get(ExampleRow, card.example)


async def settle(sessions: Sessions, card: CardRow, press: Press) -> CardRow | None:
    """Does what a press says, if it is the first one; returns the card as it stands then, None when it is gone.

    Card and example change in one transaction, so that of two presses at once one counts.
    """
    async with sessions.begin() as session:
        # Written first: SQLite refuses to write where somebody else has since this transaction read.
        state = "settled" if press.label is not None else "skipped"
        first = update(CardRow).where(CardRow.id == card.id, CardRow.state == "open")
        values = {"state": state, "by": press.person, "label": press.label}
        mine = (await session.execute(first.values(values).returning(CardRow.id))).first() is not None
        if mine and press.label is not None:
            await _decide(session, card, press, press.label)
    return await get(sessions, card.team, card.id)


async def _decide(session: AsyncSession, card: CardRow, press: Press, label: str) -> None:
    row = await session.get(ExampleRow, card.example)
    if row is None:
        await _put(session, card, await _elsewhere(session, card))
        return
    decision: Decision = "accepted" if label == (row.label or row.predicted) else "corrected"
    if not await decide(session, card.team, row.id, press.person, decision, label, at=press.at):
        await _put(session, card, await _elsewhere(session, card))


async def follow(sessions: Sessions, team: str) -> Sequence[CardRow]:
    """Returns the cards whose examples were reviewed elsewhere or forgotten since, changed accordingly."""
    settled = exists().where(ExampleRow.id == CardRow.example, ExampleRow.state != "open")
    gone = ~exists().where(ExampleRow.id == CardRow.example)
    late = (CardRow.state == "open") & settled | (CardRow.state != "gone") & gone
    async with sessions() as session:
        cards = (await session.scalars(select(CardRow).where(CardRow.team == team, late))).all()
        changes = [(card, await _elsewhere(session, card)) for card in cards]
    return await _changed(sessions, changes)


async def old(sessions: Sessions, team: str, before: float) -> Sequence[CardRow]:
    """Returns the cards from before a time (epoch seconds) that showed their text till now, and marks them as bare.

    Those that nobody answered wait no longer.
    """
    showing = select(CardRow).where(CardRow.team == team, CardRow.at < before, CardRow.bare.is_(False))
    async with sessions() as session:
        cards = (await session.scalars(showing)).all()
    changes = [(card, {"bare": True, "state": "skipped" if card.state == "open" else card.state}) for card in cards]
    return await _changed(sessions, changes)


async def _changed(sessions: Sessions, changes: Sequence[tuple[CardRow, dict[str, Any]]]) -> Sequence[CardRow]:
    """Returns the cards that were still as they were read, and are changed now."""
    found = []
    async with sessions.begin() as session:
        for card, values in changes:
            as_read = update(CardRow).where(CardRow.id == card.id, CardRow.state == card.state)
            changed = await session.execute(as_read.values(values).returning(CardRow.id))
            if changed.first() is not None:
                found.append((card, values))
    for card, values in found:
        for name, value in values.items():
            setattr(card, name, value)
    return [card for card, _ in found]


async def _elsewhere(session: AsyncSession, card: CardRow) -> dict[str, Any]:
    """Returns what became of a card's example: who decided what about it, or that it is gone."""
    row = await session.get(ExampleRow, card.example)
    if row is None:
        return {"state": "gone", "by": None, "label": None, "bare": True}
    last = select(CorrectionRow.person).where(CorrectionRow.example == row.id).order_by(CorrectionRow.id.desc())
    return {"state": "settled", "by": await session.scalar(last.limit(1)), "label": row.label}


async def _put(session: AsyncSession, card: CardRow, values: dict[str, Any]) -> None:
    await session.execute(update(CardRow).where(CardRow.id == card.id).values(values))
