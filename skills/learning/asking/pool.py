"""What people could be asked about: collected examples nobody has reviewed, and what was read lately without a word.

Nothing is here of who takes no part in learning, nor what is like something that was reviewed or shown before.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from index.languages import detect
from skills.base import Place
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.duplicates import Alike
from skills.classifiers.curating.examples import DEFAULT
from skills.classifiers.features.codes import without_codes
from skills.classifiers.features.sketches import sketch
from skills.classifiers.feedback.collected import LONGEST, Task, Written
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.feedback.opting_out import opted_out
from skills.classifiers.registry.versions import Datasets, Sessions
from skills.classifiers.retraining.learners import INTENT
from skills.learning.asking.tables import CardRow
from skills.masking import mask
from skills.monitor.following.aim import joined
from skills.monitor.sources.tables import PostRow, SourceRow
from skills.monitor.watches.tables import ReadingRow
from skills.support.conversations.models import ConversationRow, TurnRow, in_conversation
from skills.support.stats.reckoning import NO_QUESTION

OPEN_SECONDS = 30 * 86_400.0
LIVE_SECONDS = 7 * 86_400.0
"""How far back examples, and texts that nobody said anything about, are looked at."""
OPEN_MOST = 300
TURNS_MOST = 300
POSTS_MOST = 100
"""How many of each are read again: examples and questions the newest, posts those that were read least surely."""
KNOWN_MOST = 3000
NEAR_MOST = 200
"""How many texts that were reviewed or shown are looked through for near-duplicates, and from how many of the last ones
what is shown next keeps its distance."""
LEAST_LETTERS = 4
"""What has fewer besides codes ("ok", an order number) tells nobody anything."""

PUBLIC = frozenset({"feed"})
"""Kinds of sources whose posts anybody may read: a mailbox or what is fetched with a token is not among them."""

ANYWHERE, NOWHERE = "*", ""
"""Where others than its author have seen a text, in place of a channel: it is public, or nobody has."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that people could be asked about.

    `example` is the id of what was collected of it, empty where nothing was: `key` names it then. `seen_in` is the
    channel in which others have seen it, `ANYWHERE` or `NOWHERE`. `flagged`: training found its `given` label wrong.
    """

    key: str
    task: Task
    text: str
    language: str
    author: str
    seen_in: str
    at: float
    example: str = ""
    given: str | None = None
    flagged: bool = False
    place: Place | None = None

    def written(self, predicted: str | None, probability: float | None, margin: float | None) -> Written:
        """Returns what is collected of it."""
        return Written(
            self.text, self.author, self.language, predicted, probability, margin, task=self.task, place=self.place
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """What could be shown, and the texts of what was reviewed or shown, the latest first."""

    candidates: tuple[Candidate, ...]
    known: tuple[str, ...]


async def gathered(sessions: Sessions, team: str, now: float, tasks: Collection[str]) -> Pool:
    """Returns what could be shown of `tasks` at `now` (epoch seconds)."""
    out = set(await opted_out(sessions, team))
    flagged = await _flagged(sessions, team)
    async with sessions() as session:
        known = await _known(session, team)
        spoken_of = await _texts(session, team)
        found = await _open(session, team, now, flagged)
        live = await _questions(session, team, now) if INTENT in tasks else []
        live += await _posts(session, team, now) if "sentiment" in tasks else []
    kept = [one for one in found if one.task in tasks and one.author not in out]
    live = [one for one in live if one.author not in out]
    candidates = await asyncio.to_thread(_telling, kept, live, spoken_of)
    return Pool(candidates, tuple(known))


def _telling(kept: Sequence[Candidate], live: Sequence[Candidate], spoken_of: Sequence[str]) -> tuple[Candidate, ...]:
    """Returns what says something, masked; of `live` only what is unlike all that somebody said anything about."""
    alike = Alike()
    for text in spoken_of:
        alike.add(sketch(text))
    found = list(kept)
    for one in live:
        text = mask(one.text).text[:LONGEST].strip()
        if text and next(alike.like(sketch(text)), None) is None:
            found.append(replace(one, text=text, language=one.language or detect(text)))
    return tuple(one for one in found if sum(map(str.isalpha, without_codes(one.text))) >= LEAST_LETTERS)


async def _flagged(sessions: Sessions, team: str) -> set[str]:
    """Returns the ids of the examples whose labels the last training found likely wrong."""
    content = await Datasets(sessions).newest(team)
    if content is None:
        return set()
    dataset = await asyncio.to_thread(Dataset.load, content)
    return {decision.id for decision in dataset.decisions if decision.rule == "doubtful"}


async def _open(session: AsyncSession, team: str, now: float, flagged: Collection[str]) -> list[Candidate]:
    """Returns the examples that wait for a review, were never shown, and are held by nobody who reviews.

    Where somebody named a label that counts without a review, they aren't asked again, unless training doubts it.
    """
    shown = select(CardRow.example).where(CardRow.team == team)
    waiting = (
        select(ExampleRow)
        .where(ExampleRow.team == team, ExampleRow.state == "open", ExampleRow.at > now - OPEN_SECONDS)
        .where(ExampleRow.id.not_in(shown), ExampleRow.held_until <= time.time())
        .where(or_(ExampleRow.label.is_(None), ExampleRow.weight < DEFAULT.least_weight, ExampleRow.id.in_(flagged)))
        .order_by(ExampleRow.at.desc())
        .limit(OPEN_MOST)
    )
    return [
        Candidate(
            key=row.id,
            task=row.task,  # type: ignore[arg-type]
            text=row.text,
            language=row.language,
            author=row.author,
            seen_in=_seen(row),
            at=row.at,
            example=row.id,
            given=row.label,
            flagged=row.id in flagged,
        )
        for row in await session.scalars(waiting)
    ]


def _seen(row: ExampleRow) -> str:
    """Returns where others have seen an example's text. What was asked by command stands under `~` and its author."""
    return row.channel if row.channel and row.message and "~" not in row.message else NOWHERE


