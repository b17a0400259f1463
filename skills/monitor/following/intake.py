"""Posts taken in: read once, stored with their labels, and put to the watches that they are about.

A post is claimed, read, and settled in the transaction that stores what was read: after a crash it is read again by
whoever comes next, and stored once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from skills.base import Services
from skills.monitor.following.aim import words_of
from skills.monitor.following.aims import Aims
from skills.monitor.following.candidates import Candidate, meant
from skills.monitor.following.labels import NEGATIVE, Label, read_posts
from skills.monitor.following.matches import add_matches, lock_watches
from skills.monitor.sources.stored_posts import StoredPost, StoredPosts
from skills.monitor.watches.rows import Watches
from skills.monitor.watches.tables import ReadingRow

AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post with what was read in it; `leader` is the post that it is a copy of, its own number where it is none."""

    stored: StoredPost
    label: Label
    leader: int


class Intake:
    """Reads what sources bring, on behalf of `services.replica`."""

    def __init__(self, services: Services, posts: StoredPosts, aims: Aims) -> None:
        self._services = services
        self._posts = posts
        self._watches = Watches(services.sessions)
        self._aims = aims

    async def take(self) -> int:
        """Reads all that waits, and returns how many posts that were."""
        taken = 0
        while claimed := await self._posts.claim(self._services.replica, AT_ONCE):
            taken += await self._take(claimed)
        return taken

    async def _take(self, claimed: Sequence[StoredPost]) -> int:
        labels = await asyncio.to_thread(read_posts, [one.post for one in claimed], self._services.classifiers)
        watches = [watch for watch in await self._watches.all() if not watch.paused]
        read = [ReadPost(stored, label, stored.id) for stored, label in zip(claimed, labels, strict=True)]
        matches = await meant([_candidate(one) for one in read], watches, self._aims)
        async with self._services.sessions.begin() as session:
            mine = await self._posts.settle(
                session, self._services.replica, [one.id for one in claimed], self._services.clock.now()
            )
            if mine != len(claimed):
                await session.rollback()
                return 0
            session.add_all(_reading(one) for one in read)
            await lock_watches(session, {match.watch for match in matches})
            await add_matches(session, matches)
        return len(claimed)


def _candidate(one: ReadPost) -> Candidate:
    post = one.stored.post
    return Candidate(
        one.stored.team,
        one.stored.id,
        post.source,
        post.published_at.timestamp(),
        post.author,
        words_of(post),
        post.weight,
        one.label.sentiment == NEGATIVE,
        one.label.topic,
        one.leader != one.stored.id,
    )


def _reading(one: ReadPost) -> ReadingRow:
    post, label = one.stored.post, one.label
    return ReadingRow(
        post=one.stored.id,
        team=one.stored.team,
        source=post.source,
        at=post.published_at.timestamp(),
        language=label.language,
        sentiment=label.sentiment,
        probability=label.probability,
        topic=label.topic,
        leader=one.leader,
        corrected=None,
    )
