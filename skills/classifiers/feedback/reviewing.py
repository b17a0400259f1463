"""The review queue over collected examples: the least certain first, spread over labels, one reviewer a card."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Person, Services
from skills.classifiers.feedback.models import CorrectionRow, ExampleRow

Sessions = async_sessionmaker[AsyncSession]
Decision = Literal["accepted", "corrected", "dropped"]

HELD_SECONDS = 600.0
"""How long a card that was shown to one reviewer is shown to no other."""

CANDIDATES = 200
"""How many of the least certain examples the next card is chosen from."""

SPREAD = 12
"""Over how many of the last reviewed cards labels are balanced."""


def may_review(person: Person, services: Services) -> bool:
    """Returns whether a person may see and settle what was collected: admins and those of `[reviewers]`."""
    return person.is_admin or person.id in services.reviewers


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open example as far as the order of cards needs it."""

    id: str
    label: str | None
    margin: float | None


def ordered(waiting: Iterable[Waiting], shown: Sequence[str | None]) -> list[Waiting]:
    """Returns examples in the order in which they are shown.

    First those of the labels that were least often among the last `shown`, and of each label the one whose prediction
    was least certain: its two best labels stood closest together (margin sampling; Scheffer et al., Active hidden
    Markov models for information extraction, 2001). What nothing was predicted for is the least certain.
    """
    counts = Counter(shown)
    ranks: Counter[str | None] = Counter()
    keyed = []
    for one in sorted(waiting, key=lambda one: (one.margin or 0.0, one.id)):
        keyed.append((counts[one.label] + ranks[one.label], one.margin or 0.0, one.id, one))
        ranks[one.label] += 1
    return [one for *_, one in sorted(keyed, key=lambda row: row[:3])]


async def next_card(sessions: Sessions, team: str, reviewer: str) -> ExampleRow | None:
    """Returns the example that `reviewer` is to judge, held for them; the one they hold already where there is one.

    None when every open one is held by others, or none is open. Holding is one conditional update, so that of two
    reviewers who ask at once each gets another card.
    """
    now = time.time()
    async with sessions.begin() as session:
        held = select(ExampleRow).where(*_open(team), ExampleRow.held_by == reviewer, ExampleRow.held_until > now)
        mine = (await session.scalars(held.limit(1))).first()
        if mine is not None:
            return mine
        columns = (ExampleRow.id, ExampleRow.predicted, ExampleRow.margin)
        free = (
            select(*columns)
            .where(*_open(team), ExampleRow.held_until <= now)
            .order_by(func.coalesce(ExampleRow.margin, 0.0), ExampleRow.id)
            .limit(CANDIDATES)
        )
        waiting = [Waiting(*row) for row in await session.execute(free)]
        lately = (
            select(ExampleRow.predicted)
            .join(CorrectionRow, CorrectionRow.example == ExampleRow.id)
            .where(CorrectionRow.team == team)
            .order_by(CorrectionRow.at.desc())
            .limit(SPREAD)
        )
        shown = list(await session.scalars(lately))
    for one in ordered(waiting, shown):
        async with sessions.begin() as session:
            hold = (
                update(ExampleRow)
                .where(ExampleRow.id == one.id, *_open(team), ExampleRow.held_until <= now)
                .values(held_by=reviewer, held_until=now + HELD_SECONDS)
                .returning(ExampleRow.id)
            )
            if (await session.execute(hold)).first() is not None:
                return await session.get(ExampleRow, one.id)
    return None


async def find(sessions: Sessions, team: str, id: str) -> ExampleRow | None:
    """Returns a team's example."""
    async with sessions() as session:
        row = await session.get(ExampleRow, id)
        return row if row is not None and row.team == team else None


async def settle(
    sessions: Sessions,
    team: str,
    id: str,
    reviewer: str,
    decision: Decision,
    label: str | None = None,
    *,
    at: float | None = None,
) -> bool:
    """Writes down what a reviewer decided: `accepted` keeps the example's label, `corrected` takes `label`.

    `at` is when, by the clock that dates feedback (epoch seconds), now without it.
    Returns False when the example is gone or another had decided before. Raises ValueError for an accepted or
    corrected example without a label.
    """
    async with sessions.begin() as session:
        return await decide(session, team, id, reviewer, decision, label, at=time.time() if at is None else at)


async def decide(
    session: AsyncSession, team: str, id: str, reviewer: str, decision: Decision, label: str | None, *, at: float
) -> bool:
    """Does what `settle` does as a part of somebody's transaction."""
    row = await session.get(ExampleRow, id, with_for_update=True)
    if row is None or row.team != team or row.state != "open":
        return False
    settled = row.label or row.predicted if decision == "accepted" else label
    if decision == "dropped":
        settled = None
    elif settled is None:
        raise ValueError(f"example {id} can't be {decision} without a label")
    decided = (
        update(ExampleRow)
        .where(ExampleRow.id == id, ExampleRow.state == "open")
        # What nobody had said anything of is the reviewer's word alone.
        .values(state=decision, label=settled, held_by=None, held_until=0.0, judge=row.judge or reviewer)
        .returning(ExampleRow.id)
    )
    if (await session.execute(decided)).first() is None:
        return False
    session.add(
        CorrectionRow(
            team=team,
            example=id,
            person=reviewer,
            at=at,
            state_before="open",
            label_before=row.given,
            state=decision,
            label=settled,
        )
    )
    return True


async def skip(sessions: Sessions, team: str, id: str, reviewer: str) -> None:
    """Puts a card aside: it comes back, to anybody, when what is held now is free again."""
    async with sessions.begin() as session:
        aside = update(ExampleRow).where(ExampleRow.id == id, ExampleRow.team == team, ExampleRow.held_by == reviewer)
        await session.execute(aside.values(held_by=None, held_until=time.time() + HELD_SECONDS))


async def left(sessions: Sessions, team: str) -> int:
    """Returns how many examples wait for a review."""
    async with sessions() as session:
        return int(await session.scalar(select(func.count()).where(*_open(team))) or 0)


async def by_reviewer(sessions: Sessions, team: str, since: float) -> dict[str, int]:
    """Returns how many examples each person settled since a time, the most first."""
    count = func.count()
    made = (
        select(CorrectionRow.person, count)
        .where(CorrectionRow.team == team, CorrectionRow.at >= since)
        .group_by(CorrectionRow.person)
        .order_by(count.desc())
    )
    async with sessions() as session:
        return {str(person): int(number) for person, number in await session.execute(made)}


async def labels(sessions: Sessions, team: str, task: str) -> set[str]:
    """Returns the labels that occur among a team's examples of a task."""
    seen = select(ExampleRow.label, ExampleRow.predicted).where(ExampleRow.team == team, ExampleRow.task == task)
    async with sessions() as session:
        rows = await session.execute(seen.distinct())
        return {label for row in rows for label in row if label is not None}


def _open(team: str) -> tuple[ColumnElement[bool], ...]:
    return (ExampleRow.team == team, ExampleRow.state == "open")
