"""Posts taken in: read once, stored with their labels, and put to the watches that they are about.

A post is claimed, read, and settled in the transaction that stores what was read: after a crash it is read again by
whoever comes next, and stored once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Services
from skills.monitor.following.aim import words_of
from skills.monitor.following.aims import Aims
from skills.monitor.following.candidates import Candidate, meant
from skills.monitor.following.labels import NEGATIVE, Label, read_posts
from skills.monitor.following.matches import add_matches, lock_watches
from skills.monitor.reading.folding import fold
from skills.monitor.reading.reader import Reader
from skills.monitor.sources.stored_posts import StoredPost, StoredPosts
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.tables import ReadingRow

AT_ONCE = 256


class Intake:
    """Reads what sources bring, on behalf of `services.replica`, so many posts at once."""

    def __init__(self, services: Services, posts: StoredPosts, aims: Aims, at_once: int = AT_ONCE) -> None:
        self._services = services
        self._posts = posts
        self._watches = Watches(services.sessions)
        self._aims = aims
        self._at_once = at_once
        self._reader: Reader | None = None

    async def take(self) -> int:
        """Reads all that waits, and returns how many posts that were."""
        taken = 0
        while claimed := await self._posts.claim(self._services.replica, self._at_once):
            try:
                taken += await self._take(claimed)
            except Exception:
                await self._posts.give_back(self._services.replica, [one.id for one in claimed])
                raise
        return taken

    async def _take(self, claimed: Sequence[StoredPost]) -> int:
        labels = await asyncio.to_thread(self._read, claimed)
        watches = [watch for watch in await self._watches.all() if not watch.paused]
        candidates = [_candidate(stored, label) for stored, label in zip(claimed, labels, strict=True)]
        matches = await meant(candidates, watches, self._aims)
        async with self._services.sessions.begin() as session:
            mine = await self._posts.settle(
                session, self._services.replica, [one.id for one in claimed], self._services.clock.now()
            )
            if mine != len(claimed):
                await session.rollback()
                return 0
            leaders = await _leaders(session, claimed)
            session.add_all(
                _reading(stored, label, leaders[stored.id]) for stored, label in zip(claimed, labels, strict=True)
            )
            await lock_watches(session, {match.watch for match in matches})
            # A copy counts with the first of its kind, whose reach it adds to.
            await add_matches(
                session, [match if leaders[match.post] == match.post else replace(match, weight=0) for match in matches]
            )
        return len(claimed)

    def _read(self, claimed: Sequence[StoredPost]) -> list[Label]:
        """Returns what is read in each post. Blocking: what reads is loaded with the first, so that no start waits."""
        if self._reader is None:
            self._reader = Reader(self._services.library.choice.encoders)
        labels: dict[int, Label] = {}
        for team in sorted({one.team for one in claimed}):
            of_team = [one for one in claimed if one.team == team]
            classifiers = self._services.champions.classifiers(team, "opinion")
            read = read_posts([one.post for one in of_team], self._reader, classifiers)
            labels.update(zip((one.id for one in of_team), read, strict=True))
        return [labels[one.id] for one in claimed]


async def _leaders(session: AsyncSession, claimed: Sequence[StoredPost]) -> dict[int, int]:
    """Returns the first of its copies for each post."""
    leaders: dict[int, int] = {}
    for team in sorted({stored.team for stored in claimed}):
        folds = await fold(session, team, [stored for stored in claimed if stored.team == team])
        leaders.update({one.post: one.leader for one in folds})
    return leaders


def _candidate(stored: StoredPost, label: Label) -> Candidate:
    post = stored.post
    return Candidate(
        stored.team,
        stored.id,
        post.source,
        post.published_at.timestamp(),
        post.author,
        words_of(post),
        post.weight,
        label.sentiment == NEGATIVE,
        label.topic,
        label.companies,
    )


def _reading(stored: StoredPost, label: Label, leader: int) -> ReadingRow:
    return ReadingRow(
        post=stored.id,
        team=stored.team,
        source=stored.post.source,
        at=stored.post.published_at.timestamp(),
        language=label.language,
        sentiment=label.sentiment,
        probability=label.probability,
        topic=label.topic,
        entities=[list(pair) for pair in label.entities],
        companies=dict(label.companies),
        leader=leader,
        corrected=None,
    )
