"""What people lately asked for that the bot could not answer, in topics with a name."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from skills.classifiers.registry.versions import Sessions
from skills.learning.weekly.week import COMPARED, Week
from skills.learning.workshop import Workshop
from skills.monitor.alerts.terms import main_terms
from skills.support.book.rows import Books
from skills.support.conversations.models import ConversationRow, TurnRow, in_conversation
from skills.support.learning.naming import name_groups
from skills.support.learning.unanswered import Unanswered, candidates, unanswered

MOST = 3
"""Topics that a report names."""
LEAST = 3
"""Questions that make a topic; what only one person asks is none, however often."""
_PEOPLE = 2
_LOOKED_AT = 20
_WORDS = 3
_NUMBERED = re.compile(r"topic_\d+(_\d+)?")
"""What a group is called that shares no English word."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that ask for the same, the most typical first. `name` may be an intent's, or is empty.

    `words` are what its people say and others don't, `people` how many they are; `count` is how often it was asked,
    the same words by several people counted for each.
    """

    name: str
    words: tuple[str, ...]
    people: int
    count: int
    questions: tuple[Unanswered, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    at: float
    asker: str


async def new_topics(shop: Workshop, team: str, week: Week) -> tuple[Topic, ...]:
    """Returns the topics of the last weeks' questions without an answer that came up in `week`, the largest first.

    What people from whom nothing is learned have asked is not among them. A word of name and `words` was used by two
    people at least.
    """
    questions = await unanswered(shop.sessions, team, week.ago(COMPARED - 1))
    asked = await _asked(shop.sessions, team, [one.id for one in questions])
    questions = [one for one in questions if one.id in asked and asked[one.id].at < week.until]
    alike: dict[str, list[Unanswered]] = defaultdict(list)
    for one in questions:
        alike[_folded(one)].append(one)
    groups = [
        [same for one in members for same in alike[_folded(one)]]
        for members in await candidates(questions, shop.encoders, _LOOKED_AT)
    ]
    groups = [
        members
        for members in sorted(groups, key=len, reverse=True)
        if len(members) >= LEAST
        and len({asked[one.id].asker for one in members}) >= _PEOPLE
        and any(asked[one.id].at >= week.since for one in members)
    ][:MOST]
    book, _ = await Books(shop.sessions).load(team)
    taken = [intent.name for intent in book.intents]
    return await asyncio.to_thread(_named, groups, questions, asked, taken)


def _named(
    groups: Sequence[Sequence[Unanswered]],
    questions: Sequence[Unanswered],
    asked: Mapping[str, _Asked],
    taken: Sequence[str],
) -> tuple[Topic, ...]:
    said = [_by_person(members, asked) for members in groups]
    names = name_groups({str(number): texts for number, texts in enumerate(said)}, taken)
    topics = []
    for number, members in enumerate(groups):
        inside = {one.id for one in members}
        others = _by_person([one for one in questions if one.id not in inside], asked)
        name = names[str(number)]
        topics.append(
            Topic(
                "" if _NUMBERED.fullmatch(name) else name,
                tuple(main_terms(said[number], others, _WORDS)),
                len(said[number]),
                len(members),
                tuple({_folded(one): one for one in members}.values()),
            )
        )
    return tuple(topics)


def _folded(question: Unanswered) -> str:
    return question.text.casefold().strip()


def _by_person(questions: Sequence[Unanswered], asked: Mapping[str, _Asked]) -> list[str]:
    said: dict[str, list[str]] = defaultdict(list)
    for one in questions:
        said[asked[one.id].asker].append(one.text)
    return ["\n".join(texts) for texts in said.values()]


async def _asked(sessions: Sessions, team: str, ids: Sequence[str]) -> dict[str, _Asked]:
    asker = func.coalesce(ConversationRow.asker, TurnRow.thread)
    rows = select(TurnRow.id, TurnRow.at, asker).outerjoin(ConversationRow, in_conversation())
    async with sessions() as session:
        found = await session.execute(rows.where(TurnRow.team == team, TurnRow.id.in_(ids)))
        return {id: _Asked(at, asker) for id, at, asker in found}