async def _questions(session: AsyncSession, team: str, now: float) -> list[Candidate]:
    """Returns the questions of the last days that nobody said anything about, each with who asked it."""
    asked = (
        select(TurnRow, ConversationRow.asker)
        .outerjoin(ConversationRow, in_conversation())
        .where(
            TurnRow.team == team,
            TurnRow.at > now - LIVE_SECONDS,
            TurnRow.question != "",
            TurnRow.verdict.is_(None),
            TurnRow.path.not_in(NO_QUESTION),
        )
        .order_by(TurnRow.at.desc())
        .limit(TURNS_MOST)
    )
    found = []
    for row, asker in (await session.execute(asked)).all():
        thread, private, alone = row.thread.partition("~")
        author = alone or asker
        if not author:
            # Nobody can say whether they take part in learning.
            continue
        place = Place(row.channel, "channel", row.thread, row.thread)
        seen_in = NOWHERE if private and not thread else row.channel
        found.append(Candidate(row.id, "intent", row.question, row.language, author, seen_in, row.at, place=place))
    return found


async def _posts(session: AsyncSession, team: str, now: float) -> list[Candidate]:
    """Returns of the last days' posts those whose feeling the monitor was least sure of, copies left out."""
    read = (
        select(PostRow, SourceRow.kind, SourceRow.settings, ReadingRow.language)
        .join(ReadingRow, ReadingRow.post == PostRow.id)
        .join(SourceRow, SourceRow.id == PostRow.source)
        .where(
            ReadingRow.team == team,
            ReadingRow.at > now - LIVE_SECONDS,
            ReadingRow.corrected.is_(None),
            ReadingRow.leader == ReadingRow.post,
        )
        .order_by(ReadingRow.probability, ReadingRow.post)
        .limit(POSTS_MOST)
    )
    found = []
    for row, kind, settings, language in (await session.execute(read)).all():
        # Whoever wrote elsewhere than in Slack is nobody of ours: their name is not kept.
        in_slack = kind == "slack"
        elsewhere = ANYWHERE if kind in PUBLIC else NOWHERE
        seen_in = str(settings.get("channel") or NOWHERE) if in_slack else elsewhere
        place = Place(seen_in, "channel", message=row.external_id.rpartition(":")[2]) if in_slack else None
        text, author = joined(row.title, row.text), row.author if in_slack else ""
        key = f"post {row.id}"
        found.append(Candidate(key, "sentiment", text, language, author, seen_in, row.published_at, place=place))
    return found


async def _known(session: AsyncSession, team: str) -> list[str]:
    """Returns the texts of what was reviewed or shown, the latest first."""
    shown = select(CardRow.example).where(CardRow.team == team)
    texts = (
        select(ExampleRow.text)
        .where(ExampleRow.team == team, or_(ExampleRow.state != "open", ExampleRow.id.in_(shown)))
        .order_by(ExampleRow.at.desc())
        .limit(KNOWN_MOST)
    )
    return list(await session.scalars(texts))


async def _texts(session: AsyncSession, team: str) -> list[str]:
    """Returns the texts that somebody said something about, or that were collected to ask about."""
    texts = select(ExampleRow.text).where(ExampleRow.team == team).order_by(ExampleRow.at.desc()).limit(KNOWN_MOST)
    return list(await session.scalars(texts))
