"""What the classifiers read lately and what they said of it: of customers' questions, posts, and cases.

People from whom nothing is learned are left out: their words are not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import func, select

from skills.classifiers.feedback.collected import NONE
from skills.classifiers.feedback.models import OptOutRow
from skills.classifiers.registry.versions import Sessions
from skills.learning.weekly.week import COMPARED, Week
from skills.monitor.sources.mailbox import MailboxSource
from skills.monitor.sources.slack_channel import SlackSource
from skills.monitor.sources.tables import PostRow, SourceRow
from skills.monitor.watches.tables import ReadingRow
from skills.support.cases.models import CaseRow
from skills.support.conversations.models import ConversationRow, TurnRow, in_conversation
from skills.support.learning.grouping import spread
from skills.support.stats.reckoning import NO_QUESTION

Row = TypeVar("Row")

MOST_READ = 2_000
"""Texts of a time whose labels and probabilities count, drawn evenly over it."""
MOST_TEXTS = 300
"""Texts of a time that are encoded, drawn evenly over it: two seconds' work for each time."""
OF_ONE = 10
"""Questions a week of one person that count: a week in which somebody tries the bot out is no drift."""
_LONGEST = 1_000
"""Characters of a text; the encoders read no more."""
_FOR_SOME = frozenset({MailboxSource.kind, SlackSource.kind})
_SURE = ("template", "slot", "choice")
"""What a question came to when it was taken for an intent with some probability."""


@dataclass(frozen=True, slots=True)
class Read:
    """One text, and the labels that tasks gave it. `key` names it; `probabilities` are those that were kept.

    `text` is empty where it is not looked at; `told`: words of it may be told.
    """

    key: str
    author: str
    labels: dict[str, str]
    probabilities: dict[str, float] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    told: bool = True


@dataclass(frozen=True, slots=True)
class Times:
    """What was read in a week, and in the weeks before that it is held against."""

    before: Sequence[Read]
    now: Sequence[Read]


async def questions(sessions: Sessions, team: str, week: Week) -> Times:
    """Returns the customers' questions, with their intents. What was picked by a button has no probability."""
    return Times(
        await _questions(sessions, team, week.ago(COMPARED), week.since, COMPARED * OF_ONE),
        await _questions(sessions, team, week.since, week.until, OF_ONE),
    )


async def _questions(sessions: Sessions, team: str, since: float, until: float, of_one: int) -> list[Read]:
    author = func.coalesce(ConversationRow.asker, TurnRow.thread)
    asked = (
        select(TurnRow.id, author, TurnRow.path, TurnRow.intent, TurnRow.probability)
        .outerjoin(ConversationRow, in_conversation())
        .where(TurnRow.team == team, TurnRow.at >= since, TurnRow.at < until)
        .where(TurnRow.question != "", TurnRow.path.not_in(NO_QUESTION))
        .order_by(TurnRow.at, TurnRow.id)
    )
    async with sessions() as session:
        found = [
            Read(
                id,
                asker,
                {"intent": intent or NONE},
                {"intent": probability} if path in _SURE and intent and probability < 1.0 else {},
            )
            for id, asker, path, intent, probability in await session.execute(asked)
        ]
        kept = evenly(capped(found, of_one), MOST_READ)
        drawn = [one.key for one in evenly(kept, MOST_TEXTS)]
        texts = await session.execute(select(TurnRow.id, TurnRow.question).where(TurnRow.id.in_(drawn)))
        said = dict(texts.all())
    return [replace(one, text=said.get(one.key, "")[:_LONGEST]) for one in kept]


async def posts(sessions: Sessions, team: str, week: Week) -> Times:
    """Returns the posts that the monitor read, without copies, with feeling and topic.

    No words are told of what came from mailboxes and channels, which not everybody can read.
    """
    return Times(
        await _posts(sessions, team, week.ago(COMPARED), week.since),
        await _posts(sessions, team, week.since, week.until),
    )


async def _posts(sessions: Sessions, team: str, since: float, until: float) -> list[Read]:
    own = ReadingRow.leader == ReadingRow.post
    when = (ReadingRow.team == team, ReadingRow.at >= since, ReadingRow.at < until, own)
    async with sessions() as session:
        count = int(await session.scalar(select(func.count()).where(*when)) or 0)
        # Posts are numbered as they come: every so many of them is a draw over the whole time.
        nth = (ReadingRow.post % max(1, count // MOST_READ)) == 0
        columns = (ReadingRow.post, ReadingRow.sentiment, ReadingRow.probability, ReadingRow.topic)
        asked = select(*columns).where(*when, nth).order_by(ReadingRow.post)
        rows = evenly((await session.execute(asked)).all(), MOST_READ)
        drawn = [row[0] for row in evenly(rows, MOST_TEXTS)]
        kept = (
            select(PostRow.id, PostRow.title, PostRow.text, SourceRow.kind)
            .outerjoin(SourceRow, SourceRow.id == PostRow.source)
            .where(PostRow.id.in_(drawn))
        )
        said = {id: (f"{title}\n{text}".strip(), kind) for id, title, text, kind in await session.execute(kept)}
    found = []
    for post, sentiment, probability, topic in rows:
        text, kind = said.get(post, ("", None))
        labels, key = {"sentiment": sentiment, "topic": topic or NONE}, str(post)
        told = kind is not None and kind not in _FOR_SOME
        found.append(Read(key, key, labels, {"sentiment": probability}, text[:_LONGEST], told))
    return found


async def cases(sessions: Sessions, team: str, week: Week) -> Times:
    """Returns the cases that were handed to people, with the priority that was read for sure."""
    return Times(
        await _cases(sessions, team, week.ago(COMPARED), week.since),
        await _cases(sessions, team, week.since, week.until),
    )


async def _cases(sessions: Sessions, team: str, since: float, until: float) -> list[Read]:
    out = select(OptOutRow.person).where(OptOutRow.team == team)
    opened = (
        select(CaseRow.id, CaseRow.asker, CaseRow.about)
        .where(CaseRow.team == team, CaseRow.opened_at >= since, CaseRow.opened_at < until)
        .where(CaseRow.asker.not_in(out))
        .order_by(CaseRow.opened_at)
    )
    async with sessions() as session:
        rows = (await session.execute(opened)).all()
    return [Read(id, asker, {"priority": label}) for id, asker, about in rows if (label := about.get("priority"))]


def capped(read: Sequence[Read], most: int) -> list[Read]:
    """Returns what was read without what one author has beyond `most`, theirs drawn evenly; the order stays."""
    of_one: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(read):
        of_one[one.author].append(place)
    kept = sorted(place for places in of_one.values() for place in spread(places, most))
    return [read[place] for place in kept]


def evenly(rows: Sequence[Row], most: int) -> list[Row]:
    """Returns up to `most` rows, evenly from the first to the last."""
    return [rows[place] for place in spread(range(len(rows)), most)]
