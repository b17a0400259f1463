"""Folds copies of a post onto the first of them, in the database, so that it holds over restarts and replicas."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skills.dialects import INSERT
from skills.monitor.reading.folding.agreement import Agreement, compare
from skills.monitor.reading.folding.signature import Signature, keys_of, signature_of
from skills.monitor.reading.folding.tables import Base, FoldKeyRow, FoldRow, FoldTurnRow
from skills.monitor.sources import StoredPost

WINDOW = timedelta(days=7)
"""Copies that come later than this after the first are another wave."""

_COMPARED = 8
"""Leaders that a post is compared with, those that share most keys with it."""
_LEADERS_A_KEY = 20
"""The newest leaders that are looked at for one key: a greeting or a page's address is shared by thousands."""
_AGREEMENTS: Sequence[Agreement] = ("link", "title", "content", "order")
_AT_ONCE = 5_000
"""Values in one query."""


@dataclass(frozen=True, slots=True)
class Fold:
    """What a post is a copy of: `leader` is the number of the first of its copies, or its own.

    `distance` is 0 for the same words and at most 1; `agreements` say what speaks for it, nothing where it is its own.
    """

    post: int
    leader: int
    distance: float
    agreements: frozenset[Agreement]

    @property
    def is_copy(self) -> bool:
        """Whether it counts with its leader."""
        return self.post != self.leader


@dataclass(frozen=True, slots=True)
class Reach:
    """How often a post was seen, the first included, by how many authors, and in how many sources."""

    copies: int
    authors: int
    sources: int


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    stored: StoredPost
    signature: Signature
    keys: list[int]

    @property
    def at(self) -> float:
        return self.stored.seen_at.timestamp()


@dataclass(frozen=True, slots=True, eq=False)
class _Leader:
    post: int
    at: float
    signature: Signature
    keys: tuple[int, ...]
    """Those that were asked for."""


async def fold(session: AsyncSession, team: str, posts: Sequence[StoredPost], window: timedelta = WINDOW) -> list[Fold]:
    """Returns what each of a team's `posts` is a copy of, in order, and stores it in the caller's transaction.

    A post is compared with those that came at most `window` before or after. One that was folded already stays as it
    is. Until the transaction ends no other replica folds the team's posts.
    """
    await _take_turn(session, team)
    known = await _folded_already(session, team, [stored.id for stored in posts])
    new = [stored for stored in posts if stored.id not in known]
    looked = await asyncio.to_thread(lambda: [_looked(stored) for stored in new])
    leaders = await _leaders(session, team, looked, window)
    made = await asyncio.to_thread(_folds, looked, leaders, window.total_seconds())
    await _keep(session, team, looked, made)
    found = known | {one.post: one for one in made}
    return [found[stored.id] for stored in posts]


async def reach(session: AsyncSession, team: str, leaders: Sequence[int]) -> dict[int, Reach]:
    """Returns the reach of each of `leaders` that is one."""
    found = {}
    for some in _parts(leaders):
        query = (
            select(
                FoldRow.leader,
                func.count(),
                func.count(FoldRow.author.distinct()),
                func.count(FoldRow.source.distinct()),
            )
            .where(FoldRow.team == team, FoldRow.leader.in_(some))
            .group_by(FoldRow.leader)
        )
        found.update({row[0]: Reach(row[1], row[2], row[3]) for row in await session.execute(query)})
    return found


async def forget_folds(session: AsyncSession, before: datetime) -> None:
    """Deletes what is known of posts that came before a time."""
    await session.execute(delete(FoldKeyRow).where(FoldKeyRow.at < before.timestamp()))
    await session.execute(delete(FoldRow).where(FoldRow.at < before.timestamp()))


def _looked(stored: StoredPost) -> _Looked:
    signature = signature_of(stored.post)
    return _Looked(stored, signature, keys_of(signature))


def _folds(looked: Sequence[_Looked], leaders: Sequence[_Leader], window: float) -> list[Fold]:
    """Returns the folds of new posts, in order, by leaders that are known and those among themselves."""
    by_key: dict[int, list[_Leader]] = defaultdict(list)
    for leader in leaders:
        for key in leader.keys:
            by_key[key].append(leader)
    made = []
    for one in looked:
        shared: Counter[_Leader] = Counter()
        for key in one.keys:
            near = [leader for leader in by_key[key] if abs(leader.at - one.at) <= window]
            shared.update(near[-_LEADERS_A_KEY:])
        copies = [
            (leader, found)
            for leader, _ in shared.most_common(_COMPARED)
            if (found := compare(leader.signature, one.signature)).copies
        ]
        if copies:
            leader, found = min(copies, key=lambda pair: (pair[1].distance, pair[0].post))
            made.append(Fold(one.stored.id, leader.post, found.distance, found.agreements))
        else:
            made.append(Fold(one.stored.id, one.stored.id, 0.0, frozenset()))
            leader = _Leader(one.stored.id, one.at, one.signature, tuple(one.keys))
            for key in one.keys:
                by_key[key].append(leader)
    return made


