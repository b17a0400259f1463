"""An episode as it is shown, and who sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter

from skills.monitor.episodes.observation import Severity
from skills.monitor.episodes.plan import Plan

Reason = Literal[
    "first",
    "grown",
    "escalated",
    "confirm",
    "lapsed",
    "acknowledged",
    "partly_over",
    "merged",
    "repeat",
    "over",
]
"""Why something is sent.

`first` posts the card; every other edits it. `grown`: more severe, a topic joined, or much more came. `confirm`: who
acknowledged is asked whether it still holds; `lapsed`: it was not confirmed. `partly_over`: some of the topics are.
`merged`: the message of the whole watch speaks for this topic now. `repeat`: it still goes on.
"""
Outcome = Literal["over", "not_useful", "closed"]
"""How an episode ended: by itself, as a false alarm, or by a person."""


@dataclass(frozen=True, slots=True)
class TopicView:
    """One topic of an episode. `observed` and `expected` are counted over the whole episode, flapping included."""

    topic: str
    since: float
    observed: int
    expected: float
    severity: Severity
    over: bool
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode at a moment. Times in epoch seconds.

    `topics` are all that it has spoken for, its own first. `called` is who was called last. `card` is the answer id of
    its message, None until it is posted. `merged_into` is the card that speaks for it now. `outcome` None while it
    goes on.
    """

    id: str
    team: str
    watch: str
    topic: str
    channel: str
    plan: Plan
    since: float
    opened_at: float
    severity: Severity
    topics: tuple[TopicView, ...]
    acknowledged_by: str | None
    acknowledged_at: float | None
    called: str | None
    card: str | None
    told_at: float | None
    merged_into: str | None
    useful: bool | None
    outcome: Outcome | None
    closed_by: str | None
    closed_at: float | None


VIEWS = TypeAdapter(EpisodeView)
PLANS = TypeAdapter(Plan)


class Sender(Protocol):
    async def send(self, episode: EpisodeView, reason: Reason, key: str, edits: str | None, under: str | None) -> str:
        """Posts what `reason` asks for and returns its answer id; the same `key` is posted once, whoever calls.

        With `edits`, an answer id, it takes that message's place; with `under` it is a line in that message's thread.
        """
        ...
