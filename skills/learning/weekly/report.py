"""What a weekly report rests on, gathered of all that learning and support have kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from skills.classifiers.registry.models import LedgerRow, RunRow
from skills.classifiers.registry.versions import STARTER
from skills.learning.waiting import waiting
from skills.learning.weekly.drifting import Drift, drift
from skills.learning.weekly.figures import Figures, figures
from skills.learning.weekly.topics import Topic, new_topics
from skills.learning.weekly.week import COMPARED, Week
from skills.learning.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Weekly:
    """A team's week.

    `serving` is the version that serves, `since` when it began to (epoch seconds; 0 for the starter). `decisions` are
    those of the week and of the weeks that it is held against, the newest first. `failed` trainings broke off in it,
    and `waiting` examples are to be learned from.
    """

    week: Week
    serving: int
    since: float
    figures: Figures
    drift: Drift
    topics: tuple[Topic, ...]
    decisions: Sequence[LedgerRow]
    failed: int
    waiting: int

    @property
    def decided(self) -> Sequence[LedgerRow]:
        """The decisions of the week itself."""
        return [line for line in self.decisions if self.week.since <= line.at < self.week.until]

    @property
    def changes(self) -> list[LedgerRow]:
        """The decisions by which another version began to serve, the oldest first."""
        return [line for line in reversed(self.decisions) if line.before != line.after]

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened: nobody asked, nothing was decided, and nothing that was read has changed."""
        return not (self.figures.week.questions or self.decided or self.failed or self.drift.findings)


async def gather(shop: Workshop, team: str, week: Week) -> Weekly:
    """Returns a team's week. Takes some seconds where there is much to compare."""
    serving = await shop.registry.serving(team)
    return Weekly(
        week=week,
        serving=serving,
        since=await shop.registry.serving_since(team) if serving != STARTER else 0.0,
        figures=await figures(shop.sessions, team, week),
        drift=await drift(shop, team, week),
        topics=await new_topics(shop, team, week),
        decisions=await _decisions(shop, team, week),
        failed=await _failed(shop, team, week),
        waiting=await waiting(shop.sessions, team),
    )


async def _decisions(shop: Workshop, team: str, week: Week) -> Sequence[LedgerRow]:
    lines = select(LedgerRow).where(LedgerRow.team == team, LedgerRow.at >= week.ago(COMPARED))
    async with shop.sessions() as session:
        found = await session.scalars(lines.where(LedgerRow.at < week.until).order_by(LedgerRow.id.desc()))
        return found.all()


async def _failed(shop: Workshop, team: str, week: Week) -> int:
    runs = select(func.count()).where(RunRow.team == team, RunRow.state == "failed")
    async with shop.sessions() as session:
        return int(await session.scalar(runs.where(RunRow.began >= week.since, RunRow.began < week.until)) or 0)
