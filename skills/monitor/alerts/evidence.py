"""Why there is a surge: its texts, the most telling of them, their main terms and the likeliest cause."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from index.encoders.base import Vectors
from skills.base import Services
from skills.monitor.alerts.terms import main_terms
from skills.monitor.following.aim import joined
from skills.monitor.following.aims import Aims
from skills.monitor.sources.slack_channel import SlackSource
from skills.monitor.sources.tables import PostRow, SourceRow
from skills.monitor.watches.tables import MatchRow, ReadingRow
from skills.monitor.watches.watch import WHOLE, Watch

EXAMPLES = 3
TERMS = 5
_LOOKED_AT = 120
_USUAL_SECONDS = 14 * 86400.0
_COMPARED = 120
_SAME = 0.25
"""From this cosine on, between what sets two texts apart from the others, they are of one matter."""
_CAUSE_SHARE = 0.3
_CAUSE_LEAST = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A text of a surge, always with the link by which it can be seen where it was said.

    `copies` is how many posts say the same, itself included. `elsewhere` is the channel in which it was said, where
    those who are told may not be: then only the link is shown.
    """

    post: int
    text: str
    link: str
    source: str
    author: str
    at: datetime
    copies: int
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`cause` is the text in the middle of the greatest group of texts of one matter, which is `share` of all.

    `examples` are further ones: with the cause three at the most.
    """

    examples: tuple[Example, ...]
    terms: tuple[str, ...]
    topics: tuple[tuple[str, int], ...]
    cause: Example | None
    share: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A negative text. `open`: it may be read by all who are told."""

    example: Example | None
    open: bool
    text: str
    author: str
    probability: float
    copies: int
    topics: Sequence[str]


async def gather(
    services: Services, aims: Aims, watch: Watch, topic: str, channel: str, since: float, until: float
) -> Evidence:
    """Returns what the negative texts between two moments (epoch seconds) show to those who read `channel`."""
    async with services.sessions() as session:
        said = await _said(session, watch, topic, channel, since, until)
        usual = await _texts_before(session, watch, topic, since)
    vectors = await aims.vectors([*(one.text for one in said), *usual[:_COMPARED]]) if said else None
    return await asyncio.to_thread(_evidence, watch, said, usual, vectors)


async def examples_of(
    services: Services, watch: Watch, topic: str, channel: str, since: float, until: float, most: int
) -> list[Example]:
    """Returns the newest negative texts between two moments that have a link, for those who read `channel`."""
    async with services.sessions() as session:
        said = await _said(session, watch, topic, channel, since, until)
    return [one.example for one in said if one.example is not None][:most]


def _evidence(watch: Watch, said: Sequence[_Said], usual: Sequence[str], vectors: Vectors | None) -> Evidence:
    texts = [one.text for one in said if one.open]
    groups = _groups(vectors, len(said)) if vectors is not None else [[place] for place in range(len(said))]
    cause: _Said | None = None
    share = 0.0
    if groups and len(groups[0]) >= max(_CAUSE_LEAST, _CAUSE_SHARE * len(said)):
        cause = next((said[place] for place in groups[0] if said[place].example is not None), None)
        share = len(groups[0]) / len(said)
    chosen = [cause] if cause is not None else []
    # One text of each matter, the greatest first; then more of them. Nobody is quoted twice.
    for depth in range(EXAMPLES):
        for group in groups:
            members = [said[place] for place in group if said[place].example is not None]
            quoted = {one.author for one in chosen if one.author}
            fresh = [one for one in members if one not in chosen and one.author not in quoted]
            if depth < len(members) and fresh and len(chosen) < EXAMPLES:
                chosen.append(max(fresh, key=lambda one: (one.copies, one.probability)) if depth else fresh[0])
    counts = Counter(topic for one in said for topic in one.topics)
    return Evidence(
        examples=tuple(one.example for one in chosen if one.example is not None and one is not cause),
        terms=tuple(main_terms(texts, usual, TERMS, (watch.name, watch.settings.words))),
        topics=tuple(counts.most_common(3)),
        cause=cause.example if cause is not None else None,
        share=share,
    )


def _groups(vectors: Vectors, count: int) -> list[list[int]]:
    """Returns groups of the first `count` texts, of one matter each, the greatest first, the middle one first.

    All texts of a watch are alike in what it is about: what they have in common is taken out before they are compared.
    """
    away = vectors[:count] - vectors.mean(axis=0)
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    near = away @ away.T >= _SAME
    left = np.ones(count, bool)
    groups: list[list[int]] = []
    while left.any():
        counts = np.where(left, (near & left).sum(axis=1), -1)
        middle = int(np.argmax(counts))
        members = [int(place) for place in np.flatnonzero(near[middle] & left)]
        members.sort(key=lambda place: (place != middle, place))
        left[members] = False
        groups.append(members)
    return groups


async def _said(
    session: AsyncSession, watch: Watch, topic: str, channel: str, since: float, until: float
) -> list[_Said]:
    copied = aliased(ReadingRow)
    copies = select(func.count(copied.post)).where(copied.leader == MatchRow.post).correlate(MatchRow).scalar_subquery()
    query = (
        select(
            PostRow.id,
            PostRow.title,
            PostRow.text,
            PostRow.link,
            PostRow.author,
            PostRow.published_at,
            SourceRow.name,
            SourceRow.kind,
            SourceRow.settings,
            ReadingRow.probability,
            copies,
            MatchRow.topics,
        )
        .join(PostRow, PostRow.id == MatchRow.post)
        .join(ReadingRow, ReadingRow.post == MatchRow.post)
        .join(SourceRow, SourceRow.id == MatchRow.source, isouter=True)
        .where(MatchRow.watch == watch.id, MatchRow.negative, MatchRow.weight > 0)
        .where(MatchRow.at >= since, MatchRow.at <= until)
        .order_by(MatchRow.at.desc())
    )
    said: list[_Said] = []
    for id, title, text, link, author, at, source, kind, settings, probability, number, topics in await session.execute(
        query
    ):
        if topic != WHOLE and topic not in topics:
            continue
        words = joined(title, text)
        where = str(settings.get("channel")) if kind == SlackSource.kind else channel
        elsewhere = where if where != channel else None
        moment = datetime.fromtimestamp(at, UTC)
        example = Example(id, words, link, source or "", author, moment, int(number), elsewhere) if link else None
        said.append(_Said(example, elsewhere is None, words, author, probability, int(number), topics))
        if len(said) == _LOOKED_AT:
            break
    return said


async def _texts_before(session: AsyncSession, watch: Watch, topic: str, since: float) -> list[str]:
    query = (
        select(PostRow.title, PostRow.text, MatchRow.topics)
        .join(PostRow, PostRow.id == MatchRow.post)
        .where(MatchRow.watch == watch.id, MatchRow.at < since, MatchRow.at >= since - _USUAL_SECONDS)
        .order_by(MatchRow.at.desc())
        .limit(10 * _LOOKED_AT)
    )
    found = [
        joined(title, text) for title, text, topics in await session.execute(query) if topic == WHOLE or topic in topics
    ]
    return found[: 4 * _LOOKED_AT]
