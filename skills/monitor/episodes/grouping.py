"""Which episodes share a card: a watch's whole series speaks for its topics, within one channel.

A topic that is told in a channel of its own stands alone: there, nobody would see the card of the whole. What
quiet hours or a mute have held back is told together at their end, in the card of the most severe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from skills.monitor.episodes.observation import rank
from skills.monitor.episodes.rows import is_on, severity_of
from skills.monitor.episodes.tables import EpisodeRow
from skills.monitor.watches.watch import WHOLE


@dataclass(slots=True)
class Group:
    """An episode that speaks for itself, and those that it speaks for too."""

    head: EpisodeRow
    members: list[EpisodeRow] = field(default_factory=list)


def regroup(rows: Sequence[EpisodeRow]) -> None:
    """Gives the topics of each channel to the whole series there, while that surges; lets go those of a lost head.

    A head that was never told and is over says nothing any more: its topics speak for themselves again.
    """
    alive = {row.id: row for row in rows if row.outcome is None and (row.told is not None or is_on(row))}
    wholes = {row.channel: row for row in alive.values() if row.topic == WHOLE}
    for row in rows:
        if row.outcome is not None or row.topic == WHOLE:
            continue
        whole = wholes.get(row.channel)
        if whole is not None:
            row.head = whole.id
        elif row.head is not None and row.head not in alive:
            row.head = None


def join_held(rows: Iterable[EpisodeRow]) -> None:
    """Puts together what was held back and is now told for the first time, in each channel."""
    waiting: dict[str, list[EpisodeRow]] = {}
    for row in rows:
        if row.held and row.told is None and row.head is None and row.outcome is None and is_on(row):
            waiting.setdefault(row.channel, []).append(row)
    for together in waiting.values():
        first = max(together, key=lambda row: (rank(severity_of(row)), -row.opened_at))
        for row in together:
            if row is not first:
                row.head = first.id


def groups(rows: Sequence[EpisodeRow]) -> list[Group]:
    """Returns the episodes by the card that speaks for them."""
    found = {row.id: Group(row) for row in rows if row.head is None}
    for row in rows:
        if row.head in found:
            found[row.head].members.append(row)
    return list(found.values())
