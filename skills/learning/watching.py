"""Watches how people are served after a promotion, and rolls back when that is evidently worse than before.

What counts is what people feel: answers that somebody found not helpful, and questions that a person had to take over.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from skills.classifiers.registry.versions import WATCH, DecisionRefused, Sessions
from skills.classifiers.retraining.learners import INTENT
from skills.learning.workshop import Workshop
from skills.support.conversations.models import TurnRow

WINDOW_SECONDS = 14 * 86_400.0
"""How long after a promotion it is watched, and how far back the time before it is looked at."""
LEAST_TURNS = 30
"""Questions after, and before, from which on they tell something."""
SURELY = 0.001
"""It is rolled back when chance would make it look so bad at most this often. Looked at every hour for two weeks, a
larger one would come up by chance in one promotion of ten."""

_SETTLED = ("template", "slot", "choice", "index", "handover")
"""What became of a question that says something about how well it was read."""


@dataclass(frozen=True, slots=True)
class Served:
    """How many questions were answered, and how many of those not well."""

    turns: int
    bad: int

    @property
    def share(self) -> float:
        return self.bad / self.turns if self.turns else 0.0


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What the watch did: the version that went, the one that serves again, and how people were served."""

    version: int
    after: int
    before_it: Served
    with_it: Served


def p_worse(before: Served, now: Served) -> float:
    """Returns how likely so many bad turns or more are if nothing has changed (Fisher's exact test, one-sided)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(now.bad - 1, before.turns + now.turns, before.bad + now.bad, now.turns))


def is_worse(before: Served, now: Served) -> bool:
    """Returns whether people are evidently less well served now. Imports SciPy; blocking for a moment."""
    if min(before.turns, now.turns) < LEAST_TURNS or now.share <= before.share:
        return False
    return p_worse(before, now) <= SURELY


async def look(team: str, shop: Workshop) -> RolledBack | None:
    """Returns what was done about the version that serves: rolled back where people are worse off, mostly nothing."""
    line = await shop.registry.moved(team)
    now = shop.now().timestamp()
    if line is None or line.act == "rolled_back" or now - line.at > WINDOW_SECONDS:
        return None
    row = await shop.registry.get(team, line.version)
    if row is None or INTENT not in row.tasks:
        return None
    before = await served(shop.sessions, team, line.at - WINDOW_SECONDS, line.at)
    with_it = await served(shop.sessions, team, line.at, now)
    if not await asyncio.to_thread(is_worse, before, with_it):
        return None
    figures = {"before": [before.turns, before.bad], "now": [with_it.turns, with_it.bad]}
    try:
        after = await shop.registry.roll_back(team, WATCH, "people were less well served", figures)
    except DecisionRefused:
        return None
    await shop.champions.follow()
    return RolledBack(line.version, after, before, with_it)


async def served(sessions: Sessions, team: str, since: float, until: float) -> Served:
    """Returns how people were served in a time (epoch seconds)."""
    bad: ColumnElement[bool] = (TurnRow.path == "handover") | (TurnRow.verdict == "not_helpful")
    asked = select(func.count(), func.count().filter(bad)).where(
        TurnRow.team == team, TurnRow.at > since, TurnRow.at <= until, TurnRow.path.in_(_SETTLED)
    )
    async with sessions() as session:
        turns, not_well = (await session.execute(asked)).one()
    return Served(int(turns), int(not_well))
