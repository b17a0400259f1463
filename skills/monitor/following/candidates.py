"""Posts that were read, put to watches: which is about which, and how much it counts there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.encoders.base import Vectors
from index.tokens import folded
from skills.monitor.following.aim import Aim, needs_vectors
from skills.monitor.following.aims import Aims
from skills.monitor.following.labels import NEGATIVE
from skills.monitor.following.matches import Match, weight_of
from skills.monitor.watches.watch import Watch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post as watches see it. `at` in epoch seconds; `weight` is its source's, 0 for a copy.

    `topic` is the one that was read. `companies` is the sentiment towards each company that it names, where these
    are several.
    """

    team: str
    post: int
    source: str
    at: float
    author: str
    text: str
    weight: float
    negative: bool
    topic: str
    companies: Mapping[str, str]


async def meant(candidates: Sequence[Candidate], watches: Sequence[Watch], aims: Aims) -> list[Match]:
    """Returns what of some posts each watch of their teams is about."""
    aimed = [(watch, await aims.of(watch)) for watch in watches]
    wanted = candidates and needs_vectors([aim for _, aim in aimed])
    vectors = await aims.vectors([one.text for one in candidates]) if wanted else None
    return await asyncio.to_thread(_meant, candidates, vectors, aimed)


def _meant(candidates: Sequence[Candidate], vectors: Vectors | None, aimed: Sequence[tuple[Watch, Aim]]) -> list[Match]:
    found: list[Match] = []
    for number, one in enumerate(candidates):
        text = folded(one.text)
        vector = None if vectors is None else vectors[number]
        for watch, aim in aimed:
            if watch.team == one.team and aim.is_about(one.source, text, vector):
                found.append(
                    Match(
                        watch.team,
                        watch.id,
                        one.source,
                        one.post,
                        one.at,
                        one.author,
                        _is_negative(one, aim),
                        weight_of(one.post, one.weight),
                        tuple(aim.topics_of(text, one.topic)),
                    )
                )
    return found


def _is_negative(one: Candidate, aim: Aim) -> bool:
    """Returns whether a text is bad for what a watch is about: a company that its words name, else all of it."""
    if aim.words is not None and one.companies:
        felt = [sentiment for name, sentiment in one.companies.items() if aim.words.names(folded(name))]
        if felt:
            return NEGATIVE in felt
    return one.negative