async def _take_turn(session: AsyncSession, team: str) -> None:
    new: Any = INSERT[session.get_bind().dialect.name](FoldTurnRow)
    await session.execute(new.values(team=team, turns=0).on_conflict_do_nothing())
    await session.execute(update(FoldTurnRow).where(FoldTurnRow.team == team).values(turns=FoldTurnRow.turns + 1))


async def _folded_already(session: AsyncSession, team: str, posts: Sequence[int]) -> dict[int, Fold]:
    found = {}
    for some in _parts(posts):
        query = select(FoldRow.post, FoldRow.leader, FoldRow.distance, FoldRow.agreements)
        for post, leader, distance, agreements in await session.execute(
            query.where(FoldRow.team == team, FoldRow.post.in_(some))
        ):
            found[post] = Fold(post, leader, distance, frozenset(one for one in _AGREEMENTS if one in agreements))
    return found


async def _leaders(session: AsyncSession, team: str, looked: Sequence[_Looked], window: timedelta) -> list[_Leader]:
    """Returns the stored leaders that share a key with one of `looked`, the oldest first."""
    if not looked:
        return []
    first, last = min(one.at for one in looked), max(one.at for one in looked)
    keys: dict[int, list[int]] = defaultdict(list)
    for some in _parts({key: None for one in looked for key in one.keys}):
        newest = (
            select(
                FoldKeyRow.key,
                FoldKeyRow.post,
                func.row_number()
                .over(partition_by=FoldKeyRow.key, order_by=(FoldKeyRow.at.desc(), FoldKeyRow.post.desc()))
                .label("place"),
            )
            .where(
                FoldKeyRow.team == team,
                FoldKeyRow.key.in_(some),
                FoldKeyRow.at.between(first - window.total_seconds(), last + window.total_seconds()),
            )
            .subquery()
        )
        query = select(newest.c.key, newest.c.post).where(newest.c.place <= _LEADERS_A_KEY)
        for key, post in await session.execute(query):
            keys[post].append(key)
    rows: list[Any] = []
    for some in _parts(keys):
        columns = select(FoldRow.post, FoldRow.at, FoldRow.signature, FoldRow.sketch)
        rows += (await session.execute(columns.where(FoldRow.team == team, FoldRow.post.in_(some)))).all()
    return [
        _Leader(post, at, _unpacked(signature, sketch), tuple(keys[post]))
        for post, at, signature, sketch in sorted(rows, key=lambda row: (row[1], row[0]))
    ]


async def _keep(session: AsyncSession, team: str, looked: Sequence[_Looked], made: Sequence[Fold]) -> None:
    rows, keys = [], []
    for one, found in zip(looked, made, strict=True):
        row: dict[str, Any] = {
            "team": team,
            "post": one.stored.id,
            "leader": found.leader,
            "at": one.at,
            "source": one.stored.post.source,
            "author": one.stored.post.author,
            "distance": found.distance,
            "agreements": sorted(found.agreements),
            "signature": None,
            "sketch": None,
        }
        if not found.is_copy:
            row["signature"], row["sketch"] = _packed(one.signature)
            keys += [{"team": team, "key": key, "post": one.stored.id, "at": one.at} for key in one.keys]
        rows.append(row)
    if rows:
        await session.execute(insert(Base.metadata.tables[FoldRow.__tablename__]), rows)
    if keys:
        await session.execute(insert(Base.metadata.tables[FoldKeyRow.__tablename__]), keys)


def _packed(signature: Signature) -> tuple[dict[str, Any], bytes]:
    words = {
        "link": signature.link,
        "title": " ".join(signature.title),
        "text": " ".join(signature.text),
        "shingles": signature.shingles,
        "cut": signature.cut,
        "quoting": signature.quoting,
    }
    return words, signature.sketch.astype("<u8").tobytes()


def _unpacked(words: dict[str, Any], sketch: bytes) -> Signature:
    return Signature(
        link=words["link"],
        title=words["title"].split(),
        text=words["text"].split(),
        sketch=np.frombuffer(sketch, "<u8").astype(np.uint64),
        shingles=words["shingles"],
        cut=words["cut"],
        quoting=words["quoting"],
    )


def _parts(values: Iterable[int]) -> list[list[int]]:
    values = list(values)
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
