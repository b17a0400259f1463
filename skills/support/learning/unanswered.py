"""Questions that nobody could answer, in groups from which a new intent may begin."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.encoders.base import Encoder
from skills.classifiers.feedback.models import OptOutRow
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.conversations.models import ConversationRow, TurnRow, in_conversation
from skills.support.learning.grouping import centrality, group

Sessions = async_sessionmaker[AsyncSession]

UNANSWERED = frozenset({"handover", "rephrase"})
"""What a turn came to where the bot had no answer."""
LATEST = 300
"""So many of the latest unanswered questions are compared with each other."""
ALIKE = 2
"""From so many questions on a group may be an intent that is missing."""
EXAMPLES = 12
"""Questions of a group that a new intent begins with."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that led to no answer, masked."""

    id: str
    text: str
    language: str


async def unanswered(sessions: Sessions, team: str, since: float) -> list[Unanswered]:
    """Returns the latest questions without an answer, none of people from whom nothing is learned."""
    out = select(OptOutRow.person).where(OptOutRow.team == team)
    rows = (
        select(TurnRow.id, TurnRow.question, TurnRow.language)
        .join(ConversationRow, in_conversation())
        .where(TurnRow.team == team, TurnRow.at >= since, TurnRow.path.in_(UNANSWERED), TurnRow.question != "")
        .where(ConversationRow.asker.not_in(out))
        .order_by(TurnRow.at.desc())
        .limit(LATEST)
    )
    async with sessions() as session:
        return [Unanswered(*row) for row in await session.execute(rows)]


async def by_id(sessions: Sessions, team: str, ids: Sequence[str]) -> list[Unanswered]:
    """Returns the questions of some turns, in the order of `ids`."""
    columns = (TurnRow.id, TurnRow.question, TurnRow.language)
    async with sessions() as session:
        rows = await session.execute(
            select(*columns).where(TurnRow.team == team, TurnRow.id.in_(ids), TurnRow.question != "")
        )
        found = {row.id: Unanswered(*row) for row in rows}
    return [found[id] for id in ids if id in found]


def material(members: Sequence[Unanswered], name: str = "") -> str:
    """Returns the value of a button that makes an intent of questions: its name, if it has one, and the turns' ids."""
    ids = " ".join(one.id for one in members[:EXAMPLES])
    return f"{name}:{ids}" if name else ids


async def new_intent(sessions: Sessions, team: str, value: str, book: AnswerBook) -> Intent:
    """Returns what the form of a new intent begins with, by a button's value: see `material`."""
    name, _, ids = value.rpartition(":")
    examples: dict[str, tuple[str, ...]] = {}
    for question in await by_id(sessions, team, ids.split()):
        if question.language in book.languages:
            examples[question.language] = (*examples.get(question.language, ()), question.text)
    return Intent(name, examples=examples)


async def candidates(questions: Sequence[Unanswered], encoders: Sequence[Encoder], most: int) -> list[list[Unanswered]]:
    """Returns groups of questions that ask for the same, the largest first, the most typical question of each first.

    The last of the encoders reads the most languages; it and the grouping run in a thread.
    """
    distinct = list({question.text.casefold().strip(): question for question in questions}.values())
    if len(distinct) < ALIKE or not encoders:
        return []
    return await asyncio.to_thread(_grouped, distinct, encoders[-1], most)


def _grouped(questions: Sequence[Unanswered], encoder: Encoder, most: int) -> list[list[Unanswered]]:
    vectors = encoder.encode([question.text for question in questions], "query")
    of = group(vectors)
    found: list[list[Unanswered]] = []
    for number in range(int(of.max()) + 1):
        members = np.flatnonzero(of == number)
        if len(members) >= ALIKE:
            typical = members[np.argsort(-centrality(vectors[members]), kind="stable")]
            found.append([questions[at] for at in typical])
    return sorted(found, key=len, reverse=True)[:most]
